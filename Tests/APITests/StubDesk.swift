import API
import Engine
import TimeBase

/// A desk that remembers what it was handed and answers what it was told to.
actor StubDesk: Desk {
    private(set) var units: [EventUnit] = []
    private(set) var queries: [CaseQuery] = []
    private(set) var pages: [Page] = []
    private(set) var proposals: [(PolicyProposal, Int)] = []
    private var answer: @Sendable (Event) -> Answer
    private let problem: DeskProblem?
    private let files: [CaseID: CaseFile]
    private let complaints: [String]
    private let holding: String?
    private let samples: [Measurement]
    private let explained: Explanation?
    nonisolated let bell: CommitBell
    private(set) var recordQueries: [RecordQuery] = []
    /// Committed right after the next question for records was answered from what was there before.
    private var interloper: LoggedRecord?
    /// The ledger over all cases; numbers rise.
    private var log: [LoggedRecord] = []

    init(
        problem: DeskProblem? = nil,
        files: [CaseFile] = [],
        complaints: [String] = [],
        holding: String? = nil,
        samples: [Measurement] = [],
        explained: Explanation? = nil,
        bell: CommitBell = CommitBell(),
        answer: @escaping @Sendable (Event) -> Answer = { _ in .applied }
    ) {
        self.problem = problem
        self.files = Dictionary(uniqueKeysWithValues: files.map { ($0.summary.state.id, $0) })
        self.complaints = complaints
        self.holding = holding
        self.samples = samples
        self.explained = explained
        self.bell = bell
        self.answer = answer
    }

    func submit(_ unit: EventUnit) async throws(DeskProblem) -> [Answer] {
        if let problem { throw problem }
        units.append(unit)
        return unit.events.map(answer)
    }

    func cases(_ query: CaseQuery) async throws(DeskProblem) -> [CaseSummary] {
        if let problem { throw problem }
        queries.append(query)
        return files.values.map(\.summary).sorted { $0.state.id < $1.state.id }
    }

    func caseIDs(prefix: String, limit: Int) async throws(DeskProblem) -> [CaseID] {
        if let problem { throw problem }
        return Array(files.keys.filter { $0.rawValue.hasPrefix(prefix) }.sorted().prefix(limit))
    }

    func policyNames() async -> PolicyNames {
        var names = PolicyNames(version: 4, hash: "abc", adoptedAt: noon)
        names.calendars = ["always", "office"]
        names.targets = [.firstReply, .resolution]
        names.teams = ["core"]
        names.tiers = [1, 2]
        return names
    }

    func file(of id: CaseID, _ page: Page) async throws(DeskProblem) -> CaseFile? {
        if let problem { throw problem }
        pages.append(page)
        return files[id]
    }

    func explanation(of id: CaseID, target: Metric?, _ page: Page) async throws(DeskProblem) -> Explanation? {
        if let problem { throw problem }
        pages.append(page)
        guard files[id] != nil, var explanation = explained else { return nil }
        explanation.cycles = explanation.cycles.filter { target == nil || $0.metric == target }
        explanation.cycleCount = explanation.cycles.count
        explanation.verdicts = explanation.verdicts.filter { target == nil || $0.metric == target }
        return explanation
    }

    func records(_ query: RecordQuery) async throws(DeskProblem) -> RecordPage? {
        if let problem { throw problem }
        recordQueries.append(query)
        defer {
            if let late = interloper {
                interloper = nil
                write(late)
            }
        }
        let newest = log.last?.number ?? 0
        if let id = query.caseID, !log.contains(where: { $0.caseID == id }) { return nil }
        let fitting = log.filter { logged in
            logged.number > query.after ?? 0 && logged.number < query.before ?? .max
                && (query.kinds.isEmpty || query.kinds.contains(logged.record.kind))
        }
        var page = RecordPage(next: newest, newest: newest, store: "5701ab1e")
        guard query.after != nil else {
            page.records = fitting.suffix(query.limit)
            page.previous = fitting.count > query.limit ? page.records.first?.number : nil
            return page
        }
        page.records = Array(fitting.prefix(query.limit))
        page.hasMore = fitting.count > query.limit
        if page.hasMore, let last = page.records.last { page.next = last.number }
        return page
    }

    /// As a commit would.
    func write(_ logged: LoggedRecord) {
        put(logged)
        bell.ring()
    }

    /// As a commit that falls between a look at the ledger and what follows it.
    func write(afterNextRead logged: LoggedRecord) { interloper = logged }

    /// As a commit of which nobody is told yet.
    func put(_ logged: LoggedRecord) { log.append(logged) }

    func preview(_ proposal: PolicyProposal, limit: Int) async throws(DeskProblem) -> PolicyPreview {
        if let problem { throw problem }
        proposals.append((proposal, limit))
        return fullPreview()
    }

    func sentWords() async throws(DeskProblem) -> SentWords {
        if let problem { throw problem }
        return SentWords(words: [SentWord(.priority, "High"), SentWord(.tags, "vip")], complete: [.tags, .priority])
    }

    func status() async -> DeskStatus {
        var status = DeskStatus(
            line: "1 open",
            version: "0.1.0",
            startedAt: noon,
            now: noon,
            openCases: 1,
            breachedCases: 2,
            setAsideCases: 3,
            nextWake: noon,
            nextCase: CaseID("4711"),
            policyVersion: 4,
            policyHash: "abc",
            policyAdoptedAt: noon,
            noticesPending: 5,
            degraded: complaints,
            holding: holding
        )
        status.rollout = (6, 7)
        status.unknownNames.count = 8
        status.unknownNames.most = [UnknownNames.Name(kind: "agent", name: "amy", cases: 9)]
        return status
    }

    func reload() async throws(DeskProblem) -> ReloadReport {
        if let problem { throw problem }
        return ReloadReport(policyVersion: 5, policyHash: "def", isNew: true, warnings: ["slawatch.yaml:3:1: hm"])
    }

    func measurements() async -> [Measurement] { samples }
}

/// The time of every test: 2026-11-21T12:00:00.000Z.
let noon = Instant(milliseconds: 1_795_262_400_000)

/// A preview in which everything has a value.
func fullPreview() -> PolicyPreview {
    var preview = PolicyPreview(
        now: noon,
        policyHash: "def",
        isNew: true,
        versionInForce: 4,
        warnings: ["policy:3:1: hm"]
    )
    preview.cases = 12
    preview.affected = 2
    preview.failed = 1
    preview.effects = [.putOff: 3]
    preview.notices = 5
    preview.losses = [PolicyLoss(kind: .team, name: "core"): 2]
    preview.holding = "the clock jumped"
    var target = TargetPreview(metric: .firstReply, cycle: 1, tier: 2, effect: .putOff, rule: "all")
    target.isUnderGrace = true
    target.deadlineBefore = noon
    target.deadlineAfter = noon + .minutes(15)
    target.leftBefore = .seconds(1)
    target.leftAfter = .seconds(2)
    target.told = ["amy"]
    preview.changes = [PolicyPreview.Change(caseID: CaseID("4711"), target: target)]
    return preview
}

/// A case, a timer, a step and a record in which everything has a value.
func fullFile(_ id: String = "4711") -> CaseFile {
    var fields = CaseFields()
    fields.subject = "Say \"hello\"\n\u{7}"
    fields.topic = "vpn"
    fields.language = "de"
    fields.channel = "mail"
    fields.priority = "high"
    fields.plan = "gold"
    fields.customer = "c1"
    fields.tier = 2
    fields.team = "core"
    fields.agent = "amy"
    fields.tags = ["vip"]
    fields.isPrivate = true
    var state = Case(
        id: CaseID(id),
        status: .open,
        openedAt: noon,
        openedBy: .staff,
        source: "api",
        fields: fields,
        last: Position(at: noon, seq: nil, arrival: 1)
    )
    state.doneAt = noon
    state.isDeleted = true
    state.restsSince = noon
    state.forgottenAt = noon
    state.waitingSince = noon
    state.acknowledgement = Acknowledgement(at: noon, by: "ada")
    state.snooze = Snooze(since: noon, until: noon, by: "ada")
    state.successor = Successor(CaseID("4712"), after: state.last, isMerge: true)
    var timer = CaseTimer(
        metric: .firstReply,
        cycle: 1,
        startedAt: noon,
        duration: .hours(6),
        pauseIn: [],
        policyVersion: 4,
        calendar: "office",
        rule: "all",
        tier: 1,
        plan: nil
    )
    timer.verdict = .cancelled(.closedUnanswered)
    timer.isVoid = true
    timer.isSetByHand = true
    timer.endedAt = noon
    timer.deadline = noon
    timer.breachedAt = noon
    state.timers = [timer]
    var record = LedgerRecord(kind: .escalated, at: noon, noticedAt: noon + .seconds(2))
    record.metric = .firstReply
    record.cycle = 1
    record.revision = 0
    record.deadline = noon
    record.duration = .hours(6)
    record.calendar = "office"
    record.rule = "all"
    record.policyVersion = 4
    record.tier = 2
    record.fromTier = 1
    record.team = "core"
    record.manager = "mia"
    record.by = "ada"
    record.to = ["mia"]
    record.step = "breach"
    record.reason = "why"
    record.priority = 3
    record.eventID = "e1"
    record.otherCase = CaseID("4712")
    record.digests = ["ada-1"]
    record.alsoTold = ["bo"]
    record.until = noon
    var step = StepView(
        metric: .firstReply,
        cycle: 1,
        text: "75%",
        action: "notify",
        audience: ["amy"],
        dueAt: noon,
        isDone: false
    )
    step.firedAt = noon
    step.told = ["tom"]
    step.skipped = "catch_up"
    step.rest = .paused
    return CaseFile(
        summary: CaseSummary(state: state, nextWake: noon),
        records: [record],
        steps: [step],
        setAside: nil
    )
}
