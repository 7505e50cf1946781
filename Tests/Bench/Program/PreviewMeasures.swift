import Engine
import Host
import Loop
import Store
import TimeBase

/// What `check-config --diff` costs: every open case of a filled store under a policy whose targets are half as long.
enum PreviewMeasures {
    /// Open cases in one slice, as in the daemon.
    private static let slice = 500

    static func run(policyPath: String, folder: String) throws {
        let policy = try PolicyText(path: policyPath).policy
        let policies = Policies(version: 1, policy: policy)
        let reader = try StoreReader(folder: folder)
        var shorter = policy
        for rule in shorter.targetRules.indices {
            for target in shorter.targetRules[rule].targets.indices {
                guard let whole = shorter.targetRules[rule].targets[target].duration else { continue }
                let half = Span(milliseconds: whole.milliseconds / 2)
                shorter.targetRules[rule].targets[target].allowance = .openTime(half)
            }
        }
        var cases = 0
        var changes = 0
        var slices: [Double] = []
        let whole = try milliseconds {
            var place: Int64? = 0
            while let here = place {
                slices.append(
                    try milliseconds {
                        let now = SystemClock().now()
                        let proposed = policies.proposing(shorter, adoptedAt: now)
                        let found = try reader.live(after: here, limit: slice)
                        for state in found.cases {
                            let preview = try Engine.preview(state, policies, proposed: proposed, now: now)
                            changes += preview?.targets.count ?? 0
                        }
                        cases += found.cases.count
                        place = found.next
                    }
                )
            }
        }
        try reader.close()
        printJSON([
            "cases": Double(cases), "changes": Double(changes), "ms": whole, "slice_max_ms": slices.max() ?? 0,
            "slices": Double(slices.count),
        ])
    }
}
