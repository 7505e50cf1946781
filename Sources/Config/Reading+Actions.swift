import Engine

/// What a ladder step does, and whom it tells.
extension Reading {
    /// Reads `notify`, `escalate`, `move to tier 2`, `assign ada` and `raise priority to high`.
    func action(_ value: YAMLValue, _ path: String, _ names: Names) -> Step.Action? {
        let expected = "notify, escalate, move to tier N, assign PERSON or raise priority to WORD"
        guard let text = text(value, path, expected: expected) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        switch (words.count, words.first, words.last) {
        case (1, "notify", _): return .notify
        case (1, "escalate", _): return .escalate
        case (4, "move", let last?) where words[1...2] == ["to", "tier"]:
            guard let number = Int(last) else { break }
            return tierNumber(number, at: value.place, path, names).map(Step.Action.move)
        case (2, "assign", let last?):
            let person = YAMLValue(place: value.place, content: .scalar(last, isQuoted: true))
            return personID(person, path, names).map(Step.Action.assign)
        case (4, "raise", let last?) where words[1...2] == ["priority", "to"]:
            return .raisePriority(to: last)
        case (2, "open", "escalation"?), (3, "open", "escalation"?):
            error(
                .notInThisVersion,
                value.place,
                "\(path) is \"\(shown(text))\": escalations as records of their own are not implemented in this version "
                    + "of slawatch",
                hint: "write escalate, which moves the case up and tells the next person"
            )
            return nil
        default: break
        }
        error(
            .badAction,
            value.place,
            "\(path) is \"\(shown(text))\", expected \(expected)",
            hint: suggestion(for: text, among: ["notify", "escalate"])
        )
        return nil
    }

    /// Whom a step tells, in the order of the file.
    func audience(_ value: YAMLValue, _ path: String, _ names: Names) -> [Step.Audience]? {
        var audience: [Step.Audience] = []
        var isComplete = true
        for item in oneOrMore(value, path) {
            guard let one = receiver(item, path, names) else {
                isComplete = false
                continue
            }
            if audience.contains(one) {
                error(.badAudience, item.place, "\(path) names \(item.asFound) twice")
                continue
            }
            audience.append(one)
        }
        return isComplete && !audience.isEmpty ? audience : nil
    }

    private func receiver(_ value: YAMLValue, _ path: String, _ names: Names) -> Step.Audience? {
        let roles: [(String, Step.Audience)] = [
            ("assignee", .assignee), ("team", .team), ("manager", .manager),
            ("manager of manager", .managerOfManager), ("new manager", .newManager),
        ]
        let expected = "assignee, team, tier N, manager, manager of manager, new manager or a person's id"
        guard let text = text(value, path, expected: expected) else { return nil }
        let words = text.split(separator: " ").map(String.init)
        if let role = roles.first(where: { $0.0 == words.joined(separator: " ") }) { return role.1 }
        if words.count == 2, words[0] == "tier", let number = Int(words[1]) {
            return tierNumber(number, at: value.place, path, names).map(Step.Audience.tier)
        }
        if names.people.contains(text) { return .person(text) }
        let known = roles.map(\.0) + names.people.ordered.prefix(1_000)
        error(
            .badAudience,
            value.place,
            "\(path) is \"\(shown(text))\", expected \(expected)",
            hint: suggestion(for: text, among: known)
        )
        return nil
    }
}
