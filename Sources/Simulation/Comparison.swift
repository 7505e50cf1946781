import Engine
import Wire

/// What another policy would have made of the same history.
package struct Comparison: Sendable {
    /// One target in one tier, under both.
    package struct TargetRow: Sendable {
        package var key: Tally.Key
        package var before: Tally.Verdicts
        package var after: Tally.Verdicts
        /// Breaches that only the other policy has.
        package var gained: [Tally.CycleID]
        /// Breaches that the other policy has not.
        package var spared: [Tally.CycleID]
    }

    /// One sort of move, under both.
    package struct MoveRow: Sendable {
        package var move: Tally.Move
        package var before: Int
        package var after: Int
    }

    /// One team, under both.
    package struct TeamRow: Sendable {
        package var team: String
        package var before: Tally.Load
        package var after: Tally.Load
    }

    /// In order of target and tier.
    package let targets: [TargetRow]
    /// In order of the tiers.
    package let moves: [MoveRow]
    /// In order of the names.
    package let teams: [TeamRow]

    package init(_ before: Tally, _ after: Tally) {
        let (oldVerdicts, newVerdicts) = (before.verdicts, after.verdicts)
        let (oldBreaches, newBreaches) = (before.breaches, after.breaches)
        var gained: [Tally.Key: [Tally.CycleID]] = [:]
        for (cycle, tier) in newBreaches where oldBreaches[cycle] == nil {
            gained[Tally.Key(metric: cycle.metric, tier: tier), default: []].append(cycle)
        }
        var spared: [Tally.Key: [Tally.CycleID]] = [:]
        for (cycle, tier) in oldBreaches where newBreaches[cycle] == nil {
            spared[Tally.Key(metric: cycle.metric, tier: tier), default: []].append(cycle)
        }
        targets = Set(oldVerdicts.keys).union(newVerdicts.keys).sorted()
            .map { key in
                TargetRow(
                    key: key,
                    before: oldVerdicts[key] ?? Tally.Verdicts(),
                    after: newVerdicts[key] ?? Tally.Verdicts(),
                    gained: (gained[key] ?? []).sorted(),
                    spared: (spared[key] ?? []).sorted()
                )
            }
        moves = Set(before.moves.keys).union(after.moves.keys).sorted()
            .map { MoveRow(move: $0, before: before.moves[$0] ?? 0, after: after.moves[$0] ?? 0) }
        let (oldLoads, newLoads) = (before.loads, after.loads)
        teams = Set(oldLoads.keys).union(newLoads.keys).sorted()
            .map { TeamRow(team: $0, before: oldLoads[$0] ?? Tally.Load(), after: newLoads[$0] ?? Tally.Load()) }
    }

    /// As JSON Lines: first the targets, then the moves, then the teams.
    package var jsonLines: [UInt8] {
        var json = JSONText()
        for row in targets {
            json.object { json in row.write(to: &json) }
            json.endLine()
        }
        for row in moves {
            json.object { json in
                json.member("compare", "move")
                json.member("from_tier", row.move.from)
                json.member("to_tier", row.move.to)
                json.member("before", row.before)
                json.member("after", row.after)
            }
            json.endLine()
        }
        for row in teams {
            json.object { json in
                json.member("compare", "team")
                json.member("team", row.team)
                json.name("before")
                row.before.write(to: &json)
                json.name("after")
                row.after.write(to: &json)
            }
            json.endLine()
        }
        return json.bytes
    }
}

extension Comparison.TargetRow {
    fileprivate func write(to json: inout JSONText) {
        json.member("compare", "target")
        json.member("target", key.metric.word)
        json.member("tier", key.tier)
        json.name("before")
        before.write(to: &json)
        json.name("after")
        after.write(to: &json)
        json.name("gained")
        json.array(gained) { json, cycle in cycle.write(to: &json) }
        json.name("spared")
        json.array(spared) { json, cycle in cycle.write(to: &json) }
    }
}

extension Tally.Verdicts {
    fileprivate func write(to json: inout JSONText) {
        json.object { json in
            json.member("met", met)
            json.member("met_late", metLate)
            json.member("breached", breached)
            json.member("cancelled", cancelled)
            json.member("open", open)
        }
    }
}

extension Tally.CycleID {
    fileprivate func write(to json: inout JSONText) {
        json.object { json in
            json.member("case", caseID.rawValue)
            json.member("cycle", cycle)
        }
    }
}

extension Tally.Load {
    fileprivate func write(to json: inout JSONText) {
        json.object { json in
            json.member("cases", cases)
            json.member("notices", notices)
        }
    }
}
