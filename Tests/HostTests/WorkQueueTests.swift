import Dispatch
import Glibc
import Testing
import TimeBase

@testable import Host

/// Threads that are always there, in place of threads that Dispatch starts and ends.
@Suite("Work on threads of our own", .timeLimit(.minutes(5)))
struct WorkQueueTests {
    /// The number of the calling thread.
    @Sendable private static func thread() -> UInt64 { UInt64(pthread_self()) }

    @Test("a queue of one thread does 20,000 pieces of work in their order, from four threads that hand them in")
    func order() throws {
        let queue = WorkQueue(label: "test")
        defer { queue.end() }
        let done = Locked<[[Int]]>(Array(repeating: [], count: 4))
        DispatchQueue.concurrentPerform(iterations: 4) { source in
            for number in 0..<5_000 { queue.async { done.withLock { $0[source].append(number) } } }
        }
        // Behind everything that was handed in.
        #expect(try queue.sync { done.withLock { $0 } } == Array(repeating: Array(0..<5_000), count: 4))
    }

    @Test("every piece of work of a queue of one thread runs on the same thread, also after a pause")
    func sameThread() throws {
        let queue = WorkQueue(label: "test")
        defer { queue.end() }
        let first = try queue.sync { Self.thread() }
        SystemClock().pause(microseconds: 50_000)
        #expect(try queue.sync { Self.thread() } == first)
        #expect(first != Self.thread())
        #expect(try queue.sync { queue.isCurrent })
        #expect(!queue.isCurrent)
    }

    @Test("two threads work side by side")
    func sideBySide() {
        let queue = WorkQueue(label: "test", threads: 2)
        defer { queue.end() }
        let (first, second, done) = (
            DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
        )
        queue.async {
            first.signal()
            second.wait()
            done.signal()
        }
        queue.async {
            first.wait()
            second.signal()
            done.signal()
        }
        done.wait()
        done.wait()
    }

    @Test("what the work throws reaches whoever waits for it")
    func throwing() {
        struct Broken: Error {}
        let queue = WorkQueue(label: "test")
        defer { queue.end() }
        #expect(throws: Broken.self) { try queue.sync { throw Broken() } }
    }

    @Test("a queue that ends does first what was handed in")
    func end() {
        let queue = WorkQueue(label: "test")
        let (count, done) = (Locked(0), DispatchSemaphore(value: 0))
        for _ in 0..<1_000 { queue.async { count.withLock { $0 += 1 } } }
        queue.async { done.signal() }
        queue.end()
        done.wait()
        #expect(count.withLock { $0 } == 1_000)
    }

    @Test("what is handed to a queue that has ended is dropped, and nobody waits for it")
    func ended() {
        let queue = WorkQueue(label: "test")
        let (count, done) = (Locked(0), DispatchSemaphore(value: 0))
        queue.async { done.signal() }
        queue.end()
        queue.async { count.withLock { $0 += 1 } }
        #expect(throws: WorkQueue.Ended.self) { try queue.sync { count.withLock { $0 += 1 } } }
        done.wait()
        SystemClock().pause(microseconds: 50_000)
        #expect(count.withLock { $0 } == 0)
    }

    @Test("an actor on a thread of its own is entered by what runs there")
    func actorOnThread() async throws {
        actor Counter {
            let executor = ThreadExecutor(label: "test")
            var count = 0
            nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }
            func add() -> UInt64 {
                count += 1
                return WorkQueueTests.thread()
            }
            nonisolated func addFromOutside() throws -> UInt64 {
                try executor.queue.sync { self.assumeIsolated { $0.add() } }
            }
        }
        let counter = Counter()
        let inside = await counter.add()
        #expect(try counter.addFromOutside() == inside)
        #expect(await counter.count == 2)
    }

    @Test("a ticker calls at once and again from one thread, and never after it was stopped")
    func ticker() {
        let (ticks, ticked) = (Locked<[UInt64]>([]), DispatchSemaphore(value: 0))
        let ticker = Ticker()
        ticker.start(every: Span(milliseconds: 5)) {
            ticks.withLock { $0.append(Self.thread()) }
            ticked.signal()
        }
        for _ in 0..<5 { ticked.wait() }
        ticker.stop()
        SystemClock().pause(microseconds: 50_000)
        let count = ticks.withLock { $0.count }
        SystemClock().pause(microseconds: 50_000)
        #expect(ticks.withLock { Set($0).count } == 1)
        #expect(ticks.withLock { $0.count } == count)
    }
}
