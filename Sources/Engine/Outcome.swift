package import TimeBase

/// What `decide` is asked.
package enum Input: Sendable {
    /// Events of this one case, all handed in as one unit: nothing due is decided before the last is applied (S24).
    ///
    /// `isHeld` while the clock cannot be believed: then they are taken as they are dated, and nothing is decided.
    case events([Event], enforceFrom: Instant? = nil, isHeld: Bool = false)
    /// The alarm rang, or somebody thinks that it should have.
    case wake
}

/// What `decide` answers.
package enum Outcome: Sendable {
    case decided(Decision)
    /// An event sorts before what was applied: load the facts and the ledger of the case and call `replay`.
    case needsHistory
}

/// Everything one transaction has to remember.
package struct Decision: Sendable {
    /// The case as it stands now; nil if it does not exist, because every event was refused.
    package var state: Case?
    /// The events to be kept with the case: those that were accepted, and those that were refused because of its state
    /// (S25).
    package var facts: [Fact] = []
    /// Facts that the store has as refused and that have their effect now: they replace those (S25).
    package var revised: [Fact] = []
    /// New ledger records, in order; those with a `priority` are also notices.
    package var records: [LedgerRecord] = []
    /// One for each event of the input, in its order.
    package var answers: [Answer] = []
    /// When the case has to be looked at again; nil if nothing is due without an event.
    package var nextWake: Instant?
    /// Events of other cases that follow from it, to be applied in the same transaction: what a merged case was sent
    /// since, and what it hands over (S18).
    package var forwarded: [Event] = []
    /// What the store has of the case and forgets in the same transaction (S60); nil almost always.
    package var erases: Erasure?

    /// What is forgotten of a case; its new facts and records come after that.
    package enum Erasure: Sendable {
        /// What its facts say: the case was deleted.
        case content
        /// All its facts, and all of its ledger but the verdicts.
        case history
    }

    package init(state: Case?) { self.state = state }

    init(
        state: Case?,
        facts: [Fact],
        records: [LedgerRecord],
        answers: [Answer],
        nextWake: Instant?,
        forwarded: [Event] = [],
        erases: Erasure? = nil
    ) {
        self.state = state
        self.facts = facts
        self.records = records
        self.answers = answers
        self.nextWake = nextWake
        self.forwarded = forwarded
        self.erases = erases
    }

    /// Nothing came of it: nothing is kept.
    static func refusal(_ answers: [Answer]) -> Decision {
        Decision(state: nil, facts: [], records: [], answers: answers, nextWake: nil)
    }
}

/// What became of one event.
package enum Answer: Hashable, Sendable {
    case applied
    /// Applied, at another instant than it is dated (S20, S26).
    case clamped(to: Instant)
    /// The same id was applied before; nothing changed.
    case duplicate
    case refused(Refusal)
    /// Another case takes what comes for this one (S18); what it answered: `applied` where it was not asked yet.
    indirect case forwarded(to: CaseID, Answer)

    /// Whether this case has refused it; what another case did with it is not asked.
    package var isRefused: Bool {
        switch self {
        case .refused: true
        case .applied, .clamped, .duplicate, .forwarded: false
        }
    }

    /// What became of it in the end, whichever case took it.
    package var final: Answer {
        switch self {
        case .applied, .clamped, .duplicate, .refused: self
        case .forwarded(_, let answer): answer.final
        }
    }

    /// The case that took it in the end; nil if it is the one that it was sent to.
    package var taker: CaseID? {
        switch self {
        case .applied, .clamped, .duplicate, .refused: nil
        case .forwarded(let id, let answer): answer.taker ?? id
        }
    }
}

/// Why the state of its case refuses an event, which is then kept without effect (S25).
package enum StateRefusal: Hashable, Sendable {
    case alreadyOpen
    /// The case is resolved, closed, spam or merged, and this kind of event does not change that.
    case closed(Status)
    /// The timer to which a deadline was to be given does not exist, is missed, or has ended (S19).
    case timer(TimerRefusal)

    /// Why a timer is not given a deadline by hand.
    ///
    /// Raw values are stored: never renumber.
    package enum TimerRefusal: UInt8, Hashable, Sendable, CaseIterable {
        case absent = 1
        case ended = 2
        case missed = 3
    }

    /// As it is answered, also when the event is repeated.
    package var refusal: Refusal {
        switch self {
        case .alreadyOpen: .alreadyOpen
        case .closed(let status): .closed(status)
        case .timer(let why): .timer(why)
        }
    }
}

/// Why an event was refused.
package enum Refusal: Hashable, Sendable {
    case unknownCase
    case alreadyOpen
    /// The case is resolved or closed, and this kind of event does not reopen it.
    case closed(Status)
    /// The case was deleted, for good.
    case deleted
    /// The case has rested for longer than its content is kept (S60).
    case tooOld(endedAt: Instant, keep: Span)
    case tooManyEvents(limit: Int)
    case unknownTier(Int)
    /// The timer that was to be given a deadline does not exist, is missed, or has ended (S19).
    case timer(StateRefusal.TimerRefusal)
    /// The deadline to be given is not after the instant at which it was received (S19).
    case deadlinePassed(Instant)
    /// The case that it was to be merged into is not known.
    case unknownSurvivor(CaseID)
    /// The content of the case that it was to be merged into is not kept any more.
    case expiredSurvivor(CaseID)
    /// What comes for the named survivor goes to the case itself, or would after more than `Successor.chainMax` others.
    case mergeLoop(CaseID)
    /// The case was merged into the named one before.
    case mergedElsewhere(CaseID)
    /// A snooze would end before it begins, or at once (S36).
    case snoozeIsOver(until: Instant)
    /// A snooze would be longer than the policy allows (S36).
    case snoozeIsTooLong(longest: Span)
    /// A broken invariant: the case was set aside, the reason is for a bug report.
    case setAside(String)

    /// Set if the state of the case is the reason: the event is kept all the same (S25).
    var ofState: StateRefusal? {
        switch self {
        case .alreadyOpen: .alreadyOpen
        case .closed(let status): .closed(status)
        case .timer(let why): .timer(why)
        case .deadlinePassed, .unknownCase, .deleted, .tooOld, .tooManyEvents, .unknownTier, .unknownSurvivor,
            .expiredSurvivor, .mergeLoop, .mergedElsewhere, .snoozeIsOver, .snoozeIsTooLong, .setAside:
            nil
        }
    }

    /// A stable word for programs.
    package var code: String {
        switch self {
        case .unknownCase: "unknown_case"
        case .alreadyOpen: "already_open"
        case .closed: "closed"
        case .deleted: "deleted"
        case .tooOld: "too_old"
        case .tooManyEvents: "too_many_events"
        case .unknownTier: "unknown_tier"
        case .timer(.absent): "no_such_timer"
        case .timer(.ended): "timer_ended"
        case .timer(.missed): "timer_missed"
        case .deadlinePassed: "deadline_passed"
        case .unknownSurvivor: "unknown_case"
        case .expiredSurvivor: "too_old"
        case .mergeLoop: "merge_loop"
        case .mergedElsewhere: "merged_elsewhere"
        case .snoozeIsOver: "snooze_is_over"
        case .snoozeIsTooLong: "snooze_is_too_long"
        case .setAside: "set_aside"
        }
    }

    /// A sentence for people.
    package func message(for id: CaseID) -> String {
        switch self {
        case .unknownCase: "unknown case \(id): send opened first"
        case .alreadyOpen: "case \(id) was opened before: send reopened, or a new case id"
        case .closed(.merged): "case \(id) is merged: name the case that survives"
        case .closed(let status): "case \(id) is \(status.word): send reopened first"
        case .deleted: "case \(id) was deleted: open a new case"
        case .tooOld(let endedAt, let keep):
            "case \(id) ended on \(endedAt.rfc3339.prefix(10)) and its content is kept \(keep.days): open a new case"
        case .tooManyEvents(let limit): "case \(id) has \(limit) events, which is the limit"
        case .unknownTier(let tier): "tier \(tier) is not in the policy"
        case .timer(.absent): "case \(id) has no such timer: see its targets with slactl show"
        case .timer(.ended): "that timer of case \(id) has ended: a deadline is given to one that runs or is paused"
        case .timer(.missed):
            "that timer of case \(id) has missed its deadline already: a breach is not changed by hand"
        case .deadlinePassed(let instant): "\(instant.shortRFC3339) has passed already: give a later time"
        case .unknownSurvivor(let survivor): "unknown case \(survivor): open it before \(id) is merged into it"
        case .expiredSurvivor(let survivor):
            "case \(survivor) has been over for too long to take anything: merge \(id) into another one"
        case .mergeLoop(id): "case \(id) cannot be merged into itself: name the case that survives"
        case .mergeLoop(let survivor):
            "case \(id) cannot be merged into \(survivor): what comes for \(survivor) would come back to it"
        case .mergedElsewhere(let survivor): "case \(id) was merged into \(survivor) before: merge \(survivor) instead"
        case .snoozeIsOver(let until):
            "case \(id) cannot be snoozed until \(until.shortRFC3339), which is not ahead: name a later time"
        case .snoozeIsTooLong(let longest):
            "case \(id) cannot be snoozed for so long: longest_snooze of the policy is \(longest)"
        case .setAside(let why): "case \(id) was set aside: \(why)"
        }
    }
}

/// A rule of our own was broken by our own code.
///
/// Thrown, not trapped: one case must not stop the watch on the others.
package struct InvariantBroken: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// What a replay needs: everything that happened to a case.
package struct History: Sendable {
    /// In any order.
    package var facts: [Fact]
    /// Oldest first.
    package var records: [LedgerRecord]

    package static let factsMax = 10_000

    package init(facts: [Fact], records: [LedgerRecord]) {
        self.facts = facts
        self.records = records
    }
}

extension Span {
    /// `400 days`, or exactly where it is no whole number of days.
    fileprivate var days: String {
        let (days, rest) = milliseconds.quotientAndRemainder(dividingBy: Span.hours(24).milliseconds)
        return rest != 0 ? "\(self)" : days == 1 ? "1 day" : "\(days) days"
    }
}
