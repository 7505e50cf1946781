import Engine
import Outlets
import Testing
import TimeBase

@Suite("Wording")
struct WordingTests {
    private let wording = Wording(policy: .sample, storeID: "s1")
    private let id = CaseID("4711")

    @Test("each announced kind is a sentence that stands alone", arguments: sentences)
    func sentence(_ expectation: Expectation) {
        #expect(wording.entry(expectation.record, of: id, noticeID: "n1").message == expectation.sentence)
    }

    @Test("every kind has an entry with an id and a sentence", arguments: LedgerRecord.Kind.allCases)
    func everyKind(_ kind: LedgerRecord.Kind) {
        let entry = wording.entry(LedgerRecord(kind: kind, at: noon, noticedAt: noon), of: id, noticeID: "n1")
        #expect(MessageID(rawValue: entry.messageID) != nil)
        #expect(entry.message.contains("case 4711"))
        #expect(entry.noticeID == "n1")
    }

    @Test("a breach carries every field one may filter by")
    func fields() {
        let entry = wording.entry(.sampleBreach, of: id, noticeID: "n1")
        let text = entry.journalFields.map { "\($0.name)=\($0.value)" }.joined(separator: "\n")
        #expect(
            text == """
                MESSAGE=Breached: case 4711 had no first reply within 6h, deadline 2026-11-23T13:00:00Z, found 12ms late; \
                tier 1 Front line; told Ada Lovelace, Second line
                MESSAGE_ID=72ac27250d5e49a0a40c2fafb9463491
                PRIORITY=4
                SLA_NOTICE_ID=n1
                SLA_STORE=s1
                SLA_CASE=4711
                SLA_TARGET=first_reply
                SLA_TIMER=4711/first_reply/1
                SLA_CYCLE=1
                SLA_REVISION=0
                SLA_DEADLINE=2026-11-23T13:00:00.000Z
                SLA_AT=2026-11-23T13:00:00.000Z
                SLA_LATE_MS=12
                SLA_TIER=1
                SLA_TEAM=front
                SLA_MANAGER=ada
                SLA_TO=ada
                SLA_TO=second
                SLA_STEP=breach
                SLA_RULE=standard
                SLA_CALENDAR=office
                SLA_POLICY=3
                """
        )
    }

    /// When an entry is written, counted from the decision, and what it says then of a deadline an hour after that.
    struct Writing: Sendable, CustomTestStringConvertible {
        var delay: Span
        var left: String
        var lateness = ""
        var lateMilliseconds = 0
        var testDescription: String { delay.rounded }
    }

    @Test(
        "S34: an entry written more than a minute after the decision says how late, and never what was so at the decision",
        arguments: [
            Writing(delay: -.minutes(5), left: "1h from now"),
            Writing(delay: .zero, left: "1h from now"),
            Writing(delay: Span(milliseconds: 999), left: "1h from now"),
            Writing(delay: .seconds(20), left: "59m 40s from now"),
            Writing(delay: .minutes(1), left: "59m from now"),
            Writing(
                delay: .minutes(5),
                left: "55m from now",
                lateness: "; written 5m late",
                lateMilliseconds: 300_000
            ),
            Writing(
                delay: .hours(2),
                left: "which has passed",
                lateness: "; written 2h late",
                lateMilliseconds: 7_200_000
            ),
        ]
    )
    func written(_ writing: Writing) {
        let decided = record(.warned) {
            $0.at = noon
            $0.noticedAt = noon
        }
        let entry = wording.entry(decided, of: id, noticeID: "n1", writtenAt: noon + writing.delay)
        #expect(
            entry.message == "Warning: case 4711 needs its first reply by 2026-11-23T13:00:00Z, \(writing.left); "
                + "tier 1 Front line\(writing.lateness)"
        )
        #expect(entry.fields.contains { $0 == ("SLA_LATE_MS", "\(writing.lateMilliseconds)") })
    }

    @Test("a breach that was found late and is written later still has the whole delay in SLA_LATE_MS (S33, S34)")
    func foundAndWrittenLate() {
        let breach = record(.breached, late: .minutes(10)) { $0.to = ["ada"] }
        let entry = wording.entry(breach, of: id, noticeID: "n1", writtenAt: breach.noticedAt + .minutes(20))
        #expect(entry.message.contains("found 10m late; tier 1 Front line; told Ada Lovelace; written 20m late"))
        #expect(entry.fields.contains { $0 == ("SLA_LATE_MS", "1800000") })
    }

    @Test("what is folded names its digest, and the digest has that name and a sentence of its own (S35)")
    func digests() {
        var folded = LedgerRecord.sampleBreach
        folded.digests = ["ada-1", "second-1"]
        let fields = wording.entry(folded, of: id, noticeID: "n1").journalFields.map { "\($0.name)=\($0.value)" }
        #expect(fields.suffix(2) == ["SLA_FOLDED_INTO=ada-1", "SLA_FOLDED_INTO=second-1"])
        var digest = LedgerRecord(kind: .digested, at: noon, noticedAt: noon)
        digest.to = ["ada"]
        digest.digests = ["ada-1"]
        digest.priority = 3
        digest.reason = "2 notices in 2 cases since 2026-11-23T11:50:00Z: 2 breached; most urgent 4711, 4712"
        let entry = wording.entry(digest, of: id, noticeID: "n2")
        #expect(entry.messageID == MessageID.digest.rawValue)
        #expect(entry.priority == 3)
        #expect(
            entry.message == "Digest: 2 notices in 2 cases since 2026-11-23T11:50:00Z: 2 breached; "
                + "most urgent 4711, 4712; told Ada Lovelace"
        )
        #expect(entry.journalFields.last?.name == "SLA_DIGEST")
        #expect(entry.journalFields.contains { $0 == ("SLA_CASE", "4711") })
    }

    @Test("names of fields are ones that the journal keeps")
    func names() {
        for field in wording.entry(.sampleBreach, of: id, noticeID: "n1").journalFields {
            #expect(field.name.count <= 64)
            #expect(field.name.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") })
            #expect(field.name.first?.isUppercase == true)
        }
    }

    @Test("a reason from outside stays on one line and is not repeated without end")
    func reason() {
        var record = LedgerRecord(kind: .retracted, at: noon, noticedAt: noon)
        record.metric = .firstReply
        record.reason = "late\nFAKE ENTRY" + String(repeating: "x", count: 1_000)
        let message = wording.entry(record, of: id, noticeID: "n1").message
        #expect(message.hasPrefix("Retracted: case 4711 did not miss its first reply (late FAKE ENTRYxxx"))
        #expect(!message.contains("\n"))
        #expect(message.count < 300)
    }

    @Test("what the service says of itself has a kind, a priority and the store")
    func news() {
        let refused =
            ServiceNews.policyRefused(
                file: "slawatch.yaml",
                mistakes: ["slawatch.yaml:3:1: error: a", "slawatch.yaml:9:1: error: b"],
                keeping: "keeping version 3"
            )
            .entry(storeID: "s1")
        #expect(refused.priority == 3)
        #expect(refused.messageID == MessageID.policyRefused.rawValue)
        #expect(
            refused.message == """
                Policy refused: cannot adopt slawatch.yaml, it has 2 mistakes; keeping version 3
                slawatch.yaml:3:1: error: a
                slawatch.yaml:9:1: error: b
                """
        )
        #expect(refused.fields.first?.name == "SLA_STORE")
    }
}

/// A record and what is said of it.
struct Expectation: Sendable, CustomTestStringConvertible {
    var record: LedgerRecord
    var sentence: String
    var testDescription: String { sentence }
}

private let noon = Instant(milliseconds: 1_795_435_200_000)  // 2026-11-23T12:00:00Z

private func record(
    _ kind: LedgerRecord.Kind,
    late: Span = .zero,
    _ edit: (inout LedgerRecord) -> Void
)
    -> LedgerRecord
{
    let deadline = noon + .hours(1)
    var record = LedgerRecord(kind: kind, at: deadline, noticedAt: deadline + late)
    record.metric = .firstReply
    record.deadline = deadline
    record.duration = .hours(6)
    record.tier = 1
    edit(&record)
    return record
}

private let sentences = [
    Expectation(
        record: record(.warned) {
            $0.at = noon - .minutes(30)
            $0.noticedAt = $0.at
            $0.step = "75%"
            $0.to = ["front"]
        },
        sentence: "Warning: case 4711 needs its first reply by 2026-11-23T13:00:00Z, 1h 30m from now (step 75% of 6h); "
            + "tier 1 Front line; told Front desk"
    ),
    Expectation(
        record: record(.breached, late: Span(milliseconds: 12)) { $0.to = ["ada"] },
        sentence: "Breached: case 4711 had no first reply within 6h, deadline 2026-11-23T13:00:00Z, found 12ms late; "
            + "tier 1 Front line; told Ada Lovelace"
    ),
    Expectation(
        record: record(.breached) { $0.metric = .resolution },
        sentence: "Breached: case 4711 was not resolved within 6h, deadline 2026-11-23T13:00:00Z; tier 1 Front line"
    ),
    Expectation(
        record: record(.breached) { $0.metric = .tierTime },
        sentence: "Breached: case 4711 was not solved or handed on by tier 1 within 6h, deadline 2026-11-23T13:00:00Z; "
            + "tier 1 Front line"
    ),
    Expectation(
        record: record(.escalated) {
            $0.fromTier = 1
            $0.tier = 2
            $0.step = "breach"
            $0.to = ["ada", "grace"]
        },
        sentence: "Escalated: case 4711 from tier 1 Front line to tier 2 Specialists; first reply, "
            + "deadline 2026-11-23T13:00:00Z, step breach; told Ada Lovelace, Grace Hopper"
    ),
    Expectation(
        record: record(.escalated) {
            $0.tier = 2
            $0.step = "breach + 2h"
            $0.to = ["grace"]
        },
        sentence: "Escalated: case 4711 to Grace Hopper, it stays in tier 2 Specialists; first reply, "
            + "deadline 2026-11-23T13:00:00Z, step breach + 2h"
    ),
    Expectation(
        record: record(.retracted) { $0.to = ["ada"] },
        sentence:
            "Retracted: case 4711 did not miss its first reply, the breach of 2026-11-23T13:00:00Z is taken back; "
            + "tier 1 Front line; told Ada Lovelace"
    ),
    Expectation(
        record: record(.metLate) { $0.at = noon + .minutes(80) },
        sentence: "Met late: case 4711 got its first reply 20m after the deadline 2026-11-23T13:00:00Z; "
            + "tier 1 Front line"
    ),
    Expectation(
        record: record(.announced, late: .hours(3)) {
            $0.reason = "snoozed"
            $0.to = ["ada"]
        },
        sentence: "While snoozed: case 4711 had no first reply by 2026-11-23T13:00:00Z, 3h ago (snoozed); "
            + "tier 1 Front line; told Ada Lovelace"
    ),
    Expectation(
        record: record(.announced, late: .hours(3)) {
            $0.reason = "retracted"
            $0.to = ["ada"]
        },
        sentence: "While snoozed: case 4711 did not miss its first reply, "
            + "the breach of 2026-11-23T13:00:00Z is taken back; tier 1 Front line; told Ada Lovelace"
    ),
    Expectation(
        record: record(.announced, late: .hours(3)) {
            $0.at = noon + .minutes(80)
            $0.reason = "met_late"
            $0.to = ["ada"]
        },
        sentence: "While snoozed: case 4711 got its first reply 20m after the deadline 2026-11-23T13:00:00Z; "
            + "tier 1 Front line; told Ada Lovelace"
    ),
    Expectation(
        record: record(.notified) {
            $0.step = "breach + 2h"
            $0.to = ["nobody-we-know"]
        },
        sentence: "Notified: case 4711; first reply, deadline 2026-11-23T13:00:00Z, step breach + 2h; "
            + "tier 1 Front line; told nobody-we-know"
    ),
    Expectation(
        record: record(.suspended) {
            $0.deadline = nil
            $0.calendar = "office"
            $0.tier = 9
        },
        sentence: "Suspended: first reply of case 4711 is not timed, calendar office has no open time ahead; tier 9"
    ),
    Expectation(
        record: record(.moved) {
            $0.metric = nil
            $0.deadline = nil
            $0.fromTier = 2
        },
        sentence: "Moved: case 4711 from tier 2 Specialists to tier 1 Front line"
    ),
]

extension LedgerRecord {
    fileprivate static let sampleBreach = record(.breached, late: Span(milliseconds: 12)) {
        $0.cycle = 1
        $0.revision = 0
        $0.calendar = "office"
        $0.rule = "standard"
        $0.policyVersion = 3
        $0.team = "front"
        $0.manager = "ada"
        $0.to = ["ada", "second"]
        $0.step = "breach"
        $0.priority = 4
    }
}

extension Policy {
    fileprivate static let sample = Policy(
        contentHash: "0000000000000000",
        calendars: [:],
        people: ["ada": Person(id: "ada", name: "Ada Lovelace"), "grace": Person(id: "grace", name: "Grace Hopper")],
        teams: [
            "front": Team(id: "front", name: "Front desk", members: [], manager: "ada", reportsTo: "second"),
            "second": Team(id: "second", name: "Second line", members: [], manager: "grace", reportsTo: nil),
        ],
        tiers: [
            Tier(number: 1, name: "Front line", description: "", team: "front", manager: "ada", ladder: "l"),
            Tier(number: 2, name: "Specialists", description: "", team: "second", manager: "grace", ladder: "l"),
        ],
        targetRules: [],
        ladders: [:],
        startTier: 1,
        lastResort: "grace"
    )
}
