import Host
import TimeBase

/// The zone that the clocks of this machine show, for times that people read.
///
/// Read again after a while: the administrator may set another one.
final class WallZone: Sendable {
    private let known = Locked<(zone: LocalZone, readAt: Instant)?>(nil)
    private let read: Reader

    /// What reads the zone.
    struct Reader: Sendable {
        let zone: @Sendable () -> LocalZone

        /// By `TZ` and `TZDIR` as the process was started with, and `/etc/localtime`.
        static let machine = Reader {
            ZoneFolder.machineZone(tz: Environment["TZ"], tzdir: Environment["TZDIR"])
        }
    }

    /// For so long a new zone of the machine may go unseen.
    static let keptFor = Span.minutes(1)

    init(_ read: Reader = .machine) { self.read = read }

    /// The zone as it was at most a minute before `now`; may block for the time of opening a file.
    func at(_ now: Instant) -> LocalZone {
        known.withLock { known in
            if let known, known.readAt <= now, now - known.readAt < Self.keptFor { return known.zone }
            let zone = read.zone()
            known = (zone, now)
            return zone
        }
    }
}
