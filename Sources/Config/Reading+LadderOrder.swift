import Engine
import TimeBase

/// What is wrong with a ladder although every step of it is well written.
extension Reading {
    /// Refuses steps that cannot be reached or stand in the wrong order.
    func checkOrder(_ placed: PlacedLadder) {
        for (above, below) in zip(placed.steps, placed.steps.dropFirst()) {
            // What is wrong between the steps of a section was said of its first round.
            if below.round > 1 { continue }
            if above.step.every != nil {
                error(
                    .stepNeverReached,
                    below.place,
                    "\(below.path) is never reached: the step above repeats without end",
                    hint: "write times: 5"
                )
            }
            if let problem = disorder(above.step.due, below.step.due) {
                error(
                    .stepOutOfOrder,
                    below.place,
                    "\(below.path) (\(below.step.text)) \(problem) (\(above.step.text))",
                    hint: "write the steps in the order in which they come due"
                )
            } else if mayComeFirst(below.step.due, before: above.step.due) {
                warn(
                    .stepOutOfOrder,
                    below.place,
                    "\(below.path) (\(below.step.text)) counts wall time and may be due before the step above it "
                        + "(\(above.step.text)), which counts open time"
                )
            }
        }
        for (index, later) in placed.steps.enumerated() {
            let isAgain = placed.steps[..<index]
                .contains {
                    $0.step.due == later.step.due && $0.step.action == later.step.action
                        && Set($0.step.audience) == Set(later.step.audience)
                }
            if isAgain { error(.stepTwice, later.place, "\(later.path) says the same as a step above it") }
        }
    }

    /// Why `below` may not follow `above`; nil if the order is right or depends on the target, see `checkWarnings`.
    private func disorder(_ above: Step.Due, _ below: Step.Due) -> String? {
        switch (above, below) {
        case (.percent(let first), .percent(let second)): first > second ? "is due before the step above it" : nil
        case (.before(let first), .before(let second)): first < second ? "is due before the step above it" : nil
        case (.percent, .before), (.before, .percent), (.percent, .after), (.before, .after): nil
        case (.after, .percent), (.after, .before): "is a warning, but stands below the breach"
        case (.after(let first, _), .after(let second, _)): first > second ? "is due before the step above it" : nil
        }
    }

    /// Whether 3 h of wall time can pass before 2 h of open time do: by day they do not, over a night they do.
    private func mayComeFirst(_ below: Step.Due, before above: Step.Due) -> Bool {
        guard case .after(let first, wall: false) = above, case .after(_, wall: true) = below else { return false }
        return first > .zero
    }

    /// What depends on who uses the ladder: the targets it warns of, and the tiers it starts from.
    func checkUse(_ placed: PlacedLadder, tiers: [Tier], rules: [TargetRule]) {
        let users = tiers.filter { $0.ladder == placed.ladder.name }
        guard !users.isEmpty else {
            warn(.unused, placed.place, "no tier uses the ladder \(placed.ladder.name)")
            return
        }
        for step in placed.steps {
            if case .move(let number) = step.step.action, users.allSatisfy({ $0.number == number }) {
                error(
                    .stepNeverReached,
                    step.place,
                    "\(step.path) moves to tier \(number), where its cases are already"
                )
            }
        }
        for rule in rules where users.contains(where: { rule.condition.canMatch(tier: $0.number) }) {
            for target in rule.targets { checkWarnings(placed, of: target, rule) }
        }
    }

    /// Only a duration shows whether `75%` comes before `before 30m`.
    private func checkWarnings(_ placed: PlacedLadder, of target: Target, _ rule: TargetRule) {
        // How much open time there is in so many open dates depends on when a target starts.
        guard let duration = target.duration else { return }
        let about = "\(target.metric.word) within \(duration) (\(shown(rule.name)))"
        var above: PlacedStep?
        for warning in placed.steps {
            // A warning below the breach has been complained of already.
            guard let offset = warning.step.due.offset(in: duration) else { return }
            let previous = above?.step.due.offset(in: duration) ?? .zero
            if offset <= .zero {
                warn(.warnsAtOnce, warning.place, "\(warning.path) (\(warning.step.text)) is due at once for \(about)")
            } else if let above, offset < previous, disorder(above.step.due, warning.step.due) == nil {
                // One ladder may serve targets of an hour and of a day.
                warn(
                    .stepOutOfOrder,
                    warning.place,
                    "\(warning.path) (\(warning.step.text)) is due before the step above it "
                        + "(\(above.step.text)) for \(about)"
                )
            }
            above = warning
        }
    }
}

extension Step.Due {
    /// When a warning is due, counted from the start of its target; nil for what is no warning.
    fileprivate func offset(in duration: Span) -> Span? {
        switch self {
        case .percent(let share): Span(milliseconds: duration.milliseconds * Int64(share) / 100)
        case .before(let span): duration - span
        case .after: nil
        }
    }
}

extension Condition {
    /// False only if the tier alone rules a match out.
    func canMatch(tier number: Int) -> Bool {
        switch self {
        case .tier(let numbers): numbers.contains(number)
        case .all(let parts): parts.allSatisfy { $0.canMatch(tier: number) }
        case .any(let parts): parts.contains { $0.canMatch(tier: number) }
        case .not(.tier(let numbers)): !numbers.contains(number)
        case .not, .priority, .plan, .channel, .source, .customer, .tags: true
        }
    }
}
