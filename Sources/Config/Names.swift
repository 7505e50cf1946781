/// What the file declares, taken from its keys before anything else is read: so a reference to an entry that has a
/// mistake of its own is not called dangling.
struct Names {
    let calendars: List
    let people: List
    let teams: List
    /// In ascending order.
    let tiers: [Int]
    let ladders: List

    init(_ root: Section) {
        calendars = List(["always"] + Self.keys(root["calendars"]))
        people = List(Self.keys(root["people"]))
        teams = List(Self.keys(root["teams"]))
        tiers = Self.keys(root["tiers"]).compactMap { Int($0) }.filter(Reading.tierNumbers.contains).sorted()
        ladders = List(Self.keys(root["ladders"]))
    }

    /// Names in the order of the file, for hints, and as a set, because a file may refer to them very often.
    struct List {
        let ordered: [String]
        private let set: Set<String>

        init(_ names: [String]) {
            ordered = names
            set = Set(names)
        }

        func contains(_ name: String) -> Bool { set.contains(name) }
    }

    private static func keys(_ value: YAMLValue?) -> [String] {
        guard case .map(let entries)? = value?.content else { return [] }
        return entries.map(\.key)
    }
}

extension Reading {
    func calendarName(_ value: YAMLValue, _ path: String, _ names: Names) -> String? {
        reference(value, path, "calendar", among: names.calendars, .unknownCalendar)
    }

    func personID(_ value: YAMLValue, _ path: String, _ names: Names) -> String? {
        reference(value, path, "person", among: names.people, .unknownPerson)
    }

    func teamID(_ value: YAMLValue, _ path: String, _ names: Names) -> String? {
        reference(value, path, "team", among: names.teams, .unknownTeam)
    }

    func ladderName(_ value: YAMLValue, _ path: String, _ names: Names) -> String? {
        reference(value, path, "ladder", among: names.ladders, .unknownLadder)
    }

    func tierNumber(_ value: YAMLValue, _ path: String, _ names: Names) -> Int? {
        guard let number = integer(value, path, in: Reading.tierNumbers) else { return nil }
        return tierNumber(number, at: value.place, path, names)
    }

    func tierNumber(_ number: Int, at place: Place, _ path: String, _ names: Names) -> Int? {
        guard !names.tiers.contains(number) else { return number }
        let known =
            names.tiers.isEmpty
            ? "the file has no tiers" : "tiers are \(names.tiers.map(String.init).joined(separator: ", "))"
        error(.unknownTier, place, "\(path) names tier \(number), which does not exist", hint: known)
        return nil
    }

    private func reference(
        _ value: YAMLValue,
        _ path: String,
        _ kind: String,
        among names: Names.List,
        _ mistake: Mistake
    ) -> String? {
        guard let name = text(value, path, expected: "the name of a \(kind)") else { return nil }
        guard !names.contains(name) else { return name }
        error(
            mistake,
            value.place,
            "\(path) names the \(kind) \(shown(name)), which does not exist",
            hint: suggestion(for: name, among: names.ordered)
                ?? (names.ordered.isEmpty ? nil : "known: \(brief(names.ordered))")
        )
        return nil
    }

    private func brief(_ names: [String]) -> String {
        let namesMax = 8
        let list = names.prefix(namesMax).map(shown).joined(separator: ", ")
        return names.count > namesMax ? "\(list), …" : list
    }
}
