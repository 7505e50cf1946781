import Engine
import Simulation
import Support
import Testing
import TimeBase

@Suite("Two policies on one history")
struct ComparisonTests {
    private static let script = """
        Mon 09:00 A opened
        Mon 09:00 B opened
        Mon 11:00 A agent_reply
        Mon 14:00 B agent_reply
        """

    private func tally(_ hours: Int64) throws -> Tally {
        let policy = try Policy.desk([(.firstReply, .hours(hours))])
        var tally = Tally(policy)
        for happening in try Story(Self.script, policy).happenings { tally.add(happening) }
        return tally
    }

    @Test("a history is counted by target and tier, a breach that was taken back is none")
    func counts() throws {
        let policy = try Policy.desk([(.firstReply, .hours(4))])
        var tally = Tally(policy)
        let script = Self.script + "\nMon 12:59 B agent_reply received=Mon_14:30"
        for happening in try Story(script, policy).happenings { tally.add(happening) }
        let row = try #require(tally.verdicts.values.first)
        #expect(tally.verdicts.count == 1)
        #expect(row.met == 2)
        #expect(row.breaches == 0)
        #expect(tally.breaches.isEmpty)
        #expect(tally.caseCount == 2)
    }

    @Test("S18, S40: a verdict that is void is not counted, and counts again where the case is no spam")
    func void() throws {
        func verdicts(_ more: String) throws -> Tally.Verdicts {
            let policy = try Policy.desk([(.firstReply, .hours(4))])
            var tally = Tally(policy)
            for happening in try Story(Self.script + more, policy).happenings { tally.add(happening) }
            #expect(tally.breaches.count == tally.verdicts.values.map(\.breaches).reduce(0, +))
            return try #require(tally.verdicts.values.first)
        }
        #expect(try verdicts("").metLate == 1)
        let spam = try verdicts("\nMon 15:00 B spam")
        #expect(spam.met == 1)
        #expect(spam.breaches == 0)
        #expect(spam.percentMet == 100)
        #expect(try verdicts("\nMon 15:00 B spam\nMon 15:10 B not_spam").metLate == 1)
        #expect(try verdicts("\nMon 15:00 B deleted").breaches == 0)
    }

    @Test("S18: a target that goes on after spam was taken back has no verdict yet")
    func goesOn() throws {
        let policy = try Policy.desk([(.firstReply, .hours(4))])
        var tally = Tally(policy)
        let script = "Mon 09:00 A opened\nMon 10:00 A spam\nMon 11:00 A not_spam"
        for happening in try Story(script, policy).happenings { tally.add(happening) }
        let row = try #require(tally.verdicts.values.first)
        #expect(row.open == 1)
        #expect(row.cancelled == 0)
    }

    @Test("a stricter policy gains breaches, a looser one spares them; moves and loads follow")
    func stricterAndLooser() throws {
        let (four, one) = (try tally(4), try tally(1))
        let stricter = Comparison(four, one)
        let row = try #require(stricter.targets.first)
        #expect(row.before.breaches == 1)
        #expect(row.after.breaches == 2)
        #expect(row.gained.map(\.caseID.rawValue) == ["A"])
        #expect(row.spared.isEmpty)
        // Under one hour both climb at 10:00; B, without a reply until 14:00, once more at 12:00 and up the line at 14:00.
        #expect(
            stricter.moves.map { "\($0.move.from)-\($0.move.to): \($0.before), \($0.after)" } == [
                "1-2: 1, 2", "2-3: 0, 1",
            ]
        )
        let team = try #require(stricter.teams.first { $0.team == "team-2" })
        #expect(team.before.cases == 1)
        #expect(team.after.cases == 2)
        let looser = Comparison(one, four)
        #expect(looser.targets.first?.spared.map(\.caseID.rawValue) == ["A"])
        #expect(looser.targets.first?.gained.isEmpty == true)
    }

    @Test("as JSON Lines: targets, moves, teams")
    func lines() throws {
        let text = String(decoding: Comparison(try tally(4), try tally(1)).jsonLines, as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(
            lines.first.map(String.init) == #"{"compare":"target","target":"first_reply","tier":1,"#
                + #""before":{"met":1,"met_late":1,"breached":0,"cancelled":0,"open":0},"#
                + #""after":{"met":0,"met_late":2,"breached":0,"cancelled":0,"open":0},"#
                + #""gained":[{"case":"A","cycle":1}],"spared":[]}"#
        )
        #expect(lines.contains(#"{"compare":"move","from_tier":1,"to_tier":2,"before":1,"after":2}"#))
        #expect(lines.count == 1 + 2 + 4)
    }
}
