import Testing
import TimeBase

@testable import Host

/// A ping is earned by the loop's progress (ARCHITECTURE: the ping is earned).
@Suite("Watchdog")
struct WatchdogTests {
    private static let second: UInt64 = 1_000_000

    /// Plays one line per period of 7 s: what the loop did in it, and whether it answered a nudge.
    ///
    /// Returns what was done.
    ///
    ///     wake | idle | answers | store SECONDS
    private func play(_ script: String) -> [String] {
        var now = 1_000 * Self.second
        var gate = WatchdogGate(wakes: 0, now: now)
        var progress = LoopProgress()
        return script.split(separator: "\n")
            .map { line in
                now += 7 * Self.second
                let words = line.split(separator: " ")
                var isAnswered = false
                progress.storeCallSince = nil
                switch words[0] {
                case "wake": progress.finishedWakes += 1
                case "answers": isAnswered = true
                case "store": progress.storeCallSince = now - (UInt64(words[1]) ?? 0) * Self.second
                default: break
                }
                let verdict = gate.tick(progress, nudgesAnswered: isAnswered, now: now)
                return (verdict.trouble ?? "ping") + (verdict.isNudgeNeeded ? " nudge" : "")
            }
    }

    @Test("a busy loop earns every ping and is never nudged")
    func busy() {
        #expect(play("wake\nwake\nwake\nwake") == ["ping", "ping", "ping", "ping"])
    }

    @Test("an idle loop is nudged, and its answers earn the pings")
    func idle() {
        #expect(play("idle\nanswers\nidle\nanswers") == ["ping nudge", "ping", "ping nudge", "ping"])
    }

    @Test("a hanging loop gets one nudge, and after one more ping none")
    func hanging() {
        #expect(
            play("wake\nidle\nidle\nidle") == [
                "ping", "ping nudge", "the loop has not finished a wake for 14s",
                "the loop has not finished a wake for 21s",
            ]
        )
    }

    @Test("a loop that goes on earns pings again")
    func goesOn() {
        #expect(
            play("idle\nidle\nanswers\nwake") == [
                "ping nudge", "the loop has not finished a wake for 14s", "ping", "ping",
            ]
        )
    }

    @Test("a store call is excused for a minute, and what follows it has a period to finish")
    func storeCall() {
        #expect(
            play("store 6\nstore 55\nstore 60\nidle\nwake") == ["ping", "ping", "ping", "ping nudge", "ping"]
        )
        #expect(
            play("store 59\nstore 66\nstore 73") == ["ping", "ping nudge", "one store call has run for 1m 13s"]
        )
    }

    /// The end of a no-op that the feeder has sent.
    private struct Answer: Sendable {
        let done: @Sendable () -> Void
    }

    @Test("the feeder pings, nudges once, reports trouble and its end, and waits for nobody")
    func feeder() {
        let log = Locked<[String]>([])
        let now = Locked<UInt64>(0)
        let answer = Locked<Answer?>(nil)
        @Sendable func note(_ text: String) { log.withLock { $0.append(text) } }
        let feeder = WatchdogFeeder(
            interval: .seconds(28),
            monotonicMicroseconds: { now.withLock { $0 } },
            progress: { LoopProgress() },
            nudge: { done in
                note("nudge")
                answer.withLock { $0 = Answer(done: done) }
            },
            ping: { note("ping") },
            report: { note($0 ?? "well") }
        )
        for _ in 0..<3 {
            now.withLock { $0 += 7 * Self.second }
            feeder.tick()
        }
        let late = answer.withLock { $0 }
        late?.done()
        now.withLock { $0 += 7 * Self.second }
        feeder.tick()
        #expect(
            log.withLock { $0 } == [
                "ping", "nudge", "UNHEALTHY: the loop has not finished a wake for 14s",
                "UNHEALTHY: the loop has not finished a wake for 21s", "ping", "well",
            ]
        )
    }

    @Test("the started feeder pings by itself, four times in the interval", .timeLimit(.minutes(5)))
    func started() async {
        let (pings, pinged) = AsyncStream.makeStream(of: Void.self)
        let pulse = LoopPulse()
        let feeder = WatchdogFeeder(
            interval: Span(milliseconds: 80),
            progress: { pulse.progress },
            nudge: { $0() },
            ping: { pinged.yield() },
            report: { _ in }
        )
        feeder.start()
        var count = 0
        for await _ in pings {
            count += 1
            if count == 4 { break }
        }
        feeder.stop()
        #expect(count == 4)
    }

    @Test("the pulse shows wakes, and a store call while it runs")
    func pulse() {
        let pulse = LoopPulse(monotonicMicroseconds: { 77 })
        #expect(pulse.progress == LoopProgress(finishedWakes: 0, storeCallSince: nil))
        pulse.duringStoreCall {
            #expect(pulse.progress == LoopProgress(finishedWakes: 0, storeCallSince: 77))
        }
        pulse.finishedWake()
        #expect(pulse.progress == LoopProgress(finishedWakes: 1, storeCallSince: nil))
    }
}
