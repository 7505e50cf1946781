/// What the file declares, taken from its keys before anything else is read: so a reference to an entry that has a
/// mistake of its own is not called dangling.
struct Names {
    var calendars: [String] = ["always"]
    var people: [String] = []
    var teams: [String] = []
    /// In ascending order.
    var tiers: [Int] = []
    var ladders: [String] = []

    init(_ root: Section) {
        calendars += Self.keys(root["calendars"])
        people = Self.keys(root["people"])
        teams = Self.keys(root["teams"])
        tiers = Self.keys(root["tiers"]).compactMap { Int($0) }.sorted()
        ladders = Self.keys(root["ladders"])
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
        among names: [String],
        _ mistake: Mistake
    ) -> String? {
        guard let name = text(value, path, expected: "the name of a \(kind)") else { return nil }
        guard !names.contains(name) else { return name }
        error(
            mistake,
            value.place,
            "\(path) names the \(kind) \(shown(name)), which does not exist",
            hint: suggestion(for: name, among: names) ?? (names.isEmpty ? nil : "known: \(brief(names))")
        )
        return nil
    }

    private func brief(_ names: [String]) -> String {
        let namesMax = 8
        let list = names.prefix(namesMax).map(shown).joined(separator: ", ")
        return names.count > namesMax ? "\(list), …" : list
    }
}
