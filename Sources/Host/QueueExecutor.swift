package import Dispatch

/// Lets an actor live on one serial Dispatch queue, so that a Dispatch timer on that queue is already inside the actor,
/// and so that work that blocks never takes a thread of Swift's cooperative pool.
///
/// `DispatchSerialQueue` does not exist on Linux, hence this type.
package final class QueueExecutor: SerialExecutor {
    package let queue: DispatchQueue

    /// `label` names the thread's queue in crash reports, as `slawatchd.loop`.
    package init(label: String) { queue = DispatchQueue(label: label) }

    /// Runs an actor's job on the queue.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Traps where the caller is not on the queue.
    package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
