import Engine
import TimeBase

extension CaseTimer {
    func write(to bytes: inout ByteWriter) {
        bytes.byte(metric.rawValue)
        bytes.byte(state.rawValue)
        bytes.byte(pauseIn.rawValue)
        bytes.int(cycle)
        bytes.int(cyclesStarted)
        bytes.int(revision)
        bytes.int(tier)
        bytes.int(policyVersion)
        bytes.int(ladderVersion)
        bytes.instant(startedAt)
        bytes.span(duration)
        bytes.span(elapsed)
        bytes.text(calendar)
        bytes.text(rule)
        bytes.unsigned(ladder.fired)
        bytes.int(ladder.repeats)
        bytes.int(ladder.rung)
        var parts = Presence()
        parts.note(ladder.isStopped)
        parts.note(ladder.nextStepAt != nil)
        parts.note(ladder.silentUntil != nil)
        parts.note(verdict != nil)
        parts.note(endedAt != nil)
        parts.note(runningSince != nil)
        parts.note(deadline != nil)
        parts.note(breachedAt != nil)
        parts.note(plan != nil)
        parts.note(businessDays != nil)
        parts.note(settle != .zero)
        parts.note(isMeasuredOnly)
        parts.note(stopsAtReply)
        parts.note(climbsWhilePaused)
        parts.note(isVoid)
        parts.note(isSetByHand)
        parts.note(!ladder.countsPeople)
        parts.note(!ladder.told.isEmpty)
        bytes.unsigned(parts.bits)
        if let nextStepAt = ladder.nextStepAt { bytes.instant(nextStepAt) }
        if let silentUntil = ladder.silentUntil { bytes.instant(silentUntil) }
        if let verdict { verdict.write(to: &bytes) }
        if let endedAt { bytes.instant(endedAt) }
        if let runningSince { bytes.instant(runningSince) }
        if let deadline { bytes.instant(deadline) }
        if let breachedAt { bytes.instant(breachedAt) }
        if let plan { bytes.text(plan) }
        if let businessDays { bytes.int(businessDays) }
        if settle != .zero { bytes.span(settle) }
        if !ladder.told.isEmpty { bytes.texts(ladder.told) }
    }

    init(from bytes: inout ByteReader) throws(Damage) {
        let metric = try bytes.metric()
        let state = try bytes.timerState()
        let pauseIn = StatusSet(rawValue: try bytes.byte())
        let cycle = try bytes.int()
        let cyclesStarted = try bytes.int()
        let revision = try bytes.int()
        let tier = try bytes.int()
        let policyVersion = try bytes.int()
        let ladderVersion = try bytes.int()
        let startedAt = try bytes.instant()
        let duration = try bytes.span()
        let elapsed = try bytes.span()
        let calendar = try bytes.text()
        let rule = try bytes.text()
        var ladder = LadderProgress()
        ladder.fired = try bytes.unsigned()
        ladder.repeats = try bytes.int()
        ladder.rung = try bytes.int()
        var parts = try bytes.presence()
        ladder.isStopped = parts.take()
        ladder.nextStepAt = try parts.take() ? bytes.instant() : nil
        ladder.silentUntil = try parts.take() ? bytes.instant() : nil
        let verdict = try parts.take() ? CaseTimer.Verdict(from: &bytes) : nil
        let endedAt = try parts.take() ? bytes.instant() : nil
        let runningSince = try parts.take() ? bytes.instant() : nil
        let deadline = try parts.take() ? bytes.instant() : nil
        let breachedAt = try parts.take() ? bytes.instant() : nil
        let plan = try parts.take() ? bytes.text() : nil
        let businessDays = try parts.take() ? bytes.int() : nil
        let settle = try parts.take() ? bytes.span() : .zero
        let isMeasuredOnly = parts.take()
        let stopsAtReply = parts.take()
        let climbsWhilePaused = parts.take()
        let isVoid = parts.take()
        let isSetByHand = parts.take()
        ladder.countsPeople = !parts.take()
        ladder.told = try parts.take() ? bytes.texts() : []
        try bytes.finish(parts)
        self.init(
            metric: metric,
            cycle: cycle,
            startedAt: startedAt,
            duration: duration,
            pauseIn: pauseIn,
            policyVersion: policyVersion,
            calendar: calendar,
            rule: rule,
            tier: tier,
            plan: plan
        )
        self.ladderVersion = ladderVersion
        self.cyclesStarted = cyclesStarted
        self.revision = revision
        self.state = state
        self.verdict = verdict
        self.endedAt = endedAt
        self.elapsed = elapsed
        self.runningSince = runningSince
        self.deadline = deadline
        self.breachedAt = breachedAt
        self.businessDays = businessDays
        self.settle = settle
        self.isMeasuredOnly = isMeasuredOnly
        self.stopsAtReply = stopsAtReply
        self.climbsWhilePaused = climbsWhilePaused
        self.isVoid = isVoid
        self.isSetByHand = isSetByHand
        self.ladder = ladder
    }
}

extension CaseTimer.Verdict {
    /// The number of `cancelled` says that its reason follows.
    fileprivate func write(to bytes: inout ByteWriter) {
        switch self {
        case .met: bytes.byte(0)
        case .metLate: bytes.byte(1)
        case .breached: bytes.byte(2)
        case .cancelled(let reason):
            bytes.byte(3)
            bytes.byte(reason.rawValue)
        }
    }

    fileprivate init(from bytes: inout ByteReader) throws(Damage) {
        switch try bytes.byte() {
        case 0: self = .met
        case 1: self = .metLate
        case 2: self = .breached
        case 3: self = .cancelled(try bytes.cancellation())
        case let number: throw Damage("verdict \(number) is unknown")
        }
    }
}
