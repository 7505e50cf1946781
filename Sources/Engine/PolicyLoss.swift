/// A tier, team or person that an open case uses and a new policy does not have (S31).
package struct PolicyLoss: Hashable, Sendable {
    package var kind: Kind
    /// The number of the tier, the id of the team or person.
    package var name: String

    package init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    /// Raw values are the words of the API: never rename.
    package enum Kind: String, Sendable, CaseIterable {
        /// The last resort is told in its place.
        case tier
        /// As the holder of a case the tier's team stands in for it, as a receiver of a step the last resort.
        case team
        /// As the agent of a case its team stands in, as a receiver of a step the last resort.
        case person
    }
}

extension Engine {
    /// What a case uses of the policy in force that a proposed one does not have.
    ///
    /// A case uses its tier, team and agent, and whatever the ladders of its timers that have not ended name. An agent or
    /// team that the policy in force does not know either is not lost: it never was a receiver.
    package static func losses(of state: Case, _ policies: Policies, proposed: Policy) -> Set<PolicyLoss> {
        var losses: Set<PolicyLoss> = []
        if !proposed.hasTier(state.tier) { losses.insert(PolicyLoss(kind: .tier, name: "\(state.tier)")) }
        if let team = state.fields.team, proposed.teams[team] == nil, policies.current.teams[team] != nil {
            losses.insert(PolicyLoss(kind: .team, name: team))
        }
        if let agent = state.fields.agent, proposed.people[agent] == nil, policies.current.people[agent] != nil {
            losses.insert(PolicyLoss(kind: .person, name: agent))
        }
        for index in state.timers.indices where state.timers[index].state != .ended {
            let version = policies.version(state.timers[index].ladderVersion)
            for step in version.ladder(ofTier: state.timers[index].tier)?.steps ?? [] {
                for loss in step.named where loss.isMissing(in: proposed) { losses.insert(loss) }
            }
        }
        return losses
    }
}

extension PolicyLoss {
    fileprivate func isMissing(in policy: Policy) -> Bool {
        switch kind {
        case .tier: Int(name).map { !policy.hasTier($0) } ?? false
        case .team: policy.teams[name] == nil
        case .person: policy.people[name] == nil
        }
    }
}

extension Step {
    /// The tiers and people that it names; teams it knows only by their tiers.
    fileprivate var named: [PolicyLoss] {
        let receivers = audience.compactMap { member -> PolicyLoss? in
            switch member {
            case .tier(let number): PolicyLoss(kind: .tier, name: "\(number)")
            case .person(let id): PolicyLoss(kind: .person, name: id)
            case .assignee, .team, .manager, .managerOfManager, .newManager: nil
            }
        }
        switch action {
        case .move(let tier): return receivers + [PolicyLoss(kind: .tier, name: "\(tier)")]
        case .assign(let person): return receivers + [PolicyLoss(kind: .person, name: person)]
        case .notify, .escalate, .raisePriority: return receivers
        }
    }
}
