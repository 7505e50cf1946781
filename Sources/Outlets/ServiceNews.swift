package import Engine
package import TimeBase

/// What the service says about itself in the journal.
package enum ServiceNews: Sendable {
    case started(version: String, openCases: Int)
    case stopped(reason: String)
    case policyAdopted(version: Int, hash: String, file: String)
    /// The machine has new zone data; the calendars that follow it are a new version of the policy.
    case zonesChanged([String], version: Int)
    /// `mistakes` are lines as `slactl check-config` prints them.
    case policyRefused(file: String, mistakes: [String], keeping: String)
    /// The version has reached the cases that were open: how many deadlines moved, and how many of them were put off
    /// because they had passed.
    case policyRolledOut(version: Int, cases: Int, moved: Int, graced: Int)
    case clockHeld(reason: String)
    case clockReleased(held: Span)
    /// A part of the service does not do its work; the text says which and what to do.
    case degraded(String)
    case recovered(String)
    case caseSetAside(CaseID, reason: String)
    case watchdogWithheld(String)
    /// Notices waited although the journal answered: a mistake of the program.
    case noticesOverlooked(Int)

    /// How many mistakes are repeated in one entry.
    private static let mistakesMax = 20

    /// The entry that says it; `storeID` tells several daemons on one machine apart.
    package func entry(storeID: String) -> JournalEntry {
        let (priority, message, fields) = text
        return JournalEntry(
            priority: priority,
            message: message,
            messageID: messageID.rawValue,
            fields: [("SLA_STORE", storeID)] + fields
        )
    }

    private var messageID: MessageID {
        switch self {
        case .started: .started
        case .stopped: .stopped
        case .policyAdopted: .policyAdopted
        case .zonesChanged: .zonesChanged
        case .policyRefused: .policyRefused
        case .policyRolledOut: .policyRolledOut
        case .clockHeld: .clockHeld
        case .clockReleased: .clockReleased
        case .degraded: .degraded
        case .recovered: .recovered
        case .caseSetAside: .caseSetAside
        case .watchdogWithheld: .watchdogWithheld
        case .noticesOverlooked: .noticesOverlooked
        }
    }

    private var text: (priority: Int, message: String, fields: [(name: String, value: String)]) {
        switch self {
        case .started(let version, let openCases):
            (6, "Started: slawatchd \(version), watching \(openCases) open \(openCases == 1 ? "case" : "cases")", [])
        case .stopped(let reason):
            (6, "Stopped: \(reason)", [("SLA_REASON", reason)])
        case .policyAdopted(let version, let hash, let file):
            (
                5, "Policy adopted: version \(version) (\(hash)) from \(file)",
                [("SLA_POLICY", "\(version)"), ("SLA_POLICY_HASH", hash)]
            )
        case .zonesChanged(let zones, let version):
            (
                5,
                "Zone data changed: \(zones.joined(separator: ", ")); deadlines that depend on it are laid out anew "
                    + "under policy version \(version)",
                [("SLA_POLICY", "\(version)")] + zones.map { ("SLA_ZONE", $0) }
            )
        case .policyRefused(let file, let mistakes, let keeping):
            (
                3,
                (["Policy refused: cannot adopt \(file), \(count(mistakes)); \(keeping)"]
                    + mistakes.prefix(Self.mistakesMax))
                    .joined(separator: "\n"),
                [("SLA_REASON", mistakes.first ?? "")]
            )
        case .policyRolledOut(let version, let cases, let moved, let graced):
            (
                5,
                "Policy in force: version \(version) has reached \(cases) open \(cases == 1 ? "case" : "cases"), "
                    + "\(moved) \(moved == 1 ? "deadline" : "deadlines") moved, \(graced) of them put off by change_grace",
                [("SLA_POLICY", "\(version)"), ("SLA_MOVED", "\(moved)"), ("SLA_GRACED", "\(graced)")]
            )
        case .clockHeld(let reason):
            (4, "Clock held: nothing is decided until the clock can be believed: \(reason)", [("SLA_REASON", reason)])
        case .clockReleased(let held):
            (5, "Clock released: deciding again after \(held.rounded)", [])
        case .degraded(let what):
            (3, "Degraded: \(what)", [("SLA_REASON", what)])
        case .recovered(let what):
            (5, "Recovered: \(what)", [("SLA_REASON", what)])
        case .caseSetAside(let id, let reason):
            (
                3, "Set aside: case \(id) is not watched any more: \(reason)",
                [("SLA_CASE", id.rawValue), ("SLA_REASON", reason)]
            )
        case .watchdogWithheld(let why):
            (2, "Watchdog withheld: systemd will restart the service unless it recovers: \(why)", [("SLA_REASON", why)])
        case .noticesOverlooked(let count):
            (
                3,
                "Fault: \(count) \(count == 1 ? "notice" : "notices") waited for more than "
                    + "\(OverlookedNotices.interval) seconds although the journal answers, and \(count == 1 ? "is" : "are") "
                    + "written now: please report this mistake of slawatchd",
                []
            )
        }
    }

    private func count(_ mistakes: [String]) -> String {
        mistakes.count == 1 ? "it has 1 mistake" : "it has \(mistakes.count) mistakes"
    }
}
