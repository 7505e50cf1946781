/// To whom a step speaks (S30, S31).
extension Turn {
    /// Ids of the people and teams that a step tells which does nothing else, no one twice; empty if it resolves to nobody.
    ///
    /// After the breach somebody has to know of it: the last resort, if nobody else has been told (S31).
    func receivers(of step: Step, _ timer: CaseTimer) -> [String] {
        let told = audience(of: step, timer)
        guard told.isEmpty, !step.due.isWarning, !isKnown(timer) else { return told }
        return [policies.latest.policy.lastResort]
    }

    /// Whether somebody was told of the breach of a timer.
    private func isKnown(_ timer: CaseTimer) -> Bool {
        // What is void here was told in another case.
        timer.isVoid || !timer.ladder.told.isEmpty || wasKnown(timer)
            || records.contains { $0.metric == timer.metric && $0.cycle == timer.cycle && !$0.everybodyTold.isEmpty }
    }

    /// Whether a breach was found in an earlier wake, and told then: a version before S37 kept no names.
    private func wasKnown(_ timer: CaseTimer) -> Bool {
        guard timer.breachedAt != nil else { return false }
        let key = BreachKey(cycle: CycleKey(metric: timer.metric, cycle: timer.cycle), revision: timer.revision)
        if state.untold.contains(where: { $0.kind == .breached && $0.breachKey == key }) { return false }
        return !records.contains { $0.kind == .breached && $0.breachKey == key }
    }

    /// Ids of the people and teams a step names, no one twice; what it resolves to nobody is left out.
    ///
    /// In place of whom or what the policy has lost the last resort is told (S31). Who is not in the policy, such as an
    /// agent of the help desk, is no receiver: the team stands in for them.
    func audience(of step: Step, _ timer: CaseTimer) -> [String] {
        var told: [String] = []
        let latest = policies.latest
        for member in step.audience {
            let receiver: String? =
                switch member {
                case .assignee: latest.known(person: state.fields.agent) ?? team
                case .team: team
                case .tier(let number): latest.policy.tier(number)?.team ?? latest.policy.lastResort
                case .person(let id): latest.known(person: id) ?? latest.policy.lastResort
                case .manager: above(timer.tier, 0)
                case .managerOfManager: above(timer.tier, 1)
                case .newManager: above(state.tier, 0)
                }
            if let receiver, !told.contains(receiver) { told.append(receiver) }
        }
        return told
    }

    /// The team that has the case, or that of its tier if the policy does not know it.
    private var team: String {
        let latest = policies.latest
        return latest.known(team: state.fields.team) ?? latest.policy.tier(state.tier)?.team ?? latest.policy.lastResort
    }

    /// Somebody on the reporting line of a tier, the first at 0; nil above its end.
    private func above(_ tier: Int, _ place: Int) -> String? {
        let latest = policies.latest
        guard let line = latest.reportingLine(ofTier: tier) else { return latest.policy.lastResort }
        return place < line.count ? line[place] : nil
    }
}

extension PolicyVersion {
    fileprivate func known(person id: String?) -> String? { id.flatMap { policy.people[$0] == nil ? nil : $0 } }
    fileprivate func known(team id: String?) -> String? { id.flatMap { policy.teams[$0] == nil ? nil : $0 } }
}
