import Engine
import TimeBase

/// What repeats in a ladder and is followed by more: it is written out, so that a ladder stays a plain list of steps.
extension Reading {
    /// The steps of a ladder, its sections and its repeating steps written out; nil after a complaint about their number.
    func steps(_ items: [YAMLValue], _ path: String, _ place: Place, _ names: Names) -> [PlacedStep]? {
        var steps: [PlacedStep] = []
        for (index, item) in items.enumerated() {
            let itemPath = "\(path)[\(index + 1)]"
            let more: [PlacedStep]
            if item.hasKey("steps") {
                more = section(item, itemPath, names)
            } else {
                let step = step(item, itemPath, names)
                // The last one may go on repeating by itself.
                more = index == items.indices.last ? step.map { [$0] } ?? [] : step.map(turns) ?? []
            }
            // Read to the end for its mistakes, kept no further than it takes to see that it is too much.
            if steps.count <= Ladder.stepsMax { steps += more }
        }
        guard steps.count <= Ladder.stepsMax else {
            error(
                .outOfRange,
                place,
                "\(path) has more than \(Ladder.stepsMax) steps when all that repeats is written out",
                hint: "write fewer times, or let the last step repeat, which counts as one"
            )
            return nil
        }
        return steps
    }

    /// One section: steps that come again, all of them, every so often and so many times.
    private func section(_ item: YAMLValue, _ path: String, _ names: Names) -> [PlacedStep] {
        let keys = ["steps", "every", "times", "clock"]
        guard let section = Section(item, path: path, at: item.place, keys: keys, self) else { return [] }
        let isWall = section["clock"].map { countsWall($0, section.path(of: "clock")) } ?? false
        let every = section.required("every", "every: 30m")
            .flatMap { interval($0.value, section.path(of: "every"), isWall: isWall ?? false) }
        let times = section.required("times", "times: 5")
            .flatMap { integer($0.value, section.path(of: "times"), in: 1...Ladder.stepsMax) }
        let round = round(section, isWall: isWall ?? false, names)
        guard let every, let times, isWall != nil, let last = round.last else { return [] }
        if times > 1, let first = round.first, first.step.due.moved(by: every).offset < last.step.due.offset {
            error(
                .stepOutOfOrder,
                item.place,
                "the second round of \(path) begins before the first one has come to its end "
                    + "(\(first.step.due.moved(by: every).text), \(last.step.text))",
                hint: "write a longer every"
            )
            return []
        }
        return (1...times)
            .flatMap { number in
                round.map { step in
                    var again = step
                    again.round = number
                    again.step.due = step.step.due.moved(by: every.times(number - 1))
                    again.step.text = again.text(rounds: times)
                    return again
                }
            }
    }

    /// The steps of a section as they come the first time.
    private func round(_ section: Section, isWall: Bool, _ names: Names) -> [PlacedStep] {
        guard let entry = section.required("steps") else { return [] }
        let path = section.path(of: entry.key)
        guard let items = list(entry.value, path, of: "steps") else { return [] }
        if items.isEmpty { error(.missingKey, entry.value.place, "\(path) is empty", hint: "write a step into it") }
        var round: [PlacedStep] = []
        for (index, item) in items.enumerated() {
            let itemPath = "\(path)[\(index + 1)]"
            guard !item.hasKey("steps") else {
                error(.badRepeat, item.place, "\(itemPath) is a section inside a section", hint: "write its steps out")
                continue
            }
            guard let step = step(item, itemPath, clock: isWall, names) else { continue }
            if step.step.due.isWarning {
                error(.badRepeat, step.place, "\(step.path) (\(step.step.text)): a warning cannot repeat")
            } else if step.step.every != nil, step.step.timesMax == nil {
                error(
                    .badRepeat,
                    step.place,
                    "\(step.path) repeats without end inside a section",
                    hint: "write times: 3"
                )
            } else if round.count <= Ladder.stepsMax {
                round += turns(of: step)
            }
        }
        return round
    }

    /// The turns of a step that repeats so many times, each as a step of its own; one that does not end stays as it is.
    private func turns(of placed: PlacedStep) -> [PlacedStep] {
        guard let every = placed.step.every, let times = placed.step.timesMax else { return [placed] }
        return (1...min(times, Ladder.stepsMax + 1))
            .map { number in
                var turn = placed
                turn.step.due = placed.step.due.moved(by: every.times(number - 1))
                turn.turn = "\(number) of \(times)"
                turn.step.text = turn.text(rounds: nil)
                turn.step.every = nil
                turn.step.timesMax = nil
                return turn
            }
    }

    func countsWall(_ value: YAMLValue, _ path: String) -> Bool? {
        word(value, path, among: [("open", false), ("wall", true)])
    }

    func interval(_ value: YAMLValue, _ path: String, isWall: Bool) -> Span? {
        duration(value, path, counted: isWall ? .allHours : .openTime(calendar: nil), min: .seconds(1))
    }
}

extension Reading.PlacedStep {
    /// When it is due, and which of its repetitions it is: `breach + 40m (2 of 3, round 2 of 5)`.
    fileprivate func text(rounds: Int?) -> String {
        let notes = [turn, rounds.map { "round \(round) of \($0)" }].compactMap { $0 }
        return "\(step.due.text) (\(notes.joined(separator: ", ")))"
    }
}

extension Step.Due {
    /// So much later; a warning, which cannot repeat, stays where it is.
    fileprivate func moved(by span: Span) -> Step.Due {
        switch self {
        case .percent, .before: self
        case .after(let offset, let wall): .after(offset + span, wall: wall)
        }
    }

    /// How long after the breach it is due.
    fileprivate var offset: Span {
        switch self {
        case .percent, .before: .zero
        case .after(let offset, _): offset
        }
    }
}

extension Span {
    fileprivate func times(_ number: Int) -> Span { Span(milliseconds: milliseconds * Int64(number)) }
}

extension YAMLValue {
    fileprivate func hasKey(_ key: String) -> Bool {
        guard case .map(let entries) = content else { return false }
        return entries.contains { $0.key == key }
    }
}
