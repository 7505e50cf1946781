/// What an event does to the status of a case: the status x kind table (S25).
enum Transition: Hashable {
    case keep
    case to(Status)
    /// From resolved or closed back to open; the timers' reopen rules apply (S15).
    case reopen
    /// To resolved or closed; the timers end.
    case finish(Status)
    /// Into another case; the timers end (S18).
    case merge
    /// Begins a linked case, which takes what comes from then on (S25).
    case link
    /// The successor takes it.
    case forward
    /// To spam: the timers end and no verdict counts (S18).
    case spam
    /// The case is over, its content erased, and no verdict counts (S18, S60).
    case delete
    /// Accepted and kept without effect: it counts if the case turns out not to be spam.
    case shelve
    case refuse

    /// Total on purpose: a new status or kind does not compile until every pair is decided.
    ///
    /// What a customer writes to a closed case after the reopen window is refused by the caller, who knows the time.
    static func of(_ status: Status, _ kind: Event.Kind) -> Transition {
        switch (status, kind) {
        case (.new, .opened), (.open, .opened), (.pending, .opened), (.onHold, .opened), (.resolved, .opened),
            (.closed, .opened), (.spam, .opened), (.merged, .opened):
            .refuse

        // A third party still has to act, so `on_hold` stays; what a customer says makes it our turn again.
        case (.new, .customerMessage), (.open, .customerMessage), (.onHold, .customerMessage): .keep
        case (.pending, .customerMessage): .to(.open)
        case (.resolved, .customerMessage), (.closed, .customerMessage): .reopen
        case (.merged, .customerMessage): .forward

        case (.new, .agentReply): .to(.open)
        case (.open, .agentReply), (.pending, .agentReply), (.onHold, .agentReply): .keep
        // A last word after the end changes nothing but is part of the history.
        case (.resolved, .agentReply), (.closed, .agentReply): .keep
        case (.merged, .agentReply): .forward

        case (.new, .note), (.open, .note), (.pending, .note), (.onHold, .note), (.resolved, .note), (.closed, .note),
            (.new, .assigned), (.open, .assigned), (.pending, .assigned), (.onHold, .assigned), (.resolved, .assigned),
            (.closed, .assigned), (.new, .tagsChanged), (.open, .tagsChanged), (.pending, .tagsChanged),
            (.onHold, .tagsChanged), (.resolved, .tagsChanged), (.closed, .tagsChanged), (.new, .priorityChanged),
            (.open, .priorityChanged), (.pending, .priorityChanged), (.onHold, .priorityChanged),
            (.resolved, .priorityChanged), (.closed, .priorityChanged), (.new, .planChanged), (.open, .planChanged),
            (.pending, .planChanged), (.onHold, .planChanged), (.resolved, .planChanged), (.closed, .planChanged),
            (.new, .tierChanged), (.open, .tierChanged), (.pending, .tierChanged), (.onHold, .tierChanged),
            (.resolved, .tierChanged), (.closed, .tierChanged):
            .keep
        case (.merged, .note), (.merged, .assigned), (.merged, .tagsChanged), (.merged, .priorityChanged),
            (.merged, .planChanged), (.merged, .tierChanged):
            .forward

        case (.new, .pending), (.open, .pending), (.onHold, .pending): .to(.pending)
        case (.pending, .pending): .keep
        case (.new, .onHold), (.open, .onHold), (.pending, .onHold): .to(.onHold)
        case (.onHold, .onHold): .keep
        case (.pending, .resumed), (.onHold, .resumed): .to(.open)
        case (.new, .resumed), (.open, .resumed): .keep
        // Waiting for somebody does not begin a case that has ended anew: that takes a reopening. It is taken all the same,
        // since what reopened the case may still be on its way (S21).
        case (.resolved, .pending), (.resolved, .onHold), (.resolved, .resumed), (.closed, .pending),
            (.closed, .onHold), (.closed, .resumed):
            .keep
        case (.merged, .pending), (.merged, .onHold), (.merged, .resumed): .forward

        case (.new, .resolved), (.open, .resolved), (.pending, .resolved), (.onHold, .resolved): .finish(.resolved)
        case (.resolved, .resolved), (.closed, .resolved): .keep
        case (.new, .closed), (.open, .closed), (.pending, .closed), (.onHold, .closed), (.resolved, .closed):
            .finish(.closed)
        case (.closed, .closed): .keep
        case (.resolved, .reopened), (.closed, .reopened): .reopen
        case (.new, .reopened), (.open, .reopened), (.pending, .reopened), (.onHold, .reopened): .keep
        case (.merged, .resolved), (.merged, .closed), (.merged, .reopened): .forward

        // What people do about the notices changes no status.
        case (.new, .noReplyNeeded), (.open, .noReplyNeeded), (.pending, .noReplyNeeded), (.onHold, .noReplyNeeded),
            (.resolved, .noReplyNeeded), (.closed, .noReplyNeeded), (.new, .acknowledged), (.open, .acknowledged),
            (.pending, .acknowledged), (.onHold, .acknowledged), (.resolved, .acknowledged), (.closed, .acknowledged),
            (.new, .snoozed), (.open, .snoozed), (.pending, .snoozed), (.onHold, .snoozed), (.resolved, .snoozed),
            (.closed, .snoozed), (.new, .snoozeEnded), (.open, .snoozeEnded), (.pending, .snoozeEnded),
            (.onHold, .snoozeEnded), (.resolved, .snoozeEnded), (.closed, .snoozeEnded), (.new, .reapplied),
            (.open, .reapplied), (.pending, .reapplied), (.onHold, .reapplied), (.resolved, .reapplied),
            (.closed, .reapplied), (.new, .deadlineSet), (.open, .deadlineSet), (.pending, .deadlineSet),
            (.onHold, .deadlineSet), (.resolved, .deadlineSet), (.closed, .deadlineSet):
            .keep
        case (.merged, .noReplyNeeded), (.merged, .acknowledged), (.merged, .snoozed), (.merged, .snoozeEnded),
            (.merged, .reapplied), (.merged, .deadlineSet):
            .forward
        // Its timers have ended, and whoever asks has to hear that; it counts if the case turns out not to be spam.
        case (.spam, .deadlineSet): .refuse

        // Whatever has become of a case, it can go into another; it does so once.
        case (.new, .merged), (.open, .merged), (.pending, .merged), (.onHold, .merged), (.resolved, .merged),
            (.closed, .merged), (.spam, .merged):
            .merge
        case (.merged, .merged): .keep
        // Where it comes from is worth knowing, and changes nothing.
        case (.new, .split), (.open, .split), (.pending, .split), (.onHold, .split), (.resolved, .split),
            (.closed, .split):
            .keep
        case (.merged, .split): .refuse
        case (.new, .absorbed), (.open, .absorbed), (.pending, .absorbed), (.onHold, .absorbed), (.resolved, .absorbed),
            (.closed, .absorbed), (.spam, .absorbed):
            .keep
        case (.merged, .absorbed): .forward
        case (.new, .spam), (.open, .spam), (.pending, .spam), (.onHold, .spam), (.resolved, .spam), (.closed, .spam):
            .spam
        case (.spam, .spam): .shelve
        // What goes on with a spam case may turn out to matter.
        case (.spam, .customerMessage), (.spam, .agentReply), (.spam, .note), (.spam, .assigned), (.spam, .tagsChanged),
            (.spam, .priorityChanged), (.spam, .planChanged), (.spam, .tierChanged), (.spam, .pending),
            (.spam, .onHold),
            (.spam, .resumed), (.spam, .resolved), (.spam, .closed), (.spam, .reopened), (.spam, .noReplyNeeded),
            (.spam, .acknowledged), (.spam, .snoozed), (.spam, .snoozeEnded), (.spam, .reapplied), (.spam, .split):
            .shelve
        // A spam that is taken back is told as a note (`timeline`), so this finds the case as it was without it.
        case (.new, .notSpam), (.open, .notSpam), (.pending, .notSpam), (.onHold, .notSpam), (.resolved, .notSpam),
            (.closed, .notSpam), (.spam, .notSpam):
            .keep
        // The survivor may be spam; what went into it is not asked any more.
        case (.merged, .spam), (.merged, .notSpam): .refuse
        case (.new, .deleted), (.open, .deleted), (.pending, .deleted), (.onHold, .deleted), (.resolved, .deleted),
            (.closed, .deleted), (.spam, .deleted), (.merged, .deleted):
            .delete
        }
    }
}
