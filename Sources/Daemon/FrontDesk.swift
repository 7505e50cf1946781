import API
import Config
import Engine
import Host
import Loop
import Outlets
import Store
import TimeBase

/// What the API asks for, done by those whose work it is.
final class FrontDesk: Desk {
    private let keeper: LoopKeeper
    let archive: Archive
    /// For answers that take long, so that no other question waits for them.
    private let historian: Archive
    private let announcer: Announcer
    let board: StatusBoard
    private let file: PolicyFile
    private let adopted: Locked<AdoptedPolicy>
    /// A copy of the loop's, so that reading a case does not wait for the loop.
    private let policies: Locked<Policies>
    /// One reload at a time: the file that was read last is the one that rules.
    private let reloads = Turnstile()
    /// One preview of a policy at a time.
    let previews = Turnstile()
    /// Hears by which zones the policy in force is laid out.
    private let zoneUser = Relay<[String: ZoneRules]>()
    let bell: CommitBell
    let clock = SystemClock()
    private let startedAt: Instant

    init(
        keeper: LoopKeeper,
        archive: Archive,
        historian: Archive,
        announcer: Announcer,
        board: StatusBoard,
        bell: CommitBell,
        file: PolicyFile,
        adopted: AdoptedPolicy,
        policies: Policies
    ) {
        self.keeper = keeper
        self.archive = archive
        self.historian = historian
        self.announcer = announcer
        self.board = board
        self.bell = bell
        self.file = file
        self.adopted = Locked(adopted)
        self.policies = Locked(policies)
        startedAt = clock.now()
    }

    /// What rules, for those who read beside the loop.
    var inForce: (policies: Policies, adopted: AdoptedPolicy) {
        (policies.withLock { $0 }, adopted.withLock { $0 })
    }

    func submit(_ unit: EventUnit) async throws(DeskProblem) -> [Answer] {
        do {
            return try await keeper.submit(Unit(events: unit.events, enforceFrom: unit.enforceFrom))
        } catch KeeperProblem.busy {
            throw .busy
        } catch KeeperProblem.stopping {
            throw .stopping
        } catch {
            throw .storeFailed("\(error)")
        }
    }

    func cases(_ query: CaseQuery) async throws(DeskProblem) -> [CaseSummary] {
        do {
            return try await archive.cases(query, now: clock.now())
        } catch {
            throw .storeFailed("\(error)")
        }
    }

    func caseIDs(prefix: String, limit: Int) async throws(DeskProblem) -> [CaseID] {
        do {
            return try await archive.caseIDs(prefix: prefix, limit: limit)
        } catch {
            throw .storeFailed("\(error)")
        }
    }

    func file(of id: CaseID, _ page: Page) async throws(DeskProblem) -> CaseFile? {
        do {
            return try await archive.file(of: id, page, policies.withLock { $0 }, now: clock.now())
        } catch {
            throw .storeFailed("\(error)")
        }
    }

    func explanation(of id: CaseID, target: Metric?, _ page: Page) async throws(DeskProblem) -> Explanation? {
        do {
            let policies = policies.withLock { $0 }
            return try await historian.explanation(of: id, target: target, page, policies, now: clock.now())
        } catch {
            throw .storeFailed("\(error)")
        }
    }

    func sentWords() async throws(DeskProblem) -> SentWords {
        do {
            return try await archive.sentWords(now: clock.now())
        } catch {
            throw .storeFailed("\(error)")
        }
    }

    func records(_ query: RecordQuery) async throws(DeskProblem) -> RecordPage? {
        do {
            return try await archive.records(query)
        } catch {
            throw .storeFailed("\(error)")
        }
    }

    func status() async -> DeskStatus {
        let overview = try? await archive.overview()
        let policy = adopted.withLock { $0 }
        var status = DeskStatus(
            line: await board.refresh(),
            version: Daemon.version,
            startedAt: startedAt,
            now: clock.now(),
            openCases: overview?.counts.open ?? 0,
            breachedCases: overview?.counts.overdue ?? 0,
            setAsideCases: overview?.counts.setAside ?? 0,
            nextWake: overview?.next?.at,
            nextCase: overview?.next?.id,
            policyVersion: policy.version,
            policyHash: policy.hash,
            policyAdoptedAt: policy.adoptedAt,
            noticesPending: overview?.counts.noticesPending ?? 0,
            degraded: board.degraded + (overview == nil ? ["the store cannot be read"] : []),
            holding: board.holding
        )
        status.fullCases = overview?.counts.records[.full] ?? 0
        status.unknownNames = (try? await archive.unknownNames(policies.withLock { $0 }.current)) ?? UnknownNames()
        status.rollout = keeper.gauges.withLock { $0.rollout }.map { ($0.cases, $0.total) }
        return status
    }

    func policyNames() async -> PolicyNames {
        let (policies, adopted) = inForce
        let policy = policies.current
        let measured = Set(policy.targetRules.flatMap { $0.targets.map(\.metric) })
        var names = PolicyNames(version: adopted.version, hash: adopted.hash, adoptedAt: adopted.adoptedAt)
        names.calendars = policy.calendars.keys.sorted()
        names.targets = Metric.allCases.filter(measured.contains)
        names.teams = policy.teams.keys.sorted()
        names.tiers = policy.tiers.map(\.number)
        return names
    }

    func reload() async throws(DeskProblem) -> ReloadReport {
        await reloads.enter()
        defer { reloads.leave() }
        switch await archive.read(file) {
        case .failure(let mistakes):
            let version = adopted.withLock { $0.version }
            board.note(policy: "policy file refused, running with version \(version)")
            sayRefused(mistakes.lines)
            throw .invalidPolicy(lines: mistakes.lines)
        case .success(let content):
            do {
                let (latest, isNew) = try await adopt(content)
                board.note(policy: nil)
                if isNew { announcer.say(.policyAdopted(version: latest.version, hash: latest.hash, file: file.path)) }
                await keeper.rollOut()
                return ReloadReport(
                    policyVersion: latest.version,
                    policyHash: latest.hash,
                    isNew: isNew,
                    warnings: content.config.warnings.map(\.description)
                )
            } catch {
                let version = adopted.withLock { $0.version }
                board.note(policy: "policy file not adopted, running with version \(version)")
                sayRefused(["\(error)"])
                throw .storeFailed("\(error)")
            }
        }
    }

    /// Lets a policy rule: the loop, those who read beside it, those who word what it decides.
    private func adopt(_ content: PolicyFile.Content) async throws -> (policy: AdoptedPolicy, isNew: Bool) {
        let config = content.config
        let adoption = try await keeper.adopt(config.policy, text: content.text, kept: content.kept)
        policies.withLock { $0 = adoption.policies }
        adopted.withLock { $0 = adoption.policy }
        announcer.use(config.policy)
        zoneUser.tell(config.zones)
        return (adoption.policy, adoption.isNew)
    }

    /// Tells `user` by which zones the policy in force is laid out, from now on.
    func tellZones(to user: @escaping @Sendable ([String: ZoneRules]) -> Void) { zoneUser.connect(user) }

    /// Lays the policy in force out anew, by the zone data that the machine has now (S7).
    ///
    /// The file on disk is not asked: perhaps somebody is writing it.
    func zonesChanged(_ names: [String]) async {
        await reloads.enter()
        defer { reloads.leave() }
        do {
            let bytes = adopted.withLock { Array($0.text.utf8) }
            let kept = try keeper.keptFiles(ofPolicy: adopted.withLock { $0.version })
            // What ruled until now is at fault in nothing: a zone that cannot be read leaves it in force.
            guard case .success(let content) = await archive.meaning(of: bytes, kept: kept, file) else { return }
            let (policy, isNew) = try await adopt(content)
            if isNew { announcer.say(.zonesChanged(names, version: policy.version)) }
            await keeper.rollOut()
        } catch {
            announcer.say(.degraded("cannot adopt new zone data: \(error)"))
        }
    }

    /// Says in the journal that the file on disk is not in force.
    func sayRefused(_ lines: [String]) {
        let version = adopted.withLock { $0.version }
        announcer.say(.policyRefused(file: file.path, mistakes: lines, keeping: "version \(version) stays in force"))
    }

    func measurements() async -> [Measurement] {
        let isUp = "slawatch_store_up"
        let isUpHelp = "1 if the store can be read, else 0 and no other sample."
        guard let overview = try? await archive.overview() else {
            return [Measurement(isUp, help: isUpHelp, isCounter: false, value: 0)]
        }
        let counts = overview.counts
        let gauges = keeper.gauges.withLock { $0 }
        var samples = [
            Measurement(isUp, help: isUpHelp, isCounter: false, value: 1),
            Measurement(
                "slawatch_cases_open",
                help: "Cases that are not resolved or closed.",
                isCounter: false,
                value: Double(counts.open)
            ),
            Measurement(
                "slawatch_cases_breached",
                help: "Open cases with a breached timer that nobody has stopped.",
                isCounter: false,
                value: Double(counts.overdue)
            ),
            Measurement(
                "slawatch_cases_set_aside",
                help: "Cases that are not watched any more because of a broken invariant.",
                isCounter: false,
                value: Double(counts.setAside)
            ),
            Measurement(
                "slawatch_notices_pending",
                help: "Notices that no outlet has confirmed yet.",
                isCounter: false,
                value: Double(counts.noticesPending)
            ),
            Measurement(
                "slawatch_notices_overlooked_total",
                help: "Notices that waited although the journal answered, since the start: mistakes of slawatchd.",
                isCounter: true,
                value: Double(announcer.overlooked.withLock { $0 })
            ),
            Measurement(
                "slawatch_breach_lateness_seconds",
                help: "Deadline to decision, the largest of the last wake that was due.",
                isCounter: false,
                value: Double(gauges.lateness.milliseconds) / 1_000
            ),
            Measurement(
                "slawatch_policy_version",
                help: "The policy version in force.",
                isCounter: false,
                value: Double(adopted.withLock { $0.version })
            ),
            Measurement(
                "slawatch_wakes_total",
                help: "Wakes of the loop since the start.",
                isCounter: true,
                value: Double(gauges.wakes)
            ),
            Measurement(
                "slawatch_events_total",
                help: "Events accepted.",
                isCounter: true,
                value: Double(counts.events)
            ),
        ]
        // An event that counts at another instant than it is dated has a record each: `clamped`.
        for kind in LedgerRecord.Kind.allCases {
            samples.append(
                Measurement(
                    "slawatch_records_total",
                    help: "Ledger records by kind.",
                    isCounter: true,
                    labels: [("record", kind.word)],
                    value: Double(counts.records[kind] ?? 0)
                )
            )
        }
        return samples
    }
}

extension Archive {
    /// Reads the policy file off the cooperative pool: a disk may keep us waiting.
    func read(_ file: PolicyFile) -> Result<PolicyFile.Content, PolicyMistakes> { file.read(on: .change) }

    /// A policy that was adopted before, by the zone data of now.
    func meaning(
        of bytes: [UInt8],
        kept: [String: [UInt8]],
        _ file: PolicyFile
    ) -> Result<PolicyFile.Content, PolicyMistakes> {
        file.meaning(of: bytes, kept: kept, on: .start)
    }
}
