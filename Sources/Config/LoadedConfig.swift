package import Engine
package import TimeBase

/// A policy file that was accepted.
package struct LoadedConfig: Sendable {
    package var policy: Policy
    package var settings: Settings
    /// The rules by which the calendars were laid out, by the names of their zones.
    package var zones: [String: ZoneRules]
    /// The content of each file of holidays that the policy names, by its path as it is written.
    ///
    /// With these and its text the policy can be read again when the files are gone.
    package var feeds: [String: [UInt8]]
    /// The priorities, plans, channels and tags that conditions ask for, each once, in the order of the file.
    package var words: [ConditionWord]
    /// In the order of the file; their severity is `warning`.
    package var warnings: [Complaint]
}

/// A word that a condition asks for.
package struct ConditionWord: Hashable, Sendable {
    package var sent: SentWord
    /// As the file writes it for the first time.
    package var text: String
    package var file: String
    /// From 1, as in a complaint.
    package var line: Int
    package var column: Int

    /// A warning that it asks for a word that nobody has sent in 90 days (S27).
    package var neverSent: Complaint {
        Complaint(
            file: file,
            line: line,
            column: column,
            severity: .warning,
            mistake: .neverSent,
            message: "no source has sent \(sent.kind.word) \(text) in 90 days, so this condition holds for no new case",
            hint: "slactl cases -o wide shows what sources send"
        )
    }
}

/// What the file says about the service itself rather than about cases.
///
/// Read at start only: a reload adopts the policy and leaves these as they are.
package struct Settings: Hashable, Sendable {
    /// The Unix socket of the API.
    package var socketPath = "/run/slawatchd/slawatchd.sock"
    /// Permission bits of the socket: who may connect may change cases.
    package var socketMode: UInt16 = 0o660
    /// Where the store lives; nil leaves it to `STATE_DIRECTORY` of systemd and to the command line.
    package var stateDirectory: String?

    package init() {}
}
