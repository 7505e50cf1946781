import Engine

extension Reading {
    static let tierNumbers = 0...99

    /// Words that ladders use for an audience; a person of that name could never be told.
    private static let reservedPeople = ["assignee", "team", "manager", "tier", "new", "nobody"]

    func people(_ value: YAMLValue, _ path: String) -> [String: Person] {
        var people: [String: Person] = [:]
        for entry in named(value, path, each: "person") where isName(entry, "person", reserved: Self.reservedPeople) {
            let path = "\(path).\(entry.key)"
            guard let section = Section(entry.value, path: path, at: entry.keyPlace, keys: ["name", "mail"], self)
            else {
                continue
            }
            let name = section.required("name", "name: Ada Lovelace")
                .flatMap { text($0.value, section.path(of: "name")) }
            let mail = section["mail"].flatMap { self.mail($0, section.path(of: "mail")) }
            guard let name else { continue }
            people[entry.key] = Person(id: entry.key, name: name, mail: mail)
        }
        return people
    }

    /// Only what can be no address is refused; whether it is one, the mail server knows.
    private func mail(_ value: YAMLValue, _ path: String) -> String? {
        guard let text = text(value, path, expected: "a mail address") else { return nil }
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty }), !text.contains(where: \.isWhitespace) else {
            mismatch(value, path, expected: "a mail address such as ada@example.org")
            return nil
        }
        return text
    }

    func teams(_ value: YAMLValue, _ path: String, _ names: Names) -> [String: Team] {
        var teams: [String: Team] = [:]
        var reportsTo: [(team: String, above: String, place: Place)] = []
        for entry in named(value, path, each: "team") where isName(entry, "team") {
            let path = "\(path).\(entry.key)"
            let keys = ["name", "members", "manager", "reports_to"]
            guard let section = Section(entry.value, path: path, at: entry.keyPlace, keys: keys, self) else { continue }
            let name = section.required("name", "name: Front line").flatMap { text($0.value, section.path(of: "name")) }
            let manager = section.required("manager").flatMap { personID($0.value, section.path(of: "manager"), names) }
            let members = section["members"].map { self.members($0, section.path(of: "members"), names) } ?? []
            var above: String?
            if let value = section["reports_to"] {
                above = teamID(value, section.path(of: "reports_to"), names)
                if let above { reportsTo.append((entry.key, above, value.place)) }
            }
            guard let name, let manager else { continue }
            teams[entry.key] = Team(id: entry.key, name: name, members: members, manager: manager, reportsTo: above)
        }
        refuseCycles(reportsTo)
        return teams
    }

    private func members(_ value: YAMLValue, _ path: String, _ names: Names) -> [Team.Member] {
        var members: [Team.Member] = []
        var known: Set<String> = []
        let roles = Team.Role.allCases.map { ($0.rawValue, $0) }
        for (index, item) in (list(value, path, of: "members such as { person: ada, role: agent }") ?? []).enumerated()
        {
            let path = "\(path)[\(index + 1)]"
            guard let section = Section(item, path: path, at: item.place, keys: ["person", "role"], self) else {
                continue
            }
            let person = section.required("person").flatMap { personID($0.value, section.path(of: "person"), names) }
            let role = section["role"].map { word($0, section.path(of: "role"), among: roles) } ?? .agent
            guard let person, let role else { continue }
            guard known.insert(person).inserted else {
                error(.duplicateKey, item.place, "\(path): \(person) is a member already")
                continue
            }
            members.append(Team.Member(person: person, role: role))
        }
        return members
    }

    /// Says each circle once, at the first team of it in the file.
    private func refuseCycles(_ lines: [(team: String, above: String, place: Place)]) {
        let above = Dictionary(lines.map { ($0.team, $0.above) }) { first, _ in first }
        let places = Dictionary(lines.map { ($0.team, $0.place) }) { first, _ in first }
        var settled: Set<String> = []
        for line in lines where !settled.contains(line.team) {
            var chain: [String] = []
            var next: String? = line.team
            while let team = next, settled.insert(team).inserted {
                chain.append(team)
                next = above[team]
            }
            // The walk ended at the top, or met what an earlier one has looked at, or has closed a circle.
            guard let meeting = next, let start = chain.firstIndex(of: meeting) else { continue }
            let members = Array(chain[start...])
            let firstInFile = members.indices.min { places[members[$0]] ?? .start < places[members[$1]] ?? .start } ?? 0
            let turned = Array(members[firstInFile...] + members[..<firstInFile])
            let namesMax = 10
            let shownNames = turned.prefix(namesMax) + (turned.count > namesMax ? ["…"] : []) + turned.prefix(1)
            error(
                .reportingCycle,
                places[turned[0]] ?? line.place,
                "teams report to each other in a circle: \(shownNames.map(shown).joined(separator: " -> "))",
                hint: "the team at the top has no reports_to"
            )
        }
    }

    func tiers(_ value: YAMLValue, _ path: String, _ names: Names, _ teams: [String: Team]) -> [Tier] {
        var tiers: [Tier] = []
        for entry in named(value, path, each: "tier") {
            guard let number = Int(entry.key), Self.tierNumbers.contains(number), "\(number)" == entry.key else {
                error(
                    .badName,
                    entry.keyPlace,
                    "\(path).\(shown(entry.key)) is no tier, expected a number from 0 to \(Self.tierNumbers.upperBound)"
                )
                continue
            }
            let path = "\(path).\(entry.key)"
            let keys = ["name", "description", "team", "manager", "ladder"]
            guard let section = Section(entry.value, path: path, at: entry.keyPlace, keys: keys, self) else { continue }
            let name = section.required("name").flatMap { text($0.value, section.path(of: "name")) }
            let description = section["description"].map { prose($0, section.path(of: "description")) } ?? ""
            let team = section.required("team").flatMap { teamID($0.value, section.path(of: "team"), names) }
            let ladder = section.required("ladder", "ladder: default")
                .flatMap {
                    ladderName($0.value, section.path(of: "ladder"), names)
                }
            let manager =
                section["manager"].map { personID($0, section.path(of: "manager"), names) }
                ?? team.flatMap { teams[$0]?.manager }
            guard let name, let description, let team, let ladder, let manager else { continue }
            tiers.append(
                Tier(
                    number: number,
                    name: name,
                    description: description,
                    team: team,
                    manager: manager,
                    ladder: ladder
                )
            )
        }
        if names.tiers.isEmpty {
            error(.missingKey, value.place, "\(path) is empty", hint: "a case needs a tier to start in")
        }
        return tiers.sorted { $0.number < $1.number }
    }
}
