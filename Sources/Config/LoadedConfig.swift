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
    /// In the order of the file; their severity is `warning`.
    package var warnings: [Complaint]
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
