package import Engine
package import TimeBase

/// Unit tests of a policy: short histories and what is expected when.
package struct PolicyTestFile: Sendable {
    /// The policy's file, as the tests name it: relative to their own folder.
    package var policy: String
    /// How the file writes its times.
    package var times: TestTimes
    /// In the order of the file.
    package var tests: [PolicyTest]
    private let file: String

    init(policy: String, times: TestTimes, tests: [PolicyTest], file: String) {
        self.policy = policy
        self.times = times
        self.tests = tests
        self.file = file
    }

    /// Reads a file of tests.
    ///
    /// What its events may say is not checked here: that is for whoever hands them in, with `complaint`.
    ///
    /// - Parameters:
    ///   - bytes: The file's content.
    ///   - file: The name that complaints begin with.
    ///   - zones: Asked for the zone of the file's times.
    /// - Returns: The tests; or all mistakes of the file.
    package static func load(
        bytes: [UInt8],
        file: String,
        zones: ConfigFile.Zones
    ) -> Result<PolicyTestFile, Complaints> {
        let reading = Reading(file: file)
        let tests = YAMLReading.value(of: bytes, reading).flatMap { reading.policyTests($0, zones: zones) }
        guard let tests, !reading.hasErrors else {
            precondition(reading.hasErrors, "\(file) was refused without a reason")
            return .failure(Complaints(list: reading.report))
        }
        return .success(tests)
    }

    /// A complaint about a line of a history.
    package func complaint(_ line: PolicyTest.Told, _ message: String) -> Complaint {
        Complaint(
            file: file,
            line: line.line,
            column: line.column,
            severity: .error,
            mistake: .unknownWord,
            message: message
        )
    }
}

/// One history and everything that is to be announced in it.
package struct PolicyTest: Sendable {
    package var name: String
    /// Where it stands in the file.
    package var line: Int
    /// The midnight that its first time counts from.
    package var start: Instant
    package var history: [Told]
    package var expected: [Expected]
    /// The last instant that is looked at: the last one named.
    package var until: Instant

    /// One line of the history: an event, with the words of the API.
    package struct Told: Sendable {
        /// When it is handed in.
        package var receivedAt: Instant
        /// When it happened.
        package var at: Instant
        package var kind: Event.Kind
        /// The other words, `key=value`, in their order.
        package var words: [(key: String, value: String)]
        package var line: Int
        package var column: Int
    }

    /// One line of what is expected; what is nil is not looked at.
    package struct Expected: Sendable {
        package var at: Instant
        package var what: What
        package var metric: Metric?
        package var cycle: Int?
        package var tier: Int?
        /// The deadline: the last such moment or the next one; empty if it is not looked at.
        package var due: [Instant] = []
        package var step: String?
        package var reason: String?
        package var caseID: String?
        /// In any order; `manager` is whoever answers for the tier that missed.
        package var told: [String]?
        /// As the file has it.
        package var text: String
        package var line: Int

        /// A decision, or that a line of the history is refused.
        package enum What: Hashable, Sendable {
            case record(LedgerRecord.Kind)
            case refused
        }
    }
}
