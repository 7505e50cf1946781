import TimeBase

/// What a new policy would do to the open cases, for people.
enum PolicyDiffText {
    static func text(of answer: PolicyDiffAnswer, _ paint: Paint, _ times: TimeText = .utc) -> String {
        guard answer.new else {
            return paint(.bold, "changes nothing") + ": policy version \(answer.versionInForce) "
                + "(\(answer.policyHash.prefix(12))) is in force and says the same\n"
        }
        var text = paint(.bold, answer.cases.counted("open case") + ": " + summary(answer.effects)) + "\n"
        if answer.notices > 0 { text += "\(answer.notices.counted("notice")) would go out at once\n" }
        if answer.failed > 0 {
            text += paint(.red, "\(answer.failed.counted("case")) could not be worked out; report it") + "\n"
        }
        for loss in answer.losses ?? [] { text += paint(.yellow, "warning: " + sentence(loss)) + "\n" }
        guard !answer.changes.isEmpty else { return text }
        text += "\n" + table(answer, times).text(paint)
        let total = answer.effects.total
        if answer.changes.count < total {
            text += "the \(answer.changes.count.grouped) most urgent of \(total.grouped); more with --limit\n"
        }
        return text
    }

    /// What is lost, who uses it, and who stands in (S31).
    private static func sentence(_ loss: PolicyDiffAnswer.Loss) -> String {
        let users = loss.cases == 1 ? "1 open case uses it" : "\(loss.cases.grouped) open cases use it"
        let standsIn =
            switch loss.kind {
            case "tier": "last_resort is told in place of its manager and team"
            case "team": "the team of the tier stands in for it, and last_resort if a step names it"
            case "person": "the team stands in for an agent, and last_resort if a step names the person"
            default: "last_resort stands in for it"
            }
        return "the policy has no \(loss.kind) \(Printable.text(loss.name)), and \(users): \(standsIn)"
    }

    /// `3 deadlines move, 1 later, 1 sooner, 1 put off under change_grace; 2 targets start`.
    private static func summary(_ effects: PolicyDiffAnswer.Effects) -> String {
        var parts: [String] = []
        if effects.moved > 0 {
            let kinds: [(Int, String)] = [
                (effects.breached, "missed at once"), (effects.putOff, "put off under change_grace"),
                (effects.sooner, "sooner"), (effects.later, "later"), (effects.spared, "later and spared"),
            ]
            parts.append(
                ([effects.moved.verb("deadline", "moves", "move")]
                    + kinds.filter { $0.0 > 0 }.map { "\($0.grouped) \($1)" })
                    .joined(separator: ", ")
            )
        }
        let others: [(Int, String, String)] = [
            (effects.started, "starts", "start"), (effects.cancelled, "is dropped", "are dropped"),
            (effects.paused, "pauses", "pause"), (effects.resumed, "goes on", "go on"),
            (effects.suspended, "has no open time ahead", "have no open time ahead"),
            (effects.lessLeft, "has less left when it goes on", "have less left when they go on"),
            (effects.moreLeft, "has more left when it goes on", "have more left when they go on"),
        ]
        parts += others.filter { $0.0 > 0 }.map { $0.verb("target", $1, $2) }
        return parts.isEmpty ? "nothing moves" : parts.joined(separator: "; ")
    }

    private static func table(_ answer: PolicyDiffAnswer, _ times: TimeText) -> Table {
        var table = Table(["CASE", "TARGET", "TIER", "WHAT", "NOW DUE", "THEN DUE", "TOLD AT ONCE"])
        let now = answer.now.instant
        for change in answer.changes {
            table.add([
                .init(change.case, .bold), .init(change.target), .init("\(change.tier)"), what(change),
                due(change.deadlineBefore, left: change.leftBeforeMs, at: now, times),
                due(change.deadlineAfter, left: change.leftAfterMs, at: now, times),
                .init(change.told.joined(separator: ", ")),
            ])
        }
        return table
    }

    private static func what(_ change: PolicyDiffAnswer.Change) -> Table.Cell {
        switch change.effect {
        case "breached": .init("missed", .red)
        case "put_off": .init("put off", .yellow)
        case "sooner": .init("sooner", .yellow)
        case "later": .init("later", .green)
        case "spared": .init("spared", .green)
        case "started": change.underGrace ? .init("starts late", .yellow) : .init("starts")
        case "cancelled": .init("dropped")
        case "paused": .init("pauses")
        case "resumed": .init("goes on", .yellow)
        case "suspended": .init("suspended", .red)
        case "less_left": .init("less left", .yellow)
        case "more_left": .init("more left", .green)
        default: .init(change.effect)
        }
    }

    private static func due(_ deadline: Timestamp?, left: Int64?, at now: Instant, _ times: TimeText) -> Table.Cell {
        if let deadline = deadline?.instant {
            return .init("\(RelativeTime.due(deadline, at: now)), \(times(deadline))")
        }
        guard let left else { return .init("-", .faint) }
        return .init("\(RelativeTime.short(Span(milliseconds: left))) left")
    }
}

extension Int {
    /// `1 deadline moves`, `3 deadlines move`.
    fileprivate func verb(_ word: String, _ one: String, _ many: String) -> String {
        "\(counted(word)) \(self == 1 ? one : many)"
    }
}
