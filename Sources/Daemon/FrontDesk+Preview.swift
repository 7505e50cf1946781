import API
import Config
import Engine
import Host
import Loop
import Store
import TimeBase

extension FrontDesk {
    /// What adopting a policy now would do to the open cases.
    ///
    /// Reads them beside the loop, slice by slice, so that other readers get in between.
    func preview(_ proposal: PolicyProposal, limit: Int) async throws(DeskProblem) -> PolicyPreview {
        // One at a time: several would take the processor from the loop.
        await previews.enter()
        defer { previews.leave() }
        switch await archive.meaning(of: proposal) {
        case .failure(let mistakes): throw .invalidPolicy(lines: mistakes.lines)
        case .success(let content):
            let (ruling, adopted) = inForce
            let policy = content.config.policy
            var preview = PolicyPreview(
                now: clock.now(),
                policyHash: policy.contentHash,
                isNew: policy.contentHash != adopted.hash,
                versionInForce: adopted.version,
                warnings: content.config.warnings.map(\.description)
            )
            preview.holding = board.holding
            if preview.isNew { try await addOpenCases(to: &preview, policy, ruling, limit: limit) }
            return preview
        }
    }

    private func addOpenCases(
        to preview: inout PolicyPreview,
        _ policy: Policy,
        _ ruling: Policies,
        limit: Int
    ) async throws(DeskProblem) {
        var place: Int64? = 0
        while let here = place {
            if Task.isCancelled { throw .stopping }
            let slice: PreviewSlice
            do {
                // Each slice as of its own instant: events may have come in since the one before.
                slice = try await archive.preview(policy, ruling, after: here, now: clock.now())
            } catch {
                throw .storeFailed("\(error)")
            }
            preview.add(slice, limit: limit)
            place = slice.next
        }
        preview.finish(limit: limit)
    }
}

/// What a policy would do to some of the open cases.
struct PreviewSlice: Sendable {
    /// How many cases were looked at.
    var cases = 0
    /// How many could not be worked out.
    var failed = 0
    /// Those to which something would happen.
    var affected: [CasePreview] = []
    /// What the policy does not have, by how many of the cases use it.
    var losses: [PolicyLoss: Int] = [:]
    /// Where the next slice begins; nil if this was the last.
    var next: Int64?
}

extension Archive {
    /// Open cases in one slice: some milliseconds.
    private static let previewSlice = 500

    /// What a policy would mean: parsed off the cooperative pool, since a file of holidays may take a second.
    func meaning(of proposal: PolicyProposal) -> Result<PolicyFile.Content, PolicyMistakes> {
        PolicyFile.parse(proposal)
    }

    /// One slice of the open cases under a policy that is adopted at `now`.
    func preview(
        _ policy: Policy,
        _ ruling: Policies,
        after place: Int64,
        now: Instant
    ) throws(StoreProblem) -> PreviewSlice {
        let found = try reader.live(after: place, limit: Self.previewSlice)
        var ruling = ruling
        var proposed = ruling.proposing(policy, adoptedAt: now)
        var slice = PreviewSlice(cases: found.cases.count, next: found.next)
        for state in found.cases {
            do {
                let missing = ruling.missing(for: state)
                if !missing.isEmpty {
                    ruling = try complete(ruling, missing)
                    proposed = ruling.proposing(policy, adoptedAt: now)
                }
                for loss in Engine.losses(of: state, ruling, proposed: policy) { slice.losses[loss, default: 0] += 1 }
                let preview =
                    try Engine.preview(state, ruling, proposed: proposed, now: now)
                    ?? previewWithHistory(of: state.id, ruling, proposed: proposed, now: now)
                guard let preview, !preview.targets.isEmpty || preview.notices > 0 else { continue }
                slice.affected.append(preview)
            } catch {
                // One bad case, or a damaged history, hides no others: a store that fails does so at the next slice.
                slice.failed += 1
            }
        }
        return slice
    }

    /// The few whose history is needed; nil if the case is gone meanwhile.
    private func previewWithHistory(
        of id: CaseID,
        _ ruling: Policies,
        proposed: Policies,
        now: Instant
    ) throws -> CasePreview? {
        guard let (stored, history) = try reader.history(of: id) else { return nil }
        let missing = ruling.missing(forHistoryOf: stored.state)
        return try Engine.preview(
            stored.state,
            history: history,
            complete(ruling, missing),
            proposed: complete(proposed, missing),
            now: now
        )
    }
}

extension PolicyPreview {
    fileprivate mutating func add(_ slice: PreviewSlice, limit: Int) {
        cases += slice.cases
        failed += slice.failed
        affected += slice.affected.count
        losses.merge(slice.losses, uniquingKeysWith: +)
        for preview in slice.affected {
            notices += preview.notices
            for target in preview.targets {
                effects[target.effect, default: 0] += 1
                changes.append(Change(caseID: preview.id, target: target))
            }
        }
        // A million changes need no room for more than are shown.
        if changes.count > limit + Self.changesMax { finish(limit: limit) }
    }

    /// Keeps the most urgent.
    fileprivate mutating func finish(limit: Int) {
        changes.sort()
        changes.removeLast(max(0, changes.count - limit))
    }
}
