package import Engine
package import TimeBase
package import WorkingTime

extension Policy {
    /// Three tiers with a team and a manager each, one director above, and the default ladder of S31.
    ///
    /// The last step of that ladder comes again every `repeating` of open time.
    package static func sample(
        _ targets: [Target],
        calendar: WorkingCalendar = .always,
        repeating every: Span = .hours(2),
        ladder: Ladder? = nil,
        rules: [TargetRule] = [],
        change: (inout Policy) -> Void = { _ in }
    ) -> Policy {
        let people = ["agent-1", "manager-1", "manager-2", "manager-3", "director", "owner"]
        let teams = (1...3)
            .map { number in
                Team(
                    id: "team-\(number)",
                    name: "Team \(number)",
                    members: [],
                    manager: "manager-\(number)",
                    reportsTo: "support"
                )
            }
        let support = Team(id: "support", name: "Support", members: [], manager: "director", reportsTo: nil)
        let tiers = (1...3)
            .map { number in
                Tier(
                    number: number,
                    name: "Tier \(number)",
                    description: "",
                    team: "team-\(number)",
                    manager: "manager-\(number)",
                    ladder: "default"
                )
            }
        var policy = Policy(
            contentHash: "0000000000000001",
            calendars: ["always": WorkingCalendar.always].merging([calendar.name: calendar]) { $1 },
            people: Dictionary(uniqueKeysWithValues: people.map { ($0, Person(id: $0, name: $0)) }),
            teams: Dictionary(uniqueKeysWithValues: (teams + [support]).map { ($0.id, $0) }),
            tiers: tiers,
            targetRules: rules + [TargetRule(name: "all", condition: .always, targets: targets)],
            ladders: ["default": ladder ?? .sample(repeating: every)],
            startTier: 1,
            lastResort: "owner"
        )
        change(&policy)
        return policy
    }
}

extension Ladder {
    /// At 75 % warn the agent or team; at the breach one tier up, tell both managers; then every so often further up.
    package static func sample(repeating every: Span = .hours(2)) -> Ladder {
        Ladder(
            name: "default",
            steps: [
                Step(due: .percent(75), text: "75%", action: .notify, audience: [.assignee]),
                Step(
                    due: .after(.zero, wall: false),
                    text: "breach",
                    action: .escalate,
                    audience: [.manager, .newManager]
                ),
                Step(
                    due: .after(every, wall: false),
                    text: "breach + \(every)",
                    action: .escalate,
                    audience: [],
                    every: every
                ),
            ]
        )
    }
}
