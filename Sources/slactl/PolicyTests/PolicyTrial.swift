import Config
import Engine
import Intake
import Simulation
import TimeBase

/// One policy test, run.
struct PolicyTrial {
    let test: PolicyTest
    /// What happened and what was expected, in order of time.
    let timeline: [Entry]

    var isPassed: Bool { timeline.allSatisfy { $0.mark == .met } }

    struct Entry {
        let at: Instant
        let mark: Mark
        let text: String
        /// The line of the file that expects it.
        let line: Int?
    }

    /// How an entry of the timeline compares.
    enum Mark: String {
        case met = " "
        case missing = "-"
        case unexpected = "+"
    }

    /// Runs a test.
    ///
    /// Throws the mistakes of its events, `Complaints`-like, or what the simulation cannot do.
    init(_ test: PolicyTest, of file: PolicyTestFile, _ policy: Policy) throws {
        self.test = test
        let arrivals = Arrivals(try test.history.map { try Self.line($0, of: file) })
        var happenings: [Happening] = []
        let simulation = try Simulation(policy)
        try simulation.run(arrivals, until: test.until) { happenings.append($0) }
        timeline = Self.compare(happenings, test, file.times)
    }

    /// The case of a line that names none.
    static let caseID = "case"

    /// An event of the test, by the rules of the intake.
    private static func line(_ told: PolicyTest.Told, of file: PolicyTestFile) throws -> LogLine {
        var members: [String: JSONValue] = [
            "case": .string(caseID), "event": .string(told.kind.word), "at": .string(told.at.rfc3339),
            "received_at": .string(told.receivedAt.rfc3339),
        ]
        for (key, value) in told.words { members[key] = json(key, value) }
        var reader = LogReader()
        let bytes = Array(JSONText.of(JSONValue.object(members)).utf8)
        guard var line = reader.read(bytes.span, number: told.line) else {
            preconditionFailure("the event of line \(told.line) is blank")
        }
        if case .refused(let refusal, _, _) = line.content { throw file.complaint(told, refusal.reason) }
        if let unknown = line.ignored.first {
            let isKnown = unknown == "by" || unknown == "author"
            let idle = "\(unknown) of a \(told.kind.word) is not looked at: leave it out"
            throw file.complaint(told, isKnown ? idle : "an event has no \(unknown)")
        }
        // What is said twice are two events, as it would be in one file, also where both stand in one line.
        if case .event(var event) = line.content, !told.words.contains(where: { $0.key == "id" }) {
            event.id = "line-\(told.line)-\(told.column)"
            line.content = .event(event)
        }
        return line
    }

    private static func json(_ key: String, _ value: String) -> JSONValue {
        switch key {
        case "tier", "seq": Int64(value).map(JSONValue.integer) ?? .string(value)
        case "private": ["true": .bool(true), "false": .bool(false)][value] ?? .string(value)
        case "tags": .array(value.split(separator: ",").map { .string(String($0)) })
        default: .string(value)
        }
    }

    // MARK: Comparing

    private static func compare(_ happenings: [Happening], _ test: PolicyTest, _ times: TestTimes) -> [Entry] {
        var open = test.expected
        var entries: [Entry] = []
        var before = test.start
        for happening in happenings {
            let found = open.firstIndex { $0.isMet(by: happening) }
            guard found != nil || happening.isAnnounced else { continue }
            let at = happening.noticedAt
            entries.append(
                Entry(
                    at: at,
                    mark: found == nil ? .unexpected : .met,
                    text: happening.line(times, after: before),
                    line: found.map { open[$0].line }
                )
            )
            before = at
            if let found { open.remove(at: found) }
        }
        for missing in open {
            entries.append(Entry(at: missing.at, mark: .missing, text: missing.text, line: missing.line))
        }
        // Stable: what was decided at one instant stays in its order, and what is missing stands behind it.
        return entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }
}

extension PolicyTest.Expected {
    func isMet(by happening: Happening) -> Bool {
        guard happening.noticedAt == at else { return false }
        switch (happening, what) {
        case (.record(let id, let record), .record(let kind)):
            return record.kind == kind && fits(metric, record.metric) && fits(cycle, record.cycle)
                && fits(tier, record.tier) && isDue(record.deadline) && fits(step, record.step)
                && fits(reason, record.reason) && fits(caseID, id.rawValue) && isTold(record)
        case (.refused(let refused), .refused):
            return fits(caseID, refused.caseID) && fits(reason, refused.code)
        case (.record, .refused), (.refused, .record): return false
        }
    }

    private func fits<Value: Equatable>(_ wanted: Value?, _ found: Value?) -> Bool { wanted == nil || wanted == found }

    private func isDue(_ deadline: Instant?) -> Bool { due.isEmpty || deadline.map(due.contains) ?? false }

    private func isTold(_ record: LedgerRecord) -> Bool {
        guard let told else { return true }
        let expected = Set(told.map { $0 == "manager" ? record.manager ?? $0 : $0 })
        // Whoever is told of several things at once stands in one of them (S37).
        return expected == Set(record.to) || expected == Set(record.everybodyTold)
    }
}

extension Happening {
    /// When it was decided: whoever is told is told then.
    var noticedAt: Instant {
        switch self {
        case .record(_, let record): record.noticedAt
        case .refused(let refused): refused.at
        }
    }

    /// Whether a test has to expect it.
    var isAnnounced: Bool {
        switch self {
        case .record(_, let record):
            switch record.kind {
            // The history of the test says so itself.
            case .acknowledged, .snoozed, .snoozeEnded: false
            case .started, .warned, .breached, .met, .metLate, .cancelled, .paused, .resumed, .retargeted, .retracted,
                .moved, .escalated, .notified, .skipped, .suspended, .assigned, .prioritised, .merged, .absorbed,
                .split, .linked, .voided, .reinstated, .digested, .announced, .ended, .clamped, .full,
                .deadlineSet:
                record.priority != nil
            }
        case .refused: true
        }
    }

    /// As a test would write it.
    func line(_ times: TestTimes, after before: Instant) -> String {
        var words = [times.text(of: noticedAt, after: before)]
        switch self {
        case .record(let id, let record):
            words.append(record.kind.word)
            if let metric = record.metric { words.append(metric.word) }
            if let cycle = record.cycle, cycle > 1 { words.append("cycle \(cycle)") }
            if let from = record.fromTier, let tier = record.tier, from != tier { words.append("to tier \(tier)") }
            if record.late > .zero, let due = record.deadline {
                words.append("due \(times.text(of: due, after: due - .hours(24)))")
            }
            if let step = record.step { words.append("[\(step)]") }
            if let reason = record.reason { words.append("(\(reason))") }
            if id.rawValue != PolicyTrial.caseID { words.append("case=\(id)") }
            let told = record.to.isEmpty ? "" : ", told \(record.to.joined(separator: ", "))"
            return words.joined(separator: " ") + told
        case .refused(let refused):
            words += ["refused", "(\(refused.code))"]
            if let id = refused.caseID, id != PolicyTrial.caseID { words.append("case=\(id)") }
            return words.joined(separator: " ")
        }
    }
}
