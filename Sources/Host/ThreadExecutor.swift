/// Lets an actor live on one thread of its own that is always there.
///
/// For an actor that is called again and again for as long as the service runs, such as the loop: a Dispatch queue would
/// start a thread for each call that comes after a pause.
package final class ThreadExecutor: SerialExecutor {
    /// The actor's own queue: what runs on it is inside the actor.
    package let queue: WorkQueue

    /// `label` names the thread, at most 15 bytes of it.
    package init(label: String) { queue = WorkQueue(label: label) }

    deinit { queue.end() }

    /// Runs an actor's job on the thread.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    /// Traps if the caller is not on the thread.
    package func checkIsolated() { precondition(queue.isCurrent, "not on the thread of the actor") }
}
