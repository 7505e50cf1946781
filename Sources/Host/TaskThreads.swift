import CConcurrency
import Dispatch
import Glibc

/// The threads on which the tasks of this process run, in place of libdispatch's pool.
///
/// libdispatch looks after that pool once a second from the first task on, for as long as the process lives. These threads
/// sleep while there is no task.
package enum TaskThreads {
    /// As many as Swift's own pool would have, and no more than the service can use.
    private static let count = min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 2), 4)
    private static let queue = WorkQueue(label: "task", threads: count)
    /// Wakes the tasks that sleep.
    private static let sleepers = DispatchQueue(label: "slawatchd.sleepers")
    /// A century: what is farther away never comes.
    private static let longest: UInt64 = 3_155_760_000_000_000_000

    /// Makes them the default executor of Swift's concurrency; to be called before the first task is there.
    package static func takeOver() { slawatch_take_default_executor() }

    fileprivate static func run(_ job: Job) {
        queue.async { unsafe slawatch_run_job(job.pointer) }
    }

    fileprivate static func run(_ job: Job, after nanoseconds: UInt64) {
        let deadline = DispatchTime.now() + .nanoseconds(Int(min(nanoseconds, longest)))
        sleepers.asyncAfter(deadline: deadline) { @Sendable in run(job) }
    }

    /// Nanoseconds from now until an instant of one of the runtime's clocks; 0 if it is past.
    fileprivate static func nanoseconds(until seconds: Int64, _ nanoseconds: Int64, clock: Int32) -> UInt64 {
        // The runtime's numbers: 1 is `ContinuousClock`, 2 is `SuspendingClock`, 3 is the wall clock.
        let id =
            switch clock {
            case 1: CLOCK_BOOTTIME
            case 3: CLOCK_REALTIME
            default: CLOCK_MONOTONIC
            }
        var now = timespec()
        unsafe clock_gettime(id, &now)
        let (whole, isFar) = (seconds - Int64(now.tv_sec)).multipliedReportingOverflow(by: 1_000_000_000)
        guard !isFar else { return longest }
        let (left, isTooFar) = whole.addingReportingOverflow(nanoseconds - Int64(now.tv_nsec))
        return isTooFar ? longest : UInt64(max(left, 0))
    }
}

/// A part of a task, until it waits for something.
@safe private struct Job: @unchecked Sendable {
    // @unchecked: the runtime hands over the only reference, and it is used once.
    let pointer: UnsafeMutableRawPointer
}

@_cdecl("slawatch_enqueue_job")
func enqueueJob(_ job: UnsafeMutableRawPointer) {
    unsafe TaskThreads.run(Job(pointer: job))
}

@_cdecl("slawatch_enqueue_job_after")
func enqueueJob(after nanoseconds: UInt64, _ job: UnsafeMutableRawPointer) {
    unsafe TaskThreads.run(Job(pointer: job), after: nanoseconds)
}

@_cdecl("slawatch_enqueue_job_at")
func enqueueJob(at seconds: Int64, _ nanoseconds: Int64, clock: Int32, _ job: UnsafeMutableRawPointer) {
    unsafe TaskThreads.run(Job(pointer: job), after: TaskThreads.nanoseconds(until: seconds, nanoseconds, clock: clock))
}
