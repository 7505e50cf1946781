import FoundationEssentials
import TimeBase

/// How instants are written for people: as clocks of this machine show them, or in UTC.
struct TimeText {
    /// Nil for UTC.
    private let zone: LocalZone?

    /// `2026-11-21T14:02:10Z`.
    static let utc = TimeText(zone: nil)
    /// `2026-11-21 15:02:10 CET`, in the zone of `TZ` or of `/etc/localtime`.
    static let local = TimeText(zone: machineZone)

    /// The zone in which times on the command line are read.
    static let machineZone: LocalZone = {
        let environment = ProcessInfo.processInfo.environment
        return ZoneFolder.machineZone(tz: environment["TZ"], tzdir: environment["TZDIR"])
    }()

    init(zone: LocalZone?) { self.zone = zone }

    func callAsFunction(_ instant: Instant) -> String { zone?.text(instant) ?? instant.shortRFC3339 }
}
