import CConcurrency
import Dispatch
import Glibc

/// Work that threads of our own take in the order in which it was handed in.
///
/// The threads live as long as the queue and sleep while there is no work. A Dispatch queue, for comparison, starts a
/// thread for each piece of work that comes after a pause, and that thread wakes once more to end.
@safe package final class WorkQueue: @unchecked Sendable {
    // @unchecked: every variable is only touched between lock and unlock of `mutex`.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let hasWork = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var arrived: [Work] = []
    /// What is taken next, in reverse order.
    private var next: [Work] = []
    private var hasEnded = false
    private var threads: [pthread_t] = []

    /// A closure in a type of its own: generic storage would wrap it at each access.
    private struct Work {
        let run: @Sendable () -> Void
    }

    /// - Parameters:
    ///   - label: Names the threads, at most 15 bytes of it.
    ///   - count: How many threads there are. One of them makes the queue a serial one.
    package init(label: String, threads count: Int = 1) {
        precondition(count > 0, "\(count) threads")
        unsafe precondition(pthread_mutex_init(mutex, nil) == 0, "pthread_mutex_init failed")
        unsafe precondition(pthread_cond_init(hasWork, nil) == 0, "pthread_cond_init failed")
        let name = String(decoding: label.utf8.prefix(15), as: UTF8.self)
        lock()
        defer { unlock() }
        for _ in 0..<count { threads.append(startThread(named: name) { self.work() }) }
    }

    deinit {
        unsafe pthread_cond_destroy(hasWork)
        unsafe pthread_mutex_destroy(mutex)
        unsafe hasWork.deallocate()
        unsafe mutex.deallocate()
    }

    /// Whether the calling thread is one of the queue's.
    package var isCurrent: Bool {
        let current = pthread_self()
        lock()
        defer { unlock() }
        return threads.contains { pthread_equal($0, current) != 0 }
    }

    /// Hands in work and returns at once, from any thread.
    ///
    /// After `end` it is dropped: who hands something in while the service stops has nobody left to do it.
    package func async(execute run: @escaping @Sendable () -> Void) { _ = take(in: Work(run: run)) }

    /// Whether the work will be done: not after `end`.
    private func take(in work: Work) -> Bool {
        lock()
        defer { unlock() }
        guard !hasEnded else { return false }
        arrived.append(work)
        unsafe pthread_cond_signal(hasWork)
        return true
    }

    /// Hands in work and waits for its result; the caller must not be one of the queue's threads.
    ///
    /// Throws `Ended` after `end`, and what the work throws.
    package func sync<Result: Sendable>(execute body: @escaping @Sendable () throws -> Result) throws -> Result {
        precondition(!isCurrent, "a queue waits for itself")
        let outcome = Locked<Swift.Result<Result, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let work = Work {
            let result = Swift.Result { try body() }
            outcome.withLock { $0 = result }
            done.signal()
        }
        guard take(in: work) else { throw Ended() }
        done.wait()
        guard let result = outcome.withLock({ $0 }) else { preconditionFailure("the work has no result") }
        return try result.get()
    }

    /// A queue that has ended does nothing any more.
    package struct Ended: Error, CustomStringConvertible {
        package var description: String { "cannot wait for work: its queue has ended" }
    }

    /// Ends the threads after the work that was handed in; what is handed in later is dropped.
    package func end() {
        lock()
        hasEnded = true
        unsafe pthread_cond_broadcast(hasWork)
        unlock()
    }

    private func work() {
        while let work = take() { work.run() }
    }

    /// Waits for work; nil when there is none and never will be.
    private func take() -> Work? {
        lock()
        defer { unlock() }
        while true {
            if let work = next.popLast() { return work }
            if !arrived.isEmpty {
                next = arrived.reversed()
                arrived.removeAll(keepingCapacity: true)
            } else if hasEnded {
                return nil
            } else {
                unsafe pthread_cond_wait(hasWork, mutex)
            }
        }
    }

    private func lock() { unsafe pthread_mutex_lock(mutex) }
    private func unlock() { unsafe pthread_mutex_unlock(mutex) }
}

/// Starts a thread that runs `body` and ends with it.
///
/// Signals that ask for something go to other threads; those that report a fault of this one are not held back.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) -> pthread_t {
    var held = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&held)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] { unsafe sigdelset(&held, fault) }
    unsafe pthread_sigmask(SIG_SETMASK, &held, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let start = unsafe Unmanaged.passRetained(ThreadStart(name: name, body: body))
    let code = unsafe pthread_create(
        &thread,
        nil,
        { context in
            guard let context = unsafe context else { return nil }
            let start = unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
            unsafe slawatch_name_thread(start.name)
            start.body()
            return nil
        },
        start.toOpaque()
    )
    precondition(code == 0, "cannot start a thread: error \(code)")
    pthread_detach(thread)
    return thread
}

private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}
