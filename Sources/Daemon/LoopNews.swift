import Engine
import Loop
import Store
import TimeBase

/// What the loop has to tell the rest of the daemon.
enum LoopNews: Sendable {
    /// Something was committed: there may be notices, and the live line has changed.
    case committed
    /// Something was committed a moment ago; `committed` follows, and whoever must not miss it hears it twice.
    case written
    case setAside(CaseID, reason: String)
    case clockHeld(String)
    case clockReleased(Span)
    /// How far a policy version has come; nil when it has reached all.
    case rollingOut(Rollout?)
    /// A policy version has reached all cases that were open.
    case rolledOut(Rollout)
    /// Nobody will tell when the clock is set.
    case clockUnwatched(String)
    case degraded(String)
    case recovered(String)
}

enum KeeperProblem: Error {
    case busy
    case stopping
}

extension LoopKeeper {
    /// What came of adopting a policy.
    struct Adoption {
        var policy: AdoptedPolicy
        /// False if the file says what ruled before.
        var isNew: Bool
        var policies: Policies
    }
}
