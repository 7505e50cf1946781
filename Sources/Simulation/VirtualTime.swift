import Loop
import TimeBase

/// The wall clock of a simulation: stands still until it is set.
final class VirtualClock: WallClock {
    var instant: Instant

    init(_ instant: Instant) { self.instant = instant }

    func now() -> Instant { instant }
}

/// The alarm of a simulation: remembers when it was to ring.
final class VirtualAlarm: Alarm {
    private(set) var instant: Instant?

    func arm(_ instant: Instant?) { self.instant = instant }
}
