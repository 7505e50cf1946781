import CSystemd
import Glibc

/// Whether somebody vouches for the wall clock.
package enum ClockSynchronisation {
    /// What systemd-timesyncd(8) leaves behind once it has set the clock; readable in every sandbox.
    private static let timesyncMark = "/run/systemd/timesync/synchronized"

    /// True if timesyncd has set the clock, or where the kernel's clock is kept in step by anybody (adjtimex(2),
    /// `STA_UNSYNC` clear).
    ///
    /// False if neither is known: a sandbox may forbid the question.
    package static var isKnown: Bool {
        if unsafe access(timesyncMark, F_OK) == 0 { return true }
        // No mode: reads and changes nothing.
        var state = timex()
        return unsafe adjtimex(&state) != -1 && state.status & STA_UNSYNC == 0
    }
}
