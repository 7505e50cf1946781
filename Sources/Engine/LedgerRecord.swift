package import TimeBase

/// One decision, as the append-only ledger keeps it, `explain` shows it and the outlets say it.
package struct LedgerRecord: Hashable, Sendable {
    package var kind: Kind
    /// When it became true: a breach at its deadline, a step when it was due.
    package var at: Instant
    /// When the engine noticed: the instant of the commit.
    package var noticedAt: Instant
    package var metric: Metric?
    package var cycle: Int?
    package var revision: Int?
    package var deadline: Instant?
    /// The target's duration, on `started` and `retargeted` and on what is announced.
    package var duration: Span?
    package var calendar: String?
    package var rule: String?
    package var policyVersion: Int?
    /// The tier that holds the case, or to which it was moved.
    package var tier: Int?
    /// Where it was before a move.
    package var fromTier: Int?
    package var team: String?
    /// Who answers for the team that missed.
    package var manager: String?
    /// Who is told: ids of people and teams of the policy, no one twice.
    package var to: [String] = []
    /// Who is told of it by a more urgent record of the same wake, and stands only there (S37).
    package var alsoTold: [String] = []
    /// Who did it: the person that the event names, or else the local user who handed it in; nil of the engine's own decisions.
    package var by: String?
    /// When the snooze ends: of the snooze, and of what nobody is told before that (S36).
    package var until: Instant?
    /// The ladder's step, as the policy writes it: `75%`, `breach`, `breach + 2h`.
    package var step: String?
    package var reason: String?
    /// syslog priority of the announcement, 0 to 7; nil if it is not announced but only kept.
    package var priority: Int?
    /// The digests that tell of it instead of a notice to each of its receivers; of `digested` its own id (S35).
    package var digests: [String] = []
    /// What the engine itself changed on the case; a replay keeps it as a fact at `noticedAt` (S21).
    package var change: CaseFields?
    /// The event that caused it; nil if time did.
    package var eventID: String?
    /// The case it speaks of besides its own: the survivor on `merged`, the merged case on `absorbed`, the origin on
    /// `split`, the other end of `linked` (S18, S25).
    package var otherCase: CaseID?

    package init(kind: Kind, at: Instant, noticedAt: Instant) {
        self.kind = kind
        self.at = at
        self.noticedAt = noticedAt
    }

    /// The reason of a deadline that had passed by a change and was put off (S16).
    package static let changeGrace = "change_grace"

    /// Everybody who is told of it, by this record or by another one of the same wake (S37).
    package var everybodyTold: [String] { alsoTold.isEmpty ? to : to + alsoTold }

    /// How long after it became true it was noticed, never negative.
    package var late: Span { max(noticedAt - at, .zero) }

    /// Raw values are stored: never renumber.
    package enum Kind: UInt8, Sendable, CaseIterable {
        case started = 0
        case warned = 1
        case breached = 2
        case met = 3
        case metLate = 4
        case cancelled = 5
        case paused = 6
        case resumed = 7
        case retargeted = 8
        case retracted = 9
        case moved = 10
        case escalated = 11
        case notified = 12
        case skipped = 13
        case acknowledged = 14
        case suspended = 15
        case assigned = 16
        case prioritised = 17
        case snoozed = 18
        /// The case went into another one.
        case merged = 19
        /// Another case went into this one.
        case absorbed = 20
        /// The case was split off from another one.
        case split = 21
        /// A message after the reopen window opened another case, or this is that case.
        case linked = 22
        /// The verdict of the cycle does not count, or not any more: its breach counts in a case that was merged into this
        /// one, or the case is spam or was deleted (S18).
        case voided = 23
        /// The verdict of the cycle counts after all.
        case reinstated = 24
        /// A digest of notices to one receiver, kept with the most urgent of its cases (S35).
        case digested = 25
        /// A snooze has ended: its time was over, or somebody or something ended it early (S36).
        case snoozeEnded = 26
        /// What nobody was told of while the case was snoozed, told after that (S36).
        case announced = 27
        /// A cycle ended whose deadline had passed before, without being met late: its breach stays the verdict (S9).
        case ended = 30
        /// Somebody gave the timer its deadline by hand (S19).
        case deadlineSet = 31
        /// An event counts at another instant than it is dated: it lies ahead of the clock, or before the opening (S20, S26).
        case clamped = 32
        /// The case has as many events as a case can have: nothing that comes after them is measured in it.
        case full = 33

        /// Whether it says how a cycle came out: what stays of a case whose content is not kept any more (S60).
        package var isVerdict: Bool {
            switch self {
            case .breached, .met, .metLate, .cancelled, .ended, .retracted, .voided, .reinstated: true
            case .started, .warned, .paused, .resumed, .retargeted, .deadlineSet, .clamped, .full, .moved, .escalated,
                .notified,
                .skipped,
                .acknowledged, .suspended, .assigned, .prioritised, .snoozed, .merged, .absorbed, .split, .linked,
                .digested, .snoozeEnded, .announced:
                false
            }
        }

        package var word: String {
            switch self {
            case .started: "started"
            case .warned: "warned"
            case .breached: "breached"
            case .met: "met"
            case .metLate: "met_late"
            case .cancelled: "cancelled"
            case .paused: "paused"
            case .resumed: "resumed"
            case .retargeted: "retargeted"
            case .retracted: "retracted"
            case .moved: "moved"
            case .escalated: "escalated"
            case .notified: "notified"
            case .skipped: "skipped"
            case .acknowledged: "acknowledged"
            case .suspended: "suspended"
            case .assigned: "assigned"
            case .prioritised: "prioritised"
            case .snoozed: "snoozed"
            case .merged: "merged"
            case .absorbed: "absorbed"
            case .split: "split"
            case .linked: "linked"
            case .voided: "voided"
            case .reinstated: "reinstated"
            case .digested: "digested"
            case .snoozeEnded: "snooze_ended"
            case .announced: "announced"
            case .ended: "ended"
            case .deadlineSet: "deadline_set"
            case .clamped: "clamped"
            case .full: "full"
            }
        }
    }
}
