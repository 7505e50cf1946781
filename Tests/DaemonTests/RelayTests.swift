import Glibc
import Host
import Testing
import TimeBase

@testable import Daemon

/// Callbacks that the daemon keeps for its whole life, called as often as in a few days of steady load.
@Suite("Callbacks that are kept")
struct RelayTests {
    private static let calls = 200_000

    @Test("200,000 commits are told at one depth of the stack and in the same memory")
    func commits() async {
        await #expect(processExitsWith: .success) {
            let relay = Relay<LoopNews>()
            RelayTests.callOften(connect: relay.connect) { relay.tell(.committed) }
        }
    }

    @Test("200,000 changes of zones are told at one depth of the stack and in the same memory")
    func zones() async {
        await #expect(processExitsWith: .success) {
            let relay = Relay<[String: ZoneRules]>()
            RelayTests.callOften(connect: relay.connect) { relay.tell([:]) }
        }
    }

    @Test("what is told before somebody listens is lost, and the last listener is the one")
    func listeners() {
        let relay = Relay<Int>()
        let heard = Locked<[String]>([])
        relay.tell(1)
        relay.connect { number in heard.withLock { $0.append("first \(number)") } }
        relay.tell(2)
        relay.connect { number in heard.withLock { $0.append("second \(number)") } }
        relay.tell(3)
        #expect(heard.withLock { $0 } == ["first 2", "second 3"])
    }

    /// Ends the process with a word where a call is deeper than the first, or the process has grown.
    ///
    /// To be called in a process of its own: its memory is then nobody else's.
    private static func callOften<Value>(
        connect: (@escaping @Sendable (Value) -> Void) -> Void,
        call: () -> Void
    ) {
        let depths = Depths()
        connect { _ in depths.note() }
        for _ in 0..<1_000 { call() }
        let before = residentPages()
        for _ in 1_000..<calls {
            call()
            precondition(depths.spread < 1_024, "call \(depths.count) is \(depths.spread) bytes from the first")
        }
        let grown = residentPages() - before
        precondition(depths.count == calls, "\(depths.count) calls arrived")
        // Two wrappers of 32 bytes left behind by each call would be 3,000 pages.
        precondition(grown < 500, "\(calls) calls have left \(grown) pages behind")
    }

    /// Of 4 KiB, as `/proc/self/statm` has them.
    private static func residentPages() -> Int {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard unsafe fgets(&line, 256, file) != nil else { return 0 }
        let words = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self).split(separator: " ")
        return words.count > 1 ? Int(words[1]) ?? 0 : 0
    }
}

/// How deep in the stack calls were.
private final class Depths: Sendable {
    private let places = Locked((first: 0, last: 0, count: 0))

    func note() {
        var marker = 0
        let place = unsafe withUnsafeMutablePointer(to: &marker) { Int(bitPattern: $0) }
        places.withLock { places in
            if places.count == 0 { places.first = place }
            places.last = place
            places.count += 1
        }
    }

    var count: Int { places.withLock { $0.count } }
    /// Between the first call and the last, in bytes.
    var spread: Int { places.withLock { abs($0.first - $0.last) } }
}
