/// How the lines of a file go to the daemon: case by case, so that nothing due in a case is decided before its last
/// line is applied (S24), in as few requests as the daemon's limits allow.
struct ImportPlan: Equatable {
    /// Places in the list of lines, request by request.
    ///
    /// A request's lines of one case stand together in file order; cases stand in the order in which they first appear.
    private(set) var requests: [[Int]] = []
    /// Lines that no request can carry.
    private(set) var oversized: [Int] = []
    /// Cases that are larger than a request and had to be split, in order.
    private(set) var splitCases: [String] = []

    /// The limits of `POST /v1/events`.
    struct Limits: Equatable {
        var events = 10_000
        var bytes = 8 * 1_024 * 1_024
    }

    /// A line as the plan sees it.
    struct Entry: Equatable {
        /// Nil if the line is no event; it stands for itself.
        var caseID: String?
        /// Bytes in a request, line feed included.
        var byteCount: Int
    }

    init(_ entries: [Entry], limits: Limits = Limits()) {
        var request: [Int] = []
        var requestBytes = 0
        func close(_ plan: inout ImportPlan) {
            guard !request.isEmpty else { return }
            plan.requests.append(request)
            request = []
            requestBytes = 0
        }
        for group in Self.groups(of: entries) {
            let fitting = group.filter { entries[$0].byteCount <= limits.bytes }
            oversized += group.filter { entries[$0].byteCount > limits.bytes }
            let groupBytes = fitting.reduce(0) { $0 + entries[$1].byteCount }
            if request.count + fitting.count > limits.events || requestBytes + groupBytes > limits.bytes {
                close(&self)
            }
            if fitting.count > limits.events || groupBytes > limits.bytes, let caseID = entries[group[0]].caseID {
                splitCases.append(caseID)
            }
            for place in fitting {
                let byteCount = entries[place].byteCount
                if request.count == limits.events || requestBytes + byteCount > limits.bytes { close(&self) }
                request.append(place)
                requestBytes += byteCount
            }
        }
        close(&self)
        oversized.sort()
    }

    /// Places by case, in the order of first appearance.
    private static func groups(of entries: [Entry]) -> [[Int]] {
        var groups: [[Int]] = []
        var groupOfCase: [String: Int] = [:]
        for (place, entry) in entries.enumerated() {
            if let caseID = entry.caseID, let group = groupOfCase[caseID] {
                groups[group].append(place)
            } else {
                if let caseID = entry.caseID { groupOfCase[caseID] = groups.count }
                groups.append([place])
            }
        }
        return groups
    }
}
