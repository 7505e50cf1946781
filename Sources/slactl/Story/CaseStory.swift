import Engine
import TimeBase

/// A case for people: what it is, its timers, the steps of its ladders, and what was decided, in order.
struct CaseStory {
    private let file: CaseFileAnswer
    private let page: Int
    private let paint: Paint
    private let times: TimeText
    private var now: Instant { file.now.instant }

    /// `page` is that of the ledger records which the answer has; 1 has the newest.
    init(_ file: CaseFileAnswer, page: Int = 1, _ paint: Paint, _ times: TimeText = .utc) {
        self.file = file
        self.page = page
        self.paint = paint
        self.times = times
    }

    var text: String {
        [head, section("Timers", timers), section("Ladder", ladder), section("Ledger", ledger)]
            .filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    private func section(_ title: String, _ body: String) -> String {
        body.isEmpty ? "" : paint(.bold, title) + "\n" + body
    }

    private var head: String {
        let state = file.case
        var table = Table(["", ""])
        func add(_ name: String, _ value: String?, _ style: Paint.Style = .plain) {
            if let value, !value.isEmpty { table.add([.init(name, .faint), .init(value, style)]) }
        }
        add("subject", state.subject)
        add("status", state.deleted == true ? "\(state.status), deleted" : state.status)
        add(state.status == Status.merged.word ? "merged into" : "continued in", state.successor.map(Printable.text))
        add("held by", [state.tier.map { "tier \($0)" }, state.team, state.agent].joinedWords(", "))
        add("priority", state.priority)
        add("plan", state.plan)
        add("customer", state.customer)
        add("channel", state.channel)
        add("about", [state.topic, state.language].joinedWords(", "))
        add("tags", state.tags?.joined(separator: ", "))
        if state.private == true { add("private", "yes, its text appears in no notice") }
        add("opened", dated(state.openedAt.instant, by: state.openedBy))
        add("waiting", state.waitingSince.map { "since \(dated($0.instant))" })
        add(
            "taken",
            state.acknowledged.map { taken in
                [taken.by.map { "by \(Printable.text($0))" }, dated(taken.at.instant)].joinedWords(", ") ?? ""
            }
        )
        add(
            "snoozed",
            state.snoozed.map { snooze in
                let until = "until \(dated(snooze.until.instant))"
                return [snooze.by.map { "by \(Printable.text($0))" }, until].joinedWords(", ") ?? ""
            }
        )
        add("done", state.doneAt.map { dated($0.instant) })
        if let removed = state.contentRemovedAt?.instant {
            let rested = state.restsSince.map { ", \((removed - $0.instant).rounded) after the last event" }
            add("content", "removed \(dated(removed))\(rested ?? ""); its verdicts are left", .yellow)
        }
        if let next = state.nextWake { add("next", dated(next.instant)) }
        if let cause = file.setAside { add("set aside", cause, .red) }
        return paint(.bold, "Case \(Printable.text(state.case))") + "\n" + table.text(paint)
    }

    private var timers: String {
        guard !file.case.timers.isEmpty else { return "" }
        var table = Table(["TARGET", "CYCLE", "STATE", "VERDICT", "DEADLINE", "", "OF", "USED", "RULE"])
        for timer in file.case.timers {
            let deadline = (timer.deadline ?? timer.breachedAt)?.instant
            let isEnded = timer.state == "ended"
            let isVoid = timer.void == true
            let verdict = [timer.verdict, timer.reason.map { "(\($0))" }, isVoid ? "(void)" : nil].joinedWords(" ")
            table.add([
                .init(timer.target),
                .init("\(timer.cycle)"),
                .init(timer.acknowledged == true ? "\(timer.state), acknowledged" : timer.state),
                .init(verdict ?? "-", isVoid ? .faint : Self.style(ofVerdict: timer.verdict)),
                .init(deadline.map(times.callAsFunction) ?? "-"),
                .init(isEnded ? "" : deadline.map { RelativeTime.due($0, at: now) } ?? ""),
                .init([Span(milliseconds: timer.durationMs).description, timer.calendar].joinedWords(" of ") ?? "-"),
                .init(timer.state == "running" ? "" : timer.elapsedMs.map(used) ?? "-"),
                .init(timer.rule ?? "-"),
            ])
        }
        return table.text(paint)
    }

    /// Of a running timer the daemon tells only what was used before it last began to run; its deadline says more.
    private func used(milliseconds: Int64) -> String { RelativeTime.short(Span(milliseconds: milliseconds)) }

    private var ladder: String {
        guard !file.steps.isEmpty else { return "" }
        var table = Table(["TARGET", "STEP", "ACTION", "WHEN", "", "RECEIVERS"])
        let ended = Set(file.case.timers.filter { $0.state == "ended" }.map(\.target))
        for step in file.steps {
            let line = StepLine(step, isEnded: ended.contains(step.target), at: now, times)
            table.add([
                .init(step.target), .init(step.step), .init(step.action),
                .init(line.when, line.isFaint ? .faint : .plain), .init(line.distance), .init(line.receivers),
            ])
        }
        return table.text(paint)
    }

    private var ledger: String {
        guard !file.ledger.isEmpty else { return page > 1 ? "no record is on page \(page)\n" : "" }
        var table = Table(["", "", ""])
        for record in file.ledger {
            let sentence = RecordSentence(record, times)
            table.add([
                .init(times(record.at.instant), .faint),
                .init(record.record, sentence.style),
                .init(sentence.text),
            ])
        }
        let isCut = file.ledgerHasOlder ?? false
        return (isCut ? "the older records are on the next page: add --page\n" : "") + table.text(paint)
    }

    private static func style(ofVerdict word: String?) -> Paint.Style {
        switch word {
        case "met": .green
        case "breached", "met_late": .red
        default: .plain
        }
    }

    private func dated(_ instant: Instant, by opener: String? = nil) -> String {
        "\(times(instant)), \(RelativeTime.since(instant, at: now))" + (opener.map { ", by \($0)" } ?? "")
    }
}

extension [String?] {
    /// Those that are there and not empty, joined; nil if none is.
    func joinedWords(_ separator: String) -> String? {
        let words = compactMap { $0 }.filter { !$0.isEmpty }
        return words.isEmpty ? nil : words.joined(separator: separator)
    }
}
