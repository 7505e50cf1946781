import Config
import Engine
import Testing
import TimeBase

/// What the tests of this room start from.
enum Given {
    /// 2026-11-21T12:00:00Z, a Saturday.
    static let now = Instant(milliseconds: 1_795_262_400_000)

    static func zone(_ name: String) throws(ZoneProblem) -> ZoneRules {
        try ZoneFolder.system(tzdir: nil).rules(for: name)
    }

    /// A small file without mistakes, with parts of it replaced or added.
    static func text(
        targets: String = "  - { name: all, calendar: office, first_reply: 6h }",
        steps: String = "    - { at: breach, do: escalate, notify: [manager, new manager] }",
        calendars: String = "  office: { time_zone: Europe/Berlin, hours: { mon-fri: \"09:00-17:00\" } }",
        further: String = ""
    ) -> String {
        """
        version: 1
        calendars:
        \(calendars)
        people:
          ada: { name: Ada, mail: ada@example.org }
          bo: { name: Bo }
        teams:
          desk: { name: Desk, members: [{ person: ada, role: lead }], manager: bo, reports_to: top }
          top: { name: Top, manager: bo }
        tiers:
          3: { name: Experts, team: top, ladder: default }
          1: { name: Front line, description: "a\\n  b", team: desk, ladder: default }
          2: { name: Specialists, team: desk, manager: ada, ladder: default }
        targets:
        \(targets)
        ladders:
          default:
        \(steps)
        start_tier: 1
        last_resort: bo
        \(further)
        """
    }

    static func load(
        _ text: String,
        feeds: [String: String] = [:],
        occasion: ConfigFile.Occasion = .change
    ) -> Result<LoadedConfig, Complaints> {
        ConfigFile.load(
            text: text,
            file: "test.yaml",
            zones: zone,
            feeds: { path throws(FeedUnreadable) in
                guard let feed = feeds[path] else { throw FeedUnreadable("no such file or directory") }
                return Array(feed.utf8)
            },
            now: now,
            occasion: occasion
        )
    }

    /// The configuration, which must have no mistakes; its warnings are the test's to look at.
    static func loaded(
        _ text: String,
        feeds: [String: String] = [:],
        _ location: SourceLocation = #_sourceLocation
    ) throws -> LoadedConfig {
        do {
            return try load(text, feeds: feeds).get()
        } catch {
            Issue.record("refused:\n\(error.lines.joined(separator: "\n"))", sourceLocation: location)
            throw error
        }
    }
}
