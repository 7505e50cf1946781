import Engine
import TimeBase

/// How one deadline came about, for people: fit to be forwarded to a customer.
///
/// Times are those of the calendar's wall clock, the answer in UTC as well.
struct DeadlineStory {
    private let cycle: ExplanationAnswer.Cycle
    private let clock: LocalClock
    private let paint: Paint
    private let times: TimeText

    /// `zones` gives the rules of a zone by its name; if it cannot, times are UTC.
    init(_ cycle: ExplanationAnswer.Cycle, zones: (String) -> ZoneRules?, _ paint: Paint, _ times: TimeText = .utc) {
        self.cycle = cycle
        clock = LocalClock(zone: cycle.parts.lazy.compactMap(\.zone).last.flatMap(zones) ?? .utc)
        self.paint = paint
        self.times = times
    }

    var text: String {
        var table = Table(["", "", "", ""])
        table.add(moment("started", cycle.startedAt.instant, note: ""))
        if cycle.carriedMs > 0 {
            table.add([
                .init("carried", .green), .init(carriedFrom),
                .init(Span(milliseconds: cycle.carriedMs).description), .init(""),
            ])
        }
        var total = Span(milliseconds: cycle.carriedMs)
        for part in cycle.parts { for row in rows(part, &total) { table.add(row) } }
        if let deadline = (cycle.breachedAt ?? cycle.deadline)?.instant {
            table.add(moment("deadline", deadline, note: times(deadline), .bold))
        }
        if let ended = cycle.endedAt?.instant { table.add(moment("ended", ended, note: verdict ?? "")) }
        for record in cycle.told {
            let sentence = RecordSentence(record, times)
            table.add([
                .init(record.record, sentence.style), .init(clock.full(record.noticedAt.instant)), .init(""),
                .init(sentence.text),
            ])
        }
        return paint(.bold, Printable.text(title)) + "\n" + table.text(paint)
    }

    private var title: String {
        let length = Span(milliseconds: cycle.durationMs)
        let number = cycle.cycle > 1 ? ", cycle \(cycle.cycle)" : ""
        return
            "\(cycle.target)\(number): \(verdict ?? cycle.state), within \(length) of \(cycle.calendar), times in \(clock.zone.name)"
    }

    private var verdict: String? {
        let isVoid = cycle.void == true
        let why = [isVoid ? "does not count" : nil, cycle.reason.map(Printable.text)].joinedWords(": ")
        return [cycle.verdict, why.map { "(\($0))" }].joinedWords(" ")
    }

    /// A first cycle has none before it, and `next_reply` always starts afresh: another case has brought the time in.
    private var carriedFrom: String {
        let isFresh = cycle.cycle == 1 || cycle.target == Metric.nextReply.word
        return isFresh ? "from a case merged into it" : "from the cycle before"
    }

    private func moment(_ name: String, _ instant: Instant, note: String, _ style: Paint.Style = .faint) -> [Table.Cell]
    {
        [.init(name, style), .init(clock.full(instant), style == .bold ? .bold : .plain), .init(""), .init(note)]
    }

    private func rows(_ part: ExplanationAnswer.Part, _ total: inout Span) -> [[Table.Cell]] {
        switch part.part {
        case "chosen": return chosen(part)
        case "counted":
            return (part.spans ?? [])
                .map { span in
                    let length = Span(milliseconds: span.lengthMs)
                    total += length
                    return [
                        .init("counted", .green),
                        .init(clock.span(from: span.from.instant, to: span.until.instant)),
                        .init(length.description), .init(length == total ? "" : "\(total) so far"),
                    ]
                }
        case "paused":
            let from = part.from.map { clock.full($0.instant) } ?? ""
            let until = part.until.map { clock.full($0.instant) } ?? "now"
            let why = [part.reason.map(Printable.text), "does not count"].joinedWords(", ") ?? ""
            return [[.init("paused", .yellow), .init("\(from) to \(until)"), .init(""), .init(why)]]
        case "suspended":
            let from = part.from.map { clock.full($0.instant) } ?? ""
            return [[.init("suspended", .red), .init(from), .init(""), .init("no open time within 366 days")]]
        case "deadline_set":
            let due = part.deadline.map { "due \(clock.full($0.instant)), whatever the rules say" }
            let person = part.by.map { "by \(Printable.text($0))" }
            let why = part.reason.map { "(\(Printable.text($0)))" }
            return [
                [
                    .init("set", .yellow), .init(part.at.map { clock.full($0.instant) } ?? ""), .init(""),
                    .init([[due, person].joinedWords(", "), why].joinedWords(" ") ?? ""),
                ]
            ]
        case "retargeted":
            let length = part.durationMs.map { milliseconds in
                let duration = Span(milliseconds: milliseconds)
                return "within \(duration) in all, \(max(duration - total, .zero)) of it left"
            }
            let due = part.deadline.map { "due \(clock.full($0.instant))" }
            let why = part.reason.map { "(\($0))" }
            return [
                [
                    .init("changed", .yellow), .init(part.at.map { clock.full($0.instant) } ?? ""), .init(""),
                    .init([[length, due].joinedWords(", "), why].joinedWords(" ") ?? ""),
                ]
            ]
        default: return [[.init(part.part), .init(part.at.map { clock.full($0.instant) } ?? ""), .init(""), .init("")]]
        }
    }

    private func chosen(_ part: ExplanationAnswer.Part) -> [[Table.Cell]] {
        let policy = part.policyVersion.map { "policy version \($0)" }
        let rule = part.rule.map { "\"\($0)\"" } ?? "no rule asks for it"
        let days = part.businessDays.map { Target.Allowance.businessDays($0).text }
        let length = (part.durationMs.map { Span(milliseconds: $0).description } ?? days).map { "within \($0)" }
        let isAsked = part.rule == nil || part.calendar != nil
        let head: [Table.Cell] = [
            .init("rule", .faint), .init(rule), .init(""),
            .init(
                [isAsked ? nil : "asks for no \(cycle.target)", length, part.calendar.map { "of \($0)" }, policy]
                    .joinedWords(", ") ?? ""
            ),
        ]
        let others = (part.passedOver ?? [])
            .map { passed -> [Table.Cell] in
                [.init("", .faint), .init("not \"\(passed.rule)\"", .faint), .init(""), .init(passed.why, .faint)]
            }
        return [head] + others
    }
}
