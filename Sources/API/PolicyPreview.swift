package import Engine
package import TimeBase

/// A policy file that somebody would like to adopt, with the files of holidays that it names.
package struct PolicyProposal: Sendable, Equatable {
    /// What its mistakes begin with.
    package var name: String
    /// The file's bytes.
    package var text: [UInt8]
    /// The content of each file of holidays, by its path as the policy writes it.
    package var files: [String: [UInt8]]

    package init(name: String, text: [UInt8], files: [String: [UInt8]] = [:]) {
        self.name = name
        self.text = text
        self.files = files
    }
}

/// What adopting a policy now would do to the open cases.
package struct PolicyPreview: Sendable {
    package var now: Instant
    /// Of the proposed policy.
    package var policyHash: String
    /// False if it says what is in force already: then no case was looked at.
    package var isNew: Bool
    /// In force while this was worked out.
    package var versionInForce: Int
    /// How many open cases were looked at.
    package var cases = 0
    /// How many of them something would happen to.
    package var affected = 0
    /// How many could not be worked out because of a broken rule of ours.
    package var failed = 0
    /// How many targets there are of each effect; what is missing is none.
    package var effects: [TargetPreview.Effect: Int] = [:]
    /// How many notices would go out at once.
    package var notices = 0
    /// The most urgent first, as many as were asked for.
    package var changes: [Change] = []
    /// How many open cases use each tier, team and person that the policy does not have (S31).
    package var losses: [PolicyLoss: Int] = [:]
    /// Warnings of the configuration, one line each.
    package var warnings: [String]
    /// Why nothing is being decided right now, and `now` may be wrong; nil normally.
    package var holding: String?

    package init(now: Instant, policyHash: String, isNew: Bool, versionInForce: Int, warnings: [String]) {
        self.now = now
        self.policyHash = policyHash
        self.isNew = isNew
        self.versionInForce = versionInForce
        self.warnings = warnings
    }

    /// How many changes can be asked for.
    package static let changesMax = 10_000

    /// One target of one case to which something would happen.
    package struct Change: Sendable, Comparable {
        package var caseID: CaseID
        package var target: TargetPreview

        package init(caseID: CaseID, target: TargetPreview) {
            self.caseID = caseID
            self.target = target
        }

        /// The sooner it would be due, the earlier; where it would not be any more, by when it is now.
        package static func < (left: Change, right: Change) -> Bool {
            (left.urgency, left.caseID, left.target.metric) < (right.urgency, right.caseID, right.target.metric)
        }

        private var urgency: Instant { target.deadlineAfter ?? target.deadlineBefore ?? .latest }
    }
}
