import TimeBase

/// Cases in rows with all columns.
struct CaseRows {
    private let answer: CasesAnswer

    init(_ answer: CasesAnswer) { self.answer = answer }

    private static let names = [
        "case", "status", "priority", "tier", "team", "agent", "customer", "plan", "channel", "opened_at",
        "waiting_since", "target", "deadline", "verdict", "acknowledged_at", "acknowledged_by",
        "snoozed_until", "snoozed_by", "subject",
    ]

    /// Times are RFC 3339 in UTC; the text of a private case is left out.
    var csv: String {
        CSV.line(Self.names)
            + answer.cases.map { CSV.line(cells(of: $0) { $0.rfc3339 }) }.joined()
    }

    /// As wide as it is.
    func table(_ paint: Paint, _ times: TimeText) -> String {
        guard !answer.cases.isEmpty else { return "no case fits\n" }
        var table = Table(Self.names.map { $0.uppercased().replacing("_", with: " ") })
        for row in answer.cases {
            table.add(cells(of: row) { times($0) }.map { Table.Cell($0.isEmpty ? "-" : $0) })
        }
        return table.text(paint)
    }

    private func cells(of row: CaseAnswer, _ time: (Instant) -> String) -> [String] {
        let timer = row.mostUrgent
        return [
            row.case, row.status, row.priority, row.tier.map(String.init), row.team, row.agent, row.customer, row.plan,
            row.channel, time(row.openedAt.instant), row.waitingSince.map { time($0.instant) }, timer?.target,
            (timer?.deadline ?? timer?.breachedAt).map { time($0.instant) }, timer?.verdict,
            row.acknowledged.map { time($0.at.instant) }, row.acknowledged?.by,
            row.snoozed.map { time($0.until.instant) }, row.snoozed?.by,
            row.private == true ? "(private)" : row.subject,
        ]
        .map { $0 ?? "" }
    }
}
