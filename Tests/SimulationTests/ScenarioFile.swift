import Config
import Engine
import Foundation
import Intake
import Simulation
import Support
import TimeBase

/// One scenario of `Scenarios`: a policy, what happens, and what has to come of it.
///
///     === policy                         what it adds to `desk.yaml`, for the scenarios below it
///     === S12: a title with its rule
///     Mon 09:00 A opened tier=2          in Berlin, in the week of Monday 2026-11-23; Mon+ is the Monday after
///     --- met breached                   the records that are looked at; without a word all of them
///     Mon 15:00 A met first_reply
///     --- until Mon 16:00                how the cases then stand; `state` for after the last event
///     A open tier 1
///       first_reply ended met until Mon 15:00, left 0s, used 6h, paused 0s
struct ScenarioFile: Sendable {
    var file: String
    var title: String
    private var policyText: String
    private var events: [String] = []
    /// Nil where nothing is said of the records.
    private(set) var told: [String]?
    private var kinds: Set<LedgerRecord.Kind> = []
    private(set) var standing: [String]?
    private var until: Instant?

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scenarios")

    /// All scenarios of all files, in their order.
    static func all() throws -> [ScenarioFile] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        return try files.filter { $0.hasSuffix(".txt") }.sorted()
            .flatMap { try read(String(contentsOf: folder.appending(path: $0), encoding: .utf8), file: $0) }
    }

    static func read(_ text: String, file: String) -> [ScenarioFile] {
        var scenarios: [ScenarioFile] = []
        var policy = ""
        var part = Part.policy
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("#") { continue }
            if line == "=== policy" {
                policy = ""
                part = .policy
            } else if line.hasPrefix("=== ") {
                scenarios.append(ScenarioFile(file: file, title: String(line.dropFirst(4)), policyText: policy))
                part = .events
            } else if line.hasPrefix("---") {
                part = scenarios[scenarios.count - 1].begin(line.dropFirst(3).split(separator: " ").map(String.init))
            } else if part == .policy {
                policy += line + "\n"
            } else if !line.isEmpty {
                scenarios[scenarios.count - 1].add(line.drop { $0 == " " }, to: part)
            }
        }
        return scenarios
    }

    private enum Part { case policy, events, told, standing }

    private init(file: String, title: String, policyText: String) {
        self.file = file
        self.title = title
        self.policyText = policyText
    }

    private mutating func begin(_ words: [String]) -> Part {
        guard let first = words.first, first == "until" || first == "state" else {
            told = []
            kinds = Set(words.compactMap { word in LedgerRecord.Kind.allCases.first { $0.word == word } })
            return .told
        }
        standing = []
        if first == "until" { until = Self.instant(words.dropFirst()) }
        return .standing
    }

    private mutating func add(_ line: Substring, to part: Part) {
        switch part {
        case .policy: break
        case .events: events.append(String(line))
        case .told: told?.append(String(line))
        case .standing: standing?.append(String(line))
        }
    }

    // MARK: Told

    /// What the simulation makes of it: its records and how the cases stand, one a line.
    ///
    /// With `letsGo` cases leave memory as soon as nothing comes for them any more.
    func run(letsGo: Bool = false) throws -> (told: [String], standing: [String]) {
        var reader = LogReader()
        let lines = events.enumerated()
            .compactMap { reader.read(Array(Self.json($1).utf8).span, number: $0 + 1) }
        let arrivals = Arrivals(lines)
        var outline = LogOutline()
        for arrival in arrivals.list { outline.add(arrival.line) }
        let simulation = try Simulation(try policy(), outline: letsGo ? outline : nil)
        var told: [String] = []
        try simulation.run(arrivals, until: until ?? arrivals.end ?? .earliest) { happening in
            if isLookedAt(happening) { told.append(Self.text(happening)) }
        }
        return (told, simulation.states().flatMap(Self.text))
    }

    private func isLookedAt(_ happening: Happening) -> Bool {
        guard case .record(_, let record) = happening else { return true }
        // The ladder that is there because there has to be one is not the subject.
        if kinds.isEmpty { return record.kind != .notified || policyText.contains("ladders:") }
        return kinds.contains(record.kind)
    }

    private func policy() throws -> Policy {
        var text = try String(contentsOf: Self.folder.appending(path: "desk.yaml"), encoding: .utf8) + policyText
        if !policyText.contains("calendars:") {
            text += "calendars: { office: { time_zone: Europe/Berlin, hours: { mon-fri: [\"09:00-17:00\"] } } }\n"
        }
        if !policyText.contains("ladders:") {
            text += "ladders: { default: [{ at: breach, notify: [manager] }] }\n"
        }
        func zone(_ name: String) throws(ZoneProblem) -> ZoneRules {
            try ZoneFolder.system(tzdir: nil).rules(for: name)
        }
        return try ConfigFile.load(bytes: Array(text.utf8), file: title, zones: zone, now: Self.monday).get().policy
    }

    /// `Mon 09:00 A pending reason="a b"` as a line of a log; what is JSON already stays.
    private static func json(_ line: String) -> String {
        var words =
            line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .flatMap { index, part in
                index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : ["\u{1}\(part)"]
            }[...]
        while let quoted = words.firstIndex(where: { $0.hasPrefix("\u{1}") }) {
            words[quoted - 1] += words[quoted].dropFirst()
            words.remove(at: quoted)
        }
        let at = take(&words)
        var members = [#""at":"\#(at.rfc3339)""#, #""case":"\#(words[words.startIndex])""#]
        members.append(#""event":"\#(words[words.startIndex + 1])""#)
        for word in words.dropFirst(2) {
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch pair[0] {
            case "tier", "seq": members.append(#""\#(pair[0])":\#(pair[1])"#)
            case "tags":
                let tags = pair[1].split(separator: ",").map { #""\#($0)""# }.joined(separator: ",")
                members.append(#""tags":[\#(tags)]"#)
            case "until", "received_at":
                let instant = instant(pair[1].split(separator: "_").map(String.init)[...])
                members.append(#""\#(pair[0])":"\#(instant.rfc3339)""#)
            default: members.append(#""\#(pair[0])":"\#(pair[1])""#)
            }
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    // MARK: Times

    private static let days: [String] = {
        let week = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        return week + week.map { $0 + "+" }
    }()

    /// 2026-11-23T00:00 in Berlin.
    private static let monday = Instant(milliseconds: 20_780 * 86_400_000 - 3_600_000)

    private static func instant(_ words: ArraySlice<String>) -> Instant {
        var words = words
        return take(&words)
    }

    private static func take(_ words: inout ArraySlice<String>) -> Instant {
        let first = words.removeFirst()
        if let instant = try? Instant(rfc3339: first) { return instant }
        guard let day = days.firstIndex(of: first) else { preconditionFailure("unknown day \(first)") }
        let clock = words.removeFirst()
        let seconds = clock.count == 5 ? clock + ":00" : clock
        guard let time = try? Instant(rfc3339: "1970-01-01T\(seconds)Z") else {
            preconditionFailure("no clock \(clock)")
        }
        return monday + .hours(Int64(day) * 24) + (time - Instant(milliseconds: 0))
    }

    private static func text(_ instant: Instant) -> String {
        let (day, rest) = (instant - monday).milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        guard rest >= 0, days.indices.contains(Int(day)) else { return instant.shortRFC3339 }
        var clock = Instant(milliseconds: rest).rfc3339.dropFirst(11).dropLast()
        if clock.hasSuffix(".000") { clock = clock.dropLast(4) }
        if clock.hasSuffix(":00"), clock.count == 8 { clock = clock.dropLast(3) }
        return "\(days[Int(day)]) \(clock)"
    }

    // MARK: Lines

    private static func text(_ happening: Happening) -> String {
        switch happening {
        case .refused(let refused): return "line \(refused.line) refused: \(refused.code)"
        case .record(let id, let record):
            var words = [text(record.at), "\(id)", record.kind.word]
            if let metric = record.metric { words.append(metric.word) }
            if let cycle = record.cycle, cycle > 1 { words.append("cycle \(cycle)") }
            if let revision = record.revision, revision > 0 { words.append("revision \(revision)") }
            if let from = record.fromTier, let tier = record.tier, from != tier { words.append("to tier \(tier)") }
            if let step = record.step { words.append("[\(step)]") }
            if let reason = record.reason { words.append("(\(reason))") }
            if [.started, .resumed, .retargeted].contains(record.kind), let deadline = record.deadline {
                words.append("until \(text(deadline))")
            }
            if let until = record.until { words.append("until \(text(until))") }
            if let by = record.by { words.append("by \(by)") }
            if !record.to.isEmpty { words.append("-> \(record.to.joined(separator: ", "))") }
            if record.late > .zero { words.append("late \(record.late)") }
            return words.joined(separator: " ")
        }
    }

    private static func text(_ standing: CaseStanding) -> [String] {
        let state = standing.state
        let wake = standing.nextWake.map { " wake \(text($0))" } ?? ""
        return ["\(state.id) \(state.status.word) tier \(state.tier)\(wake)"]
            + standing.timers.map { row in
                let timer = row.timer
                var words = [timer.metric.word]
                if timer.cycle > 1 { words.append("cycle \(timer.cycle)") }
                words.append(timer.state.word)
                if let verdict = timer.verdict { words.append(verdict.word) }
                if timer.isVoid { words.append("void") }
                if let deadline = timer.deadline { words.append("until \(text(deadline))") }
                if let breachedAt = timer.breachedAt, breachedAt != timer.deadline {
                    words.append("breached at \(text(breachedAt))")
                }
                let head = words.joined(separator: " ")
                return "\(head), left \(row.remaining), used \(row.elapsed), paused \(row.paused)"
            }
    }
}
