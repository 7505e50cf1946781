import TimeBase

/// Cases as a table of the columns that people look at first.
struct CaseTable {
    let table: Table

    /// `isTicking`: what is left is told to the second.
    init(_ answer: CasesAnswer, at now: Instant, _ times: TimeText, isTicking: Bool = false) {
        // Most lists have none that is taken or snoozed: no column then.
        let handlings = answer.cases.map { Self.handling(of: $0, at: now, times) }
        let hasHandling = handlings.contains { !$0.isEmpty }
        let heads = ["CASE", "DUE", "TARGET", "TIER", "STATUS", "PRIORITY", "WHO"]
        // Which case, until when and for what: without them a line is of no use.
        var table = Table(heads + (hasHandling ? ["TAKEN"] : []) + ["ABOUT"], firm: 3)
        for (row, handling) in zip(answer.cases, handlings) {
            let timer = row.mostUrgent
            let about = row.private == true ? "(private)" : row.subject ?? row.topic ?? ""
            let cells: [Table.Cell] = [
                .init(row.case, .bold),
                Self.due(timer, at: now, isTicking: isTicking),
                .init(timer?.target ?? "-"),
                .init(row.tier.map(String.init) ?? "-"),
                .init(row.status),
                .init(row.priority ?? "-"),
                .init(Self.holder(of: row) ?? "-"),
            ]
            let taken = hasHandling ? [Table.Cell(handling.isEmpty ? "-" : handling)] : []
            table.add(cells + taken + [.init(about.cut(to: 48))])
        }
        self.table = table
    }

    /// The agent, else the team.
    ///
    /// Empty text means that it was taken from its agent.
    private static func holder(of row: CaseAnswer) -> String? {
        if let agent = row.agent, !agent.isEmpty { agent } else { row.team }
    }

    /// `by anna 2h ago`, `snoozed by ben until 2026-11-22 09:00:00 CET`, both, or nothing.
    private static func handling(of row: CaseAnswer, at now: Instant, _ times: TimeText) -> String {
        let taken = row.acknowledged.map { taken in
            [taken.by.map { "by \($0)" }, RelativeTime.since(taken.at.instant, at: now)].joinedWords(" ")
        }
        let snoozed = row.snoozed.map { snooze in
            ["snoozed", snooze.by.map { "by \($0)" }, "until \(times(snooze.until.instant))"].joinedWords(" ")
        }
        return [taken ?? nil, snoozed ?? nil].joinedWords(", ") ?? ""
    }

    private static func due(_ timer: TimerAnswer?, at now: Instant, isTicking: Bool) -> Table.Cell {
        guard let timer else { return Table.Cell("-", .faint) }
        guard let deadline = timer.deadline?.instant ?? timer.breachedAt?.instant else {
            return Table.Cell(timer.state, .faint)
        }
        let left = deadline - now
        let isSoon = left < .minutes(30)
        let text = isTicking ? RelativeTime.ticking(deadline, at: now) : RelativeTime.due(deadline, at: now)
        return Table.Cell(text, left < .zero ? .red : isSoon ? .yellow : .plain)
    }
}
