import Engine
import Host
import Loop
import Store
import TimeBase

/// The loop's clock, set by hand.
final class SetClock: WallClock {
    var instant: Instant
    init(_ instant: Instant) { self.instant = instant }
    func now() -> Instant { instant }
}

/// Nobody is woken: the benchmark calls `wake` itself.
struct NoAlarm: Alarm {
    func arm(_ instant: Instant?) {}
}

extension Bench {
    /// Opens `cases` cases through the real loop, engine and store.
    static func fill(folder: String, policyPath: String, cases: Int) throws {
        var limits = StoreLimits()
        // All of the indexes, or their random inserts would go through the log again and again.
        limits.writerCacheKiB = 1_048_576
        limits.checkpointPages = 32_768
        limits.logPagesMax = 131_072
        let store = try SQLiteStore(folder: folder, limits: limits)
        let clock = SetClock(SystemClock().now())
        let policies = try PolicyText(path: policyPath).adopt(in: store)
        let loop = try Loop(store: store, policies: policies, clock: clock, alarm: NoAlarm())
        let took = try milliseconds {
            for first in stride(from: 0, to: cases, by: 10_000) {
                let events = (first..<min(first + 10_000, cases)).map { Cases.opened($0, before: clock.instant) }
                let answers = try loop.submit([Unit(events: events)])
                precondition(answers[0].allSatisfy { $0 == .applied }, "an opening was refused")
            }
        }
        precondition(store.counts.open == cases, "\(store.counts.open) cases are open")
        try store.close()
        printJSON(["cases": Double(cases), "ms": took])
    }

    /// `Engine.decide` alone, event by event: opening, message, reply, message, reply, resolved.
    static func decide(policyPath: String, cases: Int) throws {
        let policies = Policies(version: 1, policy: try PolicyText(path: policyPath).policy)
        let opened = Instant(milliseconds: 1_795_000_000_000)
        let kinds: [Event.Kind] = [.opened, .customerMessage, .agentReply, .customerMessage, .agentReply, .resolved]
        let events = (0..<1_000)
            .map { number in
                kinds.enumerated()
                    .map { index, kind in
                        var event = Cases.opened(number, before: opened)
                        event.id = "\(number)-\(index)"
                        event.kind = kind
                        event.openedBy = .customer
                        event.at = opened + .minutes(Int64(10 * index))
                        return event
                    }
            }
        var decided = 0
        var records = 0
        let took = try milliseconds {
            for round in 0..<max(1, cases / events.count) {
                for timeline in events {
                    var state: Case?
                    for event in timeline {
                        let outcome = try Engine.decide(state, .events([event]), policies, now: event.at)
                        guard case .decided(let decision) = outcome else {
                            preconditionFailure("event \(event.id) of round \(round) asked for history")
                        }
                        state = decision.state
                        records += decision.records.count
                        decided += 1
                    }
                }
            }
        }
        printJSON(["events": Double(decided), "records": Double(records), "ms": took])
    }

    /// `runs` times: `size` messages to cases all over the store, in commits of 1,000; then all of them breach at once.
    static func burst(folder: String, policyPath: String, cases: Int, size: Int, runs: Int) throws {
        let store = try SQLiteStore(folder: folder)
        let clock = SetClock(SystemClock().now())
        let policies = try PolicyText(path: policyPath).adopt(in: store)
        let loop = try Loop(store: store, policies: policies, clock: clock, alarm: NoAlarm())
        for run in 0..<runs {
            // Due in a minute, long before the first run's ladders go on.
            let events = Cases.sample(of: cases, count: size, run: run)
                .map { Cases.message($0, at: clock.instant - .minutes(59), run: run) }
            let bulk = try milliseconds {
                for first in stride(from: 0, to: size, by: 1_000) {
                    let part = Array(events[first..<min(first + 1_000, size)])
                    let answers = try loop.submit([Unit(events: part)])
                    precondition(answers[0].allSatisfy { $0 == .applied }, "a message was refused")
                }
            }
            clock.instant = clock.instant + .minutes(1)
            var decided = 0
            var slices: [Double] = []
            let burst = try milliseconds {
                var hasMore = true
                while hasMore {
                    slices.append(
                        try milliseconds {
                            let report = try loop.wake()
                            decided += report.cases
                            hasMore = report.hasMore
                        }
                    )
                }
            }
            precondition(decided == size, "\(decided) of \(size) cases were due")
            printJSON([
                "size": Double(size), "bulk_ms": bulk, "burst_ms": burst, "slice_max_ms": slices.max() ?? 0,
                "slices": Double(slices.count),
            ])
        }
        try store.close()
    }
}
