import Engine
import TimeBase

extension Reading {
    /// A step with the place that complaints about it point at.
    struct PlacedStep {
        var step: Step
        let path: String
        let place: Place
        /// `2 of 3`: which turn of a step that repeats; nil if it does not.
        var turn: String?
        /// Which round of its section it belongs to; 1 outside of sections.
        var round = 1
    }

    /// A ladder with the places of its steps.
    struct PlacedLadder {
        let ladder: Ladder
        let steps: [PlacedStep]
        let place: Place
    }

    func ladders(_ value: YAMLValue, _ path: String, _ names: Names) -> [PlacedLadder] {
        named(value, path, each: "ladder")
            .compactMap { entry in
                guard isName(entry, "ladder") else { return nil }
                let path = "\(path).\(entry.key)"
                guard let items = list(entry.value, path, of: "steps") else { return nil }
                guard items.count <= Ladder.stepsMax else {
                    error(
                        .outOfRange,
                        entry.keyPlace,
                        "\(path) has \(items.count) steps, at most \(Ladder.stepsMax) are taken"
                    )
                    return nil
                }
                if items.isEmpty {
                    error(
                        .missingKey,
                        entry.value.place,
                        "\(path) has no steps",
                        hint: "write at least { at: breach, do: escalate }"
                    )
                }
                guard let steps = steps(items, path, entry.keyPlace, names) else { return nil }
                return PlacedLadder(
                    ladder: Ladder(name: entry.key, steps: steps.map(\.step)),
                    steps: steps,
                    place: entry.keyPlace
                )
            }
    }

    /// `clock` is that of the section the step stands in, which then has none of its own; nil outside of sections.
    func step(_ item: YAMLValue, _ path: String, clock: Bool? = nil, _ names: Names) -> PlacedStep? {
        let keys = ["at", "do", "notify", "every", "times", "clock"]
        guard let section = Section(item, path: path, at: item.place, keys: keys, self) else { return nil }
        let wall = clock ?? section["clock"].map { countsWall($0, section.path(of: "clock")) } ?? false
        if clock != nil, let entry = section.entry("clock") {
            let path = section.path(of: entry.key)
            error(.badStepTime, entry.keyPlace, "\(path) stands inside a section", hint: "write it at the section")
        }
        let due = section.required("at", "at: breach")
            .flatMap {
                self.due($0.value, section.path(of: $0.key), wall: wall ?? false)
            }
        if let clock = section.entry("clock"), due?.isWarning == true {
            error(
                .badStepTime,
                clock.keyPlace,
                "\(section.path(of: "clock")) has no meaning for a warning, which counts as its target does"
            )
        }
        let action = section["do"].map { self.action($0, section.path(of: "do"), names) } ?? .notify
        let audience = section["notify"].map { self.audience($0, section.path(of: "notify"), names) } ?? []
        if section["notify"] == nil, action == .notify {
            error(.missingKey, section.place, "\(path) tells nobody and does nothing", hint: "write notify: [assignee]")
        }
        var every: Span?
        if let value = section["every"] {
            every = interval(value, section.path(of: "every"), isWall: wall ?? false)
            if due?.isWarning == true {
                error(.badRepeat, value.place, "\(section.path(of: "every")): a warning cannot repeat")
                every = nil
            }
        }
        let times = section["times"].flatMap { integer($0, section.path(of: "times"), in: 1...1_000) }
        if let entry = section.entry("times"), section["every"] == nil {
            error(.badRepeat, entry.keyPlace, "\(section.path(of: "times")) needs every", hint: "write every: 2h")
        }
        guard let due, let action, let audience else { return nil }
        let step = Step(
            due: due,
            text: due.text,
            action: action,
            audience: audience,
            every: every,
            timesMax: times
        )
        return PlacedStep(step: step, path: path, place: item.place)
    }
}

// MARK: When

extension Reading {
    /// Reads `75%`, `before 30m`, `breach` and `breach + 2h`.
    private func due(_ value: YAMLValue, _ path: String, wall: Bool) -> Step.Due? {
        let expected = "75%, before 30m, breach or breach + 2h"
        guard let text = text(value, path, expected: expected) else { return nil }
        if text == "breach" { return .after(.zero, wall: wall) }
        if text.hasSuffix("%") { return percent(text, value.place, path) }
        if text.hasPrefix("before ") {
            return warning(String(text.dropFirst("before ".count)), value.place, path)
        }
        let parts = text.split(separator: "+", omittingEmptySubsequences: false).map { $0.split(separator: " ") }
        if parts.count == 2, parts[0] == ["breach"], parts[1].count == 1, let length = parts[1].first {
            let counted = wall ? Counted.allHours : .openTime(calendar: nil)
            return duration(String(length), at: value.place, path, counted: counted).map { .after($0, wall: wall) }
        }
        error(
            .badStepTime,
            value.place,
            "\(path) is \"\(shown(text))\", expected \(expected)",
            hint: hint(forStepTime: text)
        )
        return nil
    }

    private func hint(forStepTime text: String) -> String? {
        if text.hasPrefix("after ") { return "write breach + \(shown(String(text.dropFirst("after ".count))))" }
        if Span(text: text) != nil { return "write before \(text) or breach + \(text)" }
        return suggestion(for: text, among: ["breach"])
    }

    private func percent(_ text: String, _ place: Place, _ path: String) -> Step.Due? {
        guard let share = Int(text.dropLast()), share >= 1, !text.hasPrefix("+") else {
            error(.badStepTime, place, "\(path) is \"\(shown(text))\", expected a whole share from 1% to 99%")
            return nil
        }
        guard share < 100 else {
            error(
                .warningTooLate,
                place,
                "\(path) is \(shown(text)), which is no warning any more",
                hint: share == 100 ? "write breach" : "write breach + a duration"
            )
            return nil
        }
        return .percent(share)
    }

    private func warning(_ length: String, _ place: Place, _ path: String) -> Step.Due? {
        guard let span = duration(length, at: place, path, counted: .openTime(calendar: nil)) else { return nil }
        guard span > .zero else {
            error(
                .warningTooLate,
                place,
                "\(path) is at the breach, which is no warning any more",
                hint: "write breach"
            )
            return nil
        }
        return .before(span)
    }
}

extension Step.Due {
    /// As the policy writes it, with single spaces.
    var text: String {
        switch self {
        case .percent(let share): "\(share)%"
        case .before(let span): "before \(span)"
        case .after(.zero, _): "breach"
        case .after(let span, _): "breach + \(span)"
        }
    }
}
