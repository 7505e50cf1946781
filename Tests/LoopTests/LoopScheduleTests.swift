import Loop
import Testing
import TimeBase

/// The schedule of the keeper in a small world that is tried out completely: every order of a few things that can happen.
@Suite("The schedule of the loop")
struct LoopScheduleTests {
    /// What happens beside the steps, before one of them.
    enum Beside: CaseIterable {
        case nothing
        case event
        /// The next step that touches the store fails.
        case failure
        /// The one after it as well.
        case failures
        /// The clock is set: something may be due that was not.
        case jump
        /// More time passes than a commit may stay untold.
        case lapse
        /// A policy that has two slices of cases to reach.
        case policy
        /// The clock cannot be believed for a second.
        case hold
    }

    /// None, partial and full slices: 0 to 3 of them.
    static let bursts = [0, 1, 249, 250, 251, 500, 501, 749, 750, 751]

    @Test(
        "what is committed is told, what is due is looked at and the alarm is armed, whatever comes between",
        arguments: bursts
    )
    func enumerated(burst: Int) {
        var tried = 0
        for first in Beside.allCases {
            for second in Beside.allCases {
                for third in Beside.allCases {
                    for fourth in Beside.allCases {
                        var world = World(due: burst)
                        world.run([first, second, third, fourth])
                        tried += 1
                        guard world.faults.isEmpty else {
                            Issue.record("\(burst) due, \([first, second, third, fourth]): \(world.faults)")
                            return
                        }
                    }
                }
            }
        }
        #expect(tried == 4_096)
    }

    @Test("a burst of exactly two full slices is told after the look that finds nothing more")
    func fullSlices() {
        var world = World(due: 500)
        world.run([])
        #expect(world.steps == ["look", "go on", "look", "go on", "look", "tell", "rest"])
    }

    @Test("a burst that lasts is told twice a second, and once at its end")
    func longBurst() {
        var world = World(due: 2_001)
        world.stepTakes = 200_000
        world.run([])
        #expect(world.steps.count { $0 == "tell" } == 3)
        #expect(world.steps.suffix(2) == ["tell", "rest"])
    }

    @Test("events share a turn with a slice, after it, and what both committed is told once")
    func events() {
        var world = World(due: 10)
        world.run([.event])
        #expect(world.steps.prefix(4) == ["look", "commit", "tell", "rest"])
        #expect(world.steps.count { $0 == "tell" } == 1)
    }

    @Test("a clock that was set is heard of before events are committed")
    func jump() {
        let schedule = Machine()
        #expect(schedule.arrived())
        #expect(!schedule.jumped(by: .hours(2)), "a turn is queued")
        schedule.begin()
        #expect(schedule.next(at: 0, isDue: false, isWaiting: true) == .hear(.hours(2)))
        #expect(schedule.next(at: 0, isDue: false, isWaiting: true) == .look)
        schedule.looked(hasWritten: false, hasMoreDue: false, hasMore: false, at: 0)
        #expect(schedule.next(at: 0, isDue: false, isWaiting: true) == .commit)
    }

    @Test("a look that failed is tried again after a second, and not at once for the alarm that has rung")
    func retry() {
        let schedule = Machine()
        #expect(schedule.rang())
        schedule.begin()
        #expect(schedule.next(at: 0, isDue: true, isWaiting: false) == .look)
        #expect(schedule.failed("disk full", at: 10))
        #expect(schedule.next(at: 10, isDue: true, isWaiting: false) == .tell)
        #expect(schedule.next(at: 10, isDue: true, isWaiting: false) == .rest(1_000_000))
        schedule.begin()
        #expect(schedule.next(at: 500_000, isDue: true, isWaiting: false) == .rest(500_010))
        schedule.begin()
        #expect(schedule.next(at: 1_000_010, isDue: true, isWaiting: false) == .look)
    }

    @Test("small commits that pass are no recovery: a trial commit is, after five seconds without a failure")
    func recovery() {
        let schedule = Machine()
        _ = schedule.rang()
        schedule.begin()
        #expect(schedule.next(at: 0, isDue: false, isWaiting: false) == .look)
        #expect(schedule.failed("disk full", at: 0))
        #expect(schedule.next(at: 0, isDue: false, isWaiting: false) == .tell)
        #expect(schedule.next(at: 0, isDue: false, isWaiting: false) == .rest(1_000_000))
        // Looks and small commits succeed.
        schedule.begin()
        _ = schedule.rang()
        #expect(schedule.next(at: 1_000_000, isDue: false, isWaiting: true) == .look)
        schedule.looked(hasWritten: false, hasMoreDue: false, hasMore: false, at: 1_000_000)
        #expect(schedule.next(at: 1_000_000, isDue: false, isWaiting: true) == .commit)
        schedule.committed(at: 1_000_000)
        #expect(schedule.next(at: 1_000_000, isDue: false, isWaiting: false) == .tell)
        #expect(schedule.next(at: 1_000_000, isDue: false, isWaiting: false) == .rest(4_000_000))
        // The trial fails: nothing is told, and it is tried again.
        schedule.begin()
        #expect(schedule.next(at: 5_000_000, isDue: false, isWaiting: false) == .prove)
        #expect(!schedule.failed("disk full", at: 5_000_000), "it was told before")
        #expect(schedule.next(at: 5_000_000, isDue: false, isWaiting: false) == .tell)
        #expect(schedule.next(at: 5_000_000, isDue: false, isWaiting: false) == .rest(1_000_000))
        schedule.begin()
        _ = schedule.rang()
        #expect(schedule.next(at: 10_000_000, isDue: false, isWaiting: false) == .look)
        schedule.looked(hasWritten: false, hasMoreDue: false, hasMore: false, at: 10_000_000)
        #expect(schedule.next(at: 10_000_000, isDue: false, isWaiting: false) == .prove)
        #expect(schedule.proved(at: 10_000_000) == TroubleLatch.Ended(text: "disk full", lasted: 5_000_000))
        #expect(schedule.next(at: 10_000_000, isDue: false, isWaiting: false) == .rest(nil))
    }

    @Test("a stopped schedule still tells what was committed, and does nothing more")
    func stopped() {
        let schedule = Machine()
        _ = schedule.rang()
        schedule.begin()
        #expect(schedule.next(at: 0, isDue: false, isWaiting: false) == .look)
        schedule.looked(hasWritten: true, hasMoreDue: true, hasMore: true, at: 0)
        #expect(schedule.next(at: 0, isDue: false, isWaiting: false) == .goOn)
        schedule.stop()
        schedule.begin()
        #expect(schedule.next(at: 0, isDue: true, isWaiting: true) == .tell)
        #expect(schedule.next(at: 0, isDue: true, isWaiting: true) == .rest(nil))
        #expect(!schedule.rang() && !schedule.arrived())
    }
}

/// A schedule that can be asked inside an expectation.
private final class Machine {
    private var schedule = LoopSchedule()

    func rang() -> Bool { schedule.rang() }
    func jumped(by span: Span) -> Bool { schedule.jumped(by: span) }
    func arrived() -> Bool { schedule.arrived() }
    func stop() { schedule.stop() }
    func begin() { schedule.begin() }
    func next(at now: UInt64, isDue: Bool, isWaiting: Bool) -> LoopSchedule.Step {
        schedule.next(at: now, isDue: isDue, isWaiting: isWaiting)
    }
    func looked(hasWritten: Bool, hasMoreDue: Bool, hasMore: Bool, at now: UInt64) {
        schedule.looked(hasWritten: hasWritten, hasMoreDue: hasMoreDue, hasMore: hasMore, at: now)
    }
    func committed(at now: UInt64) { schedule.committed(at: now) }
    func proved(at now: UInt64) -> TroubleLatch.Ended? { schedule.proved(at: now) }
    func failed(_ text: String, at now: UInt64) -> Bool { schedule.failed(text, at: now) }
}

/// Store, alarm, clock and queue of the keeper, as far as the schedule can tell.
private struct World {
    private static let slice = 250

    var steps: [String] = []
    var faults: [String] = []
    /// How long a look or a commit takes, in microseconds.
    var stepTakes: UInt64 = 1_000

    private var schedule = LoopSchedule()
    private var now: UInt64 = 0
    private var due: Int
    private var live = 0
    private var waiting = 0
    private var failures = 0
    private var isHeld = false
    /// When the alarm rings; nil if it is not armed.
    private var armed: UInt64?
    private var untoldSince: UInt64?
    private var isTurnQueued = false

    init(due: Int) { self.due = due }

    /// Starts, lets what is given happen before the first steps, and then waits for peace.
    mutating func run(_ beside: [LoopScheduleTests.Beside]) {
        var beside = beside[...]
        if schedule.rang() { isTurnQueued = true }
        // Far more than any of it takes: whoever is busy for ever is found.
        for _ in 0..<200 {
            if isTurnQueued {
                isTurnQueued = false
                schedule.begin()
                turn(&beside)
            } else if let next = beside.popFirst() {
                happen(next)
            } else if let armed {
                now = max(now, armed)
                self.armed = nil
                if schedule.rang() { isTurnQueued = true }
            } else {
                return checkPeace()
            }
        }
        faults.append("no rest after 200 turns")
    }

    private mutating func turn(_ beside: inout ArraySlice<LoopScheduleTests.Beside>) {
        for _ in 0..<20 {
            let isOverdue = untoldSince.map { now >= $0 + LoopSchedule.untoldMax } ?? false
            let step = schedule.next(at: now, isDue: armed.map { $0 <= now } ?? false, isWaiting: waiting > 0)
            if isOverdue, step != .tell { faults.append("\(step) while a commit is untold for too long") }
            switch step {
            case .hear:
                steps.append("hear")
                attempt { $0.rearm() }
            case .look:
                steps.append("look")
                attempt { $0.look() }
            case .commit:
                steps.append("commit")
                attempt { world in
                    world.noteCommit()
                    world.schedule.committed(at: world.now)
                    world.rearm()
                }
                // Answered, with an error if it failed.
                waiting = 0
            case .prove:
                steps.append("prove")
                attempt { _ = $0.schedule.proved(at: $0.now) }
            case .tell:
                steps.append("tell")
                untoldSince = nil
            case .goOn:
                steps.append("go on")
                isTurnQueued = true
                return
            case .rest(let again):
                steps.append("rest")
                if let again { armed = min(armed.flatMap { $0 > now ? $0 : nil } ?? .max, now + again) }
                return checkRest()
            }
            if let next = beside.popFirst() { happen(next) }
        }
        faults.append("no end of a turn after 20 steps")
    }

    private mutating func happen(_ beside: LoopScheduleTests.Beside) {
        switch beside {
        case .nothing: break
        case .event:
            waiting += 1
            if schedule.arrived() { isTurnQueued = true }
        case .failure: failures = 1
        case .failures: failures = 2
        case .jump:
            due += 1
            if schedule.jumped(by: .hours(1)) { isTurnQueued = true }
        case .lapse: now += 600_000
        case .policy:
            live += 2 * Self.slice
            if schedule.rang() { isTurnQueued = true }
        case .hold: isHeld = true
        }
    }

    /// A step that touches the store.
    private mutating func attempt(_ work: (inout Self) -> Void) {
        now += stepTakes
        guard failures > 0 else { return work(&self) }
        failures -= 1
        // The first of two transactions may have been committed.
        noteCommit()
        _ = schedule.failed("the disk is full", at: now)
    }

    private mutating func look() {
        guard !isHeld else {
            isHeld = false
            armed = now + 1_000_000
            schedule.looked(hasWritten: false, hasMoreDue: false, hasMore: false, at: now)
            return
        }
        let decided = min(due, Self.slice)
        due -= decided
        var hasMore = decided == Self.slice
        var reached = 0
        if !hasMore, live > 0 {
            reached = min(live, Self.slice)
            live -= reached
            hasMore = live > 0
        }
        if decided + reached > 0 { noteCommit() }
        schedule.looked(
            hasWritten: decided + reached > 0,
            hasMoreDue: decided == Self.slice,
            hasMore: hasMore,
            at: now
        )
        rearm()
    }

    /// As the loop does after each of its calls that succeeds.
    private mutating func rearm() { armed = isHeld ? now + 1_000_000 : due > 0 || live > 0 ? now : nil }

    private mutating func noteCommit() { untoldSince = untoldSince ?? now }

    private mutating func checkRest() {
        if untoldSince != nil { faults.append("rest with an untold commit") }
        if waiting > 0 { faults.append("rest while events wait") }
        let isComing = isTurnQueued || armed.map { $0 <= now + LoopSchedule.retryAfter } ?? false
        if due > 0 || live > 0, !isComing {
            faults.append("rest with work due, and the alarm is \(armed.map { "\($0 - now) away" } ?? "not armed")")
        }
    }

    private mutating func checkPeace() {
        checkRest()
        if due > 0 || live > 0 { faults.append("\(due) due and \(live) live cases are left") }
    }
}
