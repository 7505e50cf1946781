import API
import Dispatch
import Engine
import Host
import Loop
import Store
import TimeBase

/// Reads the store for the API and the status line, on a queue and a connection of its own.
actor Archive {
    private let executor: QueueExecutor
    let reader: StoreReader
    private let shelf: any PolicyShelf

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// `label` names the queue.
    init(reader: StoreReader, shelf: any PolicyShelf, label: String = "slawatchd.archive") {
        self.reader = reader
        self.shelf = shelf
        executor = QueueExecutor(label: label)
    }

    nonisolated func onQueue(_ work: @escaping @Sendable (isolated Archive) -> Void) {
        executor.queue.async { @Sendable [self] in assumeIsolated { work($0) } }
    }

    /// So many cases are looked at before another request gets its turn.
    private static let pageSize = 1_000

    func cases(_ query: CaseQuery, now: Instant) async throws(StoreProblem) -> [CaseSummary] {
        query.needsStates ? try await search(query, now: now) : try indexed(query, now: now)
    }

    /// Looks at each live case that the index of deadlines offers, page by page.
    private func search(_ query: CaseQuery, now: Instant) async throws(StoreProblem) -> [CaseSummary] {
        var selection = CaseSelection(query)
        var place: CasePlace?
        repeat {
            let page = try reader.page(
                tier: query.tier,
                isOverdue: query.isOverdue,
                dueWithin: query.dueWithin,
                now: now,
                after: place,
                limit: Self.pageSize
            )
            for stored in page.cases where query.fits(stored.state) {
                selection.add(CaseSummary(state: stored.state, nextWake: stored.nextWake))
            }
            place = page.next
            await Task.yield()
        } while place != nil && !selection.isComplete && !Task.isCancelled
        return selection.page()
    }

    private func indexed(_ query: CaseQuery, now: Instant) throws(StoreProblem) -> [CaseSummary] {
        try reader.cases(
            tier: query.tier,
            isOverdue: query.isOverdue,
            dueWithin: query.dueWithin,
            now: now,
            limit: query.limit,
            offset: query.offset
        )
        .map { CaseSummary(state: $0.state, nextWake: $0.nextWake) }
    }

    func file(of id: CaseID, _ page: Page, _ policies: Policies, now: Instant) throws -> CaseFile? {
        guard let file = try reader.file(of: id, limit: page.limit, offset: page.offset) else { return nil }
        let stored = file.stored
        let policies = try complete(policies, policies.missing(for: stored.state))
        return CaseFile(
            summary: CaseSummary(state: stored.state, nextWake: stored.nextWake),
            records: file.records,
            hasOlder: file.hasOlder,
            steps: Engine.steps(of: stored.state, file.recent, policies, now: now),
            setAside: stored.setAside
        )
    }

    func explanation(
        of id: CaseID,
        target: Metric?,
        _ page: Page,
        _ policies: Policies,
        now: Instant
    ) throws -> Explanation? {
        guard let (stored, history) = try reader.history(of: id) else { return nil }
        let policies = try complete(policies, policies.missing(forHistoryOf: stored.state))
        return try Engine.explain(
            stored.state,
            history,
            policies,
            now: now,
            target: target,
            newest: (page.limit, page.offset)
        )
    }

    func caseIDs(prefix: String, limit: Int) throws(StoreProblem) -> [CaseID] {
        try reader.liveIDs(prefix: prefix, limit: limit)
    }

    func records(_ query: RecordQuery) throws(StoreProblem) -> RecordPage? {
        var selection = RecordSelection(limit: query.limit)
        selection.after = query.after
        selection.before = query.before
        selection.caseID = query.caseID
        selection.team = query.team
        selection.kinds = Set(query.kinds)
        guard let stretch = try reader.records(selection) else { return nil }
        var page = RecordPage(next: stretch.last, newest: stretch.newest, store: reader.storeID)
        page.records = stretch.records.map { LoggedRecord(number: $0.number, caseID: $0.caseID, record: $0.record) }
        if query.after != nil {
            page.hasMore = stretch.hasMore
        } else if stretch.hasMore {
            page.previous = stretch.first
        }
        return page
    }

    /// Policies with the shelved versions among them that a question asks for.
    func complete(_ policies: Policies, _ missing: [Int]) throws -> Policies {
        guard !missing.isEmpty else { return policies }
        var complete = policies
        try complete.take(missing, from: shelf)
        return complete
    }

    /// The words that sources have sent in the 90 days before `now` (S27).
    func sentWords(now: Instant) throws(StoreProblem) -> SentWords { try reader.sentWords(now: now) }

    /// Agents and teams of open cases that a policy does not know.
    func unknownNames(_ policy: Policy) throws(StoreProblem) -> UnknownNames {
        var unknown = UnknownNames()
        for holder in try reader.holders() {
            let kind: String
            switch holder.kind {
            case .agent:
                guard policy.people[holder.name] == nil else { continue }
                kind = "agent"
            case .team:
                guard policy.teams[holder.name] == nil else { continue }
                kind = "team"
            }
            unknown.count += 1
            guard unknown.most.count < UnknownNames.mostMax else { continue }
            unknown.most.append(UnknownNames.Name(kind: kind, name: holder.name, cases: holder.cases))
        }
        return unknown
    }

    /// The numbers of the status line.
    func overview() throws(StoreProblem) -> Overview {
        Overview(counts: try reader.counts(), next: try reader.nextWake().map { Overview.Next(at: $0.at, id: $0.id) })
    }
}

/// How many cases there are, and what is next.
struct Overview: Sendable, Equatable {
    var counts: Counts
    var next: Next?

    struct Next: Sendable, Equatable {
        var at: Instant
        var id: CaseID
    }

    /// `1,204 open, 3 breached, next 22:29:44 CET (case 8812)`: the line of `systemctl status`; times as the clocks of `zone`
    /// show them, with the date unless it is today's.
    func line(now: Instant, zone: LocalZone) -> String {
        var parts = ["\(Self.grouped(counts.open)) open", "\(Self.grouped(counts.overdue)) breached"]
        if counts.setAside > 0 { parts.append("\(Self.grouped(counts.setAside)) set aside") }
        if let next, next.at <= now {
            parts.append("due now (case \(next.id))")
        } else if let next {
            let isToday = zone.date(at: next.at) == zone.date(at: now)
            let time = isToday ? "\(zone.time(next.at)) \(zone.abbreviation(at: next.at))" : zone.text(next.at)
            parts.append("next \(time) (case \(next.id))")
        } else {
            parts.append("nothing due")
        }
        return parts.joined(separator: ", ")
    }

    private static func grouped(_ number: Int) -> String {
        var digits = String(number)
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: index))
            index -= 3
        }
        return digits
    }
}
