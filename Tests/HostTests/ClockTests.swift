import CSystemd
import Dispatch
import Glibc
import Host
import Testing
import TimeBase

@Suite("Clocks", .timeLimit(.minutes(5)))
struct ClockTests {
    private let clock = SystemClock()
    private let queue = DispatchQueue(label: "test.clock")

    @Test("the wall clock agrees with the C library's, the monotonic one never goes back")
    func clocks() {
        let before = Int64(time(nil))
        let now = clock.now().milliseconds / 1_000
        let after = Int64(time(nil))
        // time(2) reads a coarser clock, which may be a tick behind.
        #expect((before - 1...after + 1).contains(now))
        let first = clock.monotonicMicroseconds()
        clock.pause(microseconds: 500)
        #expect(clock.monotonicMicroseconds() >= first + 500)
    }

    @Test(
        "an alarm rings at its instant and not before",
        arguments: [30, 0, -3_600_000, -4_000_000_000_000] as [Int64]
    )
    func rings(_ milliseconds: Int64) async {
        let (rings, ring) = AsyncStream.makeStream(of: Instant.self)
        let clock = clock
        let alarm = WallAlarm(queue: queue) { ring.yield(clock.now()) }
        let due = clock.now() + Span(milliseconds: milliseconds)
        alarm.arm(due)
        for await rung in rings {
            #expect(rung >= due)
            return
        }
    }

    @Test("arming replaces: of a late and an early instant, in either order, the last one counts")
    func replaces() async {
        let (rings, ring) = AsyncStream.makeStream(of: Instant.self)
        let clock = clock
        let alarm = WallAlarm(queue: queue) { ring.yield(clock.now()) }
        alarm.arm(.latest)
        alarm.arm(nil)
        alarm.arm(clock.now() + .hours(1))
        let due = clock.now() + Span(milliseconds: 20)
        alarm.arm(due)
        for await rung in rings {
            #expect(rung >= due)
            #expect(rung < due + .minutes(1))
            return
        }
    }

    @Test("a disarmed alarm is silent")
    func disarmed() async {
        let (rings, ring) = AsyncStream.makeStream(of: String.self)
        let silent = WallAlarm(queue: queue) { ring.yield("disarmed") }
        let other = WallAlarm(queue: queue) { ring.yield("armed") }
        silent.arm(clock.now() + Span(milliseconds: 10))
        silent.arm(nil)
        // Due after the disarmed one would have been, on the same queue.
        other.arm(clock.now() + Span(milliseconds: 40))
        for await rung in rings {
            #expect(rung == "armed")
            return
        }
    }

    @Test("a quiet clock has not jumped")
    func quiet() throws {
        let watch = try ClockJumpWatch(queue: queue) { _ in }
        #expect(watch.takeJump() == .zero)
    }

    @Test("somebody sets the clock: the watch tells", .enabled(if: canSetClock, "needs CAP_SYS_TIME"))
    func jump() async throws {
        let (jumps, jumped) = AsyncStream.makeStream(of: Span.self)
        let watch = try ClockJumpWatch(queue: queue) { jumped.yield($0) }
        // Five microseconds and back: enough for the kernel, not for anybody else.
        #expect(nudgeClock(microseconds: 5) >= 0)
        #expect(nudgeClock(microseconds: -5) >= 0)
        for await jump in jumps {
            #expect(jump == .zero)
            break
        }
        #expect(watch.takeJump() == .zero)
    }
}

private let canSetClock = geteuid() == 0 && nudgeClock(microseconds: 0) >= 0

/// Moves the wall clock; negative where that is not permitted.
private func nudgeClock(microseconds: Int) -> Int32 {
    var change = timex()
    change.modes = UInt32(ADJ_SETOFFSET | ADJ_NANO)
    // The fraction must not be negative.
    change.time.tv_sec = microseconds < 0 ? -1 : 0
    change.time.tv_usec = (microseconds < 0 ? 1_000_000 + microseconds : microseconds) * 1_000
    return unsafe adjtimex(&change)
}
