/// What a replay sent, and what the daemon made of it meanwhile.
struct ReplaySummary: Encodable, Equatable {
    private(set) var cases: Int
    /// Sent to the daemon.
    private(set) var events = 0
    private(set) var applied = 0
    private(set) var duplicate = 0
    /// By the reader of the file and by the daemon.
    private(set) var refused = 0
    /// Records written during the replay, by their word in the ledger; a word is missing where nothing counts it.
    private(set) var records: [String: Int] = [:]
    /// Cases that are open afterwards, and those of them with a breach.
    private(set) var open = 0
    private(set) var breached = 0
    /// With `--until-idle`: whether nothing is due any more.
    var isIdle: Bool?
    /// The first refusal, as a hint.
    private(set) var refusal: String?

    private enum CodingKeys: String, CodingKey {
        case cases, events, applied, duplicate, refused, records, open, breached, refusal
        case isIdle = "idle"
    }

    /// The words that the table shows, with what they mean to people.
    private static let rows: [(word: String, title: String, style: Paint.Style)] = [
        ("met", "met in time", .green), ("warned", "warnings", .yellow), ("breached", "breaches", .red),
        ("met_late", "met late", .plain), ("escalated", "escalations", .red), ("moved", "moves", .plain),
        ("retracted", "retracted", .plain), ("cancelled", "cancelled", .plain),
    ]

    init(_ log: ReplayLog) {
        cases = log.caseCount
        refused = log.log.refusals.count
        refusal = log.log.refusals.kept.first.flatMap(Self.hint)
    }

    mutating func add(_ answer: EventsAnswer) {
        events += answer.applied + answer.duplicate + answer.refused
        applied += answer.applied
        duplicate += answer.duplicate
        refused += answer.refused
        if refusal == nil, let first = answer.results?.first(where: { $0.result == "refused" }) {
            refusal = [first.case.map { "case \($0)" }, first.reason ?? first.code].joinedWords(": ")
        }
    }

    private static func hint(_ refusal: LineRefusals.Refusal) -> String? {
        let words: [String?] = ["line \(refusal.line)", refusal.case.map { "case \($0)" }, refusal.reason]
        return words.joinedWords(": ")
    }

    /// Takes the difference of the daemon's counters over the replay.
    mutating func count(from before: MetricsAnswer, to after: MetricsAnswer, _ status: StatusAnswer) {
        open = status.open
        breached = status.breached
        for row in Self.rows {
            // A counter that has counted nothing yet may not be shown at all.
            guard let count = after.records(row.word) else { continue }
            records[row.word] = count - (before.records(row.word) ?? 0)
        }
    }

    func text(_ paint: Paint) -> String {
        var table = Table(["", ""])
        func add(_ title: String, _ count: Int?, _ style: Paint.Style = .plain) {
            guard let count else { return }
            let digits = count.grouped
            let padding = String(repeating: " ", count: max(0, 9 - digits.count))
            table.add([.init(title), .init(padding + digits, count > 0 ? style : .plain)])
        }
        add("cases", cases)
        add("events applied", applied)
        if duplicate > 0 { add("duplicate", duplicate, .yellow) }
        if refused > 0 { add("refused", refused, .red) }
        for row in Self.rows { add(row.title, records[row.word] ?? 0, row.style) }
        add("still open", open)
        add("of them breached", breached, .red)
        let hint = refusal.map { "the first refusal: \(Printable.text($0))\n" } ?? ""
        let busy = isIdle == false ? "something is still due; slactl cases shows what\n" : ""
        return table.text(paint) + hint + busy
    }
}
