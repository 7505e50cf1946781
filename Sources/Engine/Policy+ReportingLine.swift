/// Who answers for whom.
extension Policy {
    /// Who answers for a tier: the first of its reporting line.
    func manager(ofTier number: Int) -> String? { tier(number)?.manager }

    /// The people above a tier, nearest first, no one twice: its manager, its team's manager, and up the reporting line.
    ///
    /// Ends with the top of the line; the last resort is not part of it. Empty for a tier that is not in the policy.
    package func reportingLine(ofTier number: Int) -> [String] {
        guard let tier = tier(number) else { return [] }
        var line = [tier.manager]
        var team = teams[tier.team]
        // Bounded: `Config` refuses cycles, and a broken promise must not hang the loop.
        for _ in 0..<teams.count {
            guard let current = team else { break }
            if !line.contains(current.manager) { line.append(current.manager) }
            team = current.reportsTo.flatMap { teams[$0] }
        }
        return line
    }
}
