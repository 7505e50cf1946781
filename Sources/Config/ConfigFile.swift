import Engine
import ICal
package import TimeBase
import WorkingTime

/// The policy file, from bytes to a policy that needs no further check, or to everything that is wrong with it.
package enum ConfigFile {
    /// Larger files are refused unread.
    package static let bytesMax = YAMLReading.bytesMax

    /// How a zone's name becomes its rules; `ZoneFolder.rules(for:)` in the service.
    package typealias Zones = (String) throws(ZoneProblem) -> ZoneRules

    /// How the path of a file of holidays, relative to the folder of the policy file, becomes its content.
    ///
    /// At most `feedBytesMax` bytes and one more are of use.
    package typealias Feeds = (String) throws(FeedUnreadable) -> [UInt8]

    /// Larger files of holidays are refused.
    package static let feedBytesMax = FeedLimits.bytesMax

    /// Why the file is read, which decides how much a calendar without open time matters (S5).
    package enum Occasion: Sendable, CaseIterable {
        /// Somebody asks for a check or a reload and can repair the file: it is an error.
        case change
        /// The service starts, and its cases are better watched by the other calendars than by nobody: a warning.
        case start
    }

    /// Reads a whole file.
    ///
    /// Does no I/O of its own apart from what `zones` and `feeds` do.
    ///
    /// - Parameters:
    ///   - bytes: The file's content.
    ///   - file: The name that complaints begin with.
    ///   - zones: Asked for each zone of a calendar, and of an event in a file of holidays.
    ///   - feeds: Asked once for each file of holidays; where it is left out, the policy may name none.
    ///   - now: Where the search for open time begins: a calendar without any in the next 366 days is a mistake (S5).
    ///   - occasion: Says how grave that mistake is.
    /// - Returns: What the file says, perhaps with warnings; or all its mistakes, at least one of them an error.
    package static func load(
        bytes: [UInt8],
        file: String,
        zones: Zones,
        feeds: Feeds = ConfigFile.noFeeds,
        now: Instant,
        occasion: Occasion = .change
    ) -> Result<LoadedConfig, Complaints> {
        let reading = Reading(file: file)
        var used: [String: ZoneRules] = [:]
        func kept(_ name: String) throws(ZoneProblem) -> ZoneRules {
            if let known = used[name] { return known }
            let rules = try zones(name)
            used[name] = rules
            return rules
        }
        let config = withoutActuallyEscaping(kept) { zones in
            withoutActuallyEscaping(feeds) { feeds in
                YAMLReading.value(of: bytes, reading)
                    .flatMap {
                        reading.config(
                            $0,
                            bytes,
                            Surroundings(zones: zones, feeds: feeds, now: now, occasion: occasion)
                        )
                    }
            }
        }
        let report = reading.report
        guard let config, !reading.hasErrors else {
            precondition(reading.hasErrors, "\(file) was refused without a reason")
            return .failure(Complaints(list: report))
        }
        return .success(
            LoadedConfig(
                policy: config.policy,
                settings: config.settings,
                zones: used,
                feeds: config.feeds,
                words: reading.conditionWords,
                warnings: report
            )
        )
    }

    /// The same for text.
    package static func load(
        text: String,
        file: String,
        zones: Zones,
        feeds: Feeds = ConfigFile.noFeeds,
        now: Instant,
        occasion: Occasion = .change
    ) -> Result<LoadedConfig, Complaints> {
        load(bytes: Array(text.utf8), file: file, zones: zones, feeds: feeds, now: now, occasion: occasion)
    }

    /// Where a file of holidays lies: in the folder of the policy file, unless its path is absolute.
    package static func path(ofFeed feed: String, ofPolicy file: String) -> String {
        guard !feed.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return feed }
        return file[...slash] + feed
    }

    /// For policies without files of holidays.
    package static func noFeeds(_ path: String) throws(FeedUnreadable) -> [UInt8] {
        throw FeedUnreadable("no files of holidays can be read here")
    }

    /// 16 hex digits: FNV-1a of 64 bits over the bytes, over the path and the content of each file of holidays with the
    /// number of bytes before each of the two, and over what the calendars come to, so that new zone data is a new version
    /// (S7).
    ///
    /// Names versions of a policy; it is no protection against somebody who wants two files to collide.
    static func contentHash(
        of bytes: [UInt8],
        feeds: [String: [UInt8]],
        calendars: [String: WorkingCalendar]
    ) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        add(bytes)
        for (path, content) in feeds.sorted(by: { $0.key < $1.key }) {
            add("\n\(path.utf8.count) \(path) \(content.count)\n".utf8)
            add(content)
        }
        for (name, calendar) in calendars.sorted(by: { $0.key < $1.key }) {
            add("\n\(name.utf8.count) \(name) \(calendar.contentHash)\n".utf8)
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Reading {
    private static let keys = [
        "version", "listen", "state_directory", "outlets", "calendars", "people", "teams", "tiers", "targets",
        "ladders", "last_resort", "start_tier", "change_grace", "rearm_after", "retract_window", "longest_snooze",
        "snooze_ends_on", "reopen_window", "after_reopen_window", "keep", "third_party_reasons", "breach_priority",
        "digest", "sources",
    ]

    private static let later = ["quiet_hours", "rules", "views"]

    /// The file as a whole; of use only if there were no errors.
    fileprivate func config(
        _ value: YAMLValue,
        _ bytes: [UInt8],
        _ surroundings: Surroundings
    ) -> (policy: Policy, settings: Settings, feeds: [String: [UInt8]])? {
        guard let root = Section(value, path: "", at: .start, keys: Self.keys, later: Self.later, self) else {
            return nil
        }
        version(root)
        let names = Names(root)
        let settings = settings(root)
        var feeds = FeedShelf(surroundings.feeds)
        let calendars = root["calendars"].map { openCalendars($0, surroundings, &feeds) } ?? [:]
        let people = root.required("people").map { self.people($0.value, $0.key) } ?? [:]
        let teams = root.required("teams").map { self.teams($0.value, $0.key, names) } ?? [:]
        let tiers = root.required("tiers").map { self.tiers($0.value, $0.key, names, teams) } ?? []
        let rules = root.required("targets").map { targetRules($0.value, $0.key, names) } ?? []
        let ladders = root.required("ladders").map { self.ladders($0.value, $0.key, names) } ?? []
        for ladder in ladders {
            checkOrder(ladder)
            // With a tier missing because of a mistake, every ladder might look unused.
            if tiers.count == names.tiers.count { checkUse(ladder, tiers: tiers, rules: rules) }
        }
        if tiers.count == names.tiers.count { checkCircles(ladders, tiers: tiers, rules: rules) }
        warnOfUnusedCalendars(root, rules)
        let startTier = root.required("start_tier", "start_tier: 1").flatMap { tierNumber($0.value, $0.key, names) }
        let lastResort = root.required("last_resort").flatMap { personID($0.value, $0.key, names) }
        let options = options(root)
        guard let startTier, let lastResort, !hasErrors else { return nil }
        var policy = Policy(
            contentHash: ConfigFile.contentHash(of: bytes, feeds: feeds.contents, calendars: calendars),
            calendars: calendars.merging([WorkingCalendar.always.name: .always]) { _, always in always },
            people: people,
            teams: teams,
            tiers: tiers,
            targetRules: rules,
            ladders: Dictionary(uniqueKeysWithValues: ladders.map { ($0.ladder.name, $0.ladder) }),
            startTier: startTier,
            lastResort: lastResort,
            changeGrace: options.changeGrace,
            retractWindow: options.retractWindow,
            reopenWindow: options.reopenWindow,
            thirdPartyReasons: options.thirdPartyReasons,
            breachPriority: options.breachPriority,
            sources: options.sources
        )
        policy.rearmAfter = options.rearmAfter
        policy.longestSnooze = options.longestSnooze
        policy.snoozeEndsOn = options.snoozeEndsOn
        policy.afterReopenWindow = options.afterReopenWindow
        policy.digest = options.digest
        policy.keep = options.keep
        return (policy, settings, feeds.contents)
    }

    private func version(_ root: Section) {
        guard let version = root.required("version", "version: 1"), let text = text(version.value, "version"),
            text != "1"
        else { return }
        error(
            .unsupportedVersion,
            version.value.place,
            "version is \"\(shown(text))\", this slawatch reads version 1",
            hint: "write version: 1"
        )
    }
}
