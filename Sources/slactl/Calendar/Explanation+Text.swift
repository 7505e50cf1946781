import Config
import TimeBase
import WorkingTime

/// An explanation for people, in the order of time.
extension Explanation {
    /// What the two ends are called: `start` and `deadline`, say.
    struct Labels {
        let start: String
        let end: String
        /// Which of the two is the answer; neither where the answer is the time between.
        let answer: Answer

        enum Answer {
            case start
            case end
            case between
        }
    }

    /// Of more steps than this, those in the middle are summed up.
    static let stepsMax = 40
    private static let stepsAtEnd = 8

    func text(_ labels: Labels, isComplete: Bool, _ paint: Paint) -> String {
        let clock = LocalClock(zone: calendar.zone)
        var table = Table(["", "", "", ""])
        func addEnd(_ label: String, _ instant: Instant, isAnswer: Bool) {
            table.add([
                .init(label, isAnswer ? .bold : .faint), .init(clock.full(instant), isAnswer ? .bold : .plain),
                .init(""), .init(instant.shortRFC3339, isAnswer ? .bold : .plain),
            ])
        }
        addEnd(labels.start, start, isAnswer: labels.answer == .start)
        let isCut = !isComplete && steps.count > Self.stepsMax
        let cut = isCut ? Self.stepsMax - Self.stepsAtEnd..<steps.count - Self.stepsAtEnd : steps.count..<steps.count
        for step in steps[..<cut.lowerBound] { table.add(row(step, clock)) }
        if isCut { table.add(sum(of: steps[cut])) }
        for step in steps[cut.upperBound...] { table.add(row(step, clock)) }
        addEnd(labels.end, end, isAnswer: labels.answer == .end)
        let title = "\(calendar.spec.name), \(calendar.zone.name)"
        return paint(.bold, Printable.text(title)) + "\n" + table.text(paint)
    }

    private func row(_ step: Step, _ clock: LocalClock) -> [Table.Cell] {
        switch step {
        case .counted(let stretch, let total, let reason):
            let length = stretch.end - stretch.start
            let sum = length == total ? "" : "\(total) so far"
            return [
                .init("counted", .green), .init(clock.span(from: stretch.start, to: stretch.end)),
                .init(length.description), .init([sum, reason?.text].joinedWords(", ") ?? ""),
            ]
        case .pause(let from, let to):
            return [
                .init("skipped", .faint), .init(clock.span(from: from, to: to), .faint), .init(""),
                .init("closed", .faint),
            ]
        case .closure(let closure):
            return [
                .init("skipped", .faint), .init(clock.span(from: closure.start, to: closure.end), .faint), .init(""),
                .init(closure.name.map { "closed: \($0)" } ?? "part-day holiday", .yellow),
            ]
        case .skipped(let first, let last, let reason):
            let dates = first == last ? first.withWeekday : "\(first.withWeekday) to \(last.withWeekday)"
            return [
                .init("skipped", .faint), .init(dates, .faint), .init(""),
                .init(reason?.text ?? "no hours", reason == nil ? .faint : .yellow),
            ]
        }
    }

    private func sum(of steps: ArraySlice<Step>) -> [Table.Cell] {
        var open = Span.zero
        var count = 0
        for case .counted(let stretch, _, _) in steps {
            open += stretch.end - stretch.start
            count += 1
        }
        let what = "\(count.counted("more span")) (--all shows them)"
        return [.init("..."), .init(what), .init(open.description), .init("")]
    }
}
