import API
import Dispatch
import Engine
import Glibc
import Host
import Loop
import Outlets
import Store
import TimeBase

/// Everything that runs, wired together: the loop and its store, the outlet, the readers, the service manager.
final class Watch: Sendable {
    let keeper: LoopKeeper
    let announcer: Announcer
    let archive: Archive
    let board: StatusBoard
    let desk: FrontDesk
    private let manager: ServiceManager
    private let feeder: WatchdogFeeder?
    let zones: ZoneWatch
    private let startMistakes: [String]
    /// Said once the journal is there; nil if the policy of the last run still rules.
    private let newPolicy: ServiceNews?

    init(_ start: sending Start, _ manager: ServiceManager) async throws {
        let (folder, policies, adopted, file) = (start.stateDirectory, start.policies, start.adopted, start.file)
        startMistakes = start.mistakes
        newPolicy =
            start.isNewPolicy
            ? .policyAdopted(version: adopted.version, hash: adopted.hash, file: file.path) : nil
        let journal = start.journal
        let pulse = LoopPulse()
        let board = StatusBoard(manager: manager)
        let reader = try StoreReader(folder: folder)
        let shelf = PolicyArchive(reader: try StoreReader(folder: folder))
        let archive = Archive(reader: reader, shelf: shelf)
        let history = try StoreReader(folder: folder)
        let historian = Archive(reader: history, shelf: shelf, label: "slawatchd.historian")
        // The loop is made first, before those who listen to it.
        let relay = Relay<LoopNews>()
        let keeper = try LoopKeeper(
            store: start.store,
            policies: policies,
            shelf: shelf,
            pulse: pulse,
            tell: { relay.tell($0) }
        )
        let announcer = Announcer(
            reader: try StoreReader(folder: folder),
            keeper: keeper,
            policy: policies.current,
            journal: journal,
            report: { board.note(journal: $0) }
        )
        let bell = CommitBell()
        // A test of the check on overlooked notices: nobody tells that there are new ones.
        let isDeaf = Environment["SLAWATCH_TEST_HOOKS"] == "deaf"
        relay.connect { news in
            switch news {
            case .committed:
                if !isDeaf { announcer.wake() }
                board.changed()
                bell.ring()
            case .written: announcer.checkLater()
            case .setAside(let id, let reason):
                announcer.say(.caseSetAside(id, reason: reason))
            case .clockHeld(let reason):
                announcer.say(.clockHeld(reason: reason))
                board.note(hold: reason)
            case .clockReleased(let span):
                announcer.say(.clockReleased(held: span))
                board.note(hold: nil)
            case .rollingOut(let rollout): board.note(rollout: rollout)
            case .rolledOut(let rollout):
                announcer.say(
                    .policyRolledOut(
                        version: rollout.version,
                        cases: rollout.cases,
                        moved: rollout.moved,
                        graced: rollout.graced
                    )
                )
            case .clockUnwatched(let why):
                announcer.say(.degraded(why))
                board.note(clock: why)
            case .degraded(let what):
                announcer.say(.degraded(what))
                board.note(store: what)
            case .recovered(let what):
                announcer.say(.recovered(what))
                board.note(store: nil)
            }
        }
        let isWithheld = Locked(false)
        feeder = ServiceManager.watchdogInterval()
            .map { interval in
                WatchdogFeeder(
                    interval: interval,
                    progress: { pulse.progress },
                    nudge: { done in
                        keeper.nudge {
                            pulse.finishedWake()
                            done()
                        }
                    },
                    ping: { try? manager.ping() },
                    report: { trouble in
                        manager.trouble(trouble)
                        // Once for each trouble: its text changes with every period.
                        let isNew = isWithheld.withLock { isWithheld in
                            defer { isWithheld = trouble != nil }
                            return !isWithheld
                        }
                        if let trouble, isNew { announcer.say(.watchdogWithheld(trouble)) }
                    }
                )
            }
        self.manager = manager
        self.keeper = keeper
        self.announcer = announcer
        self.archive = archive
        self.board = board
        desk = FrontDesk(
            keeper: keeper,
            archive: archive,
            historian: historian,
            announcer: announcer,
            board: board,
            bell: bell,
            file: file,
            adopted: adopted,
            policies: policies
        )
        zones = ZoneWatch(
            folder: PolicyFile.zoneFolder,
            zones: start.zones,
            report: { board.note(zones: $0) }
        )
        let zones = zones
        desk.tellZones(to: { zones.use($0) })
        board.connect(archive: archive, announcer: announcer)
        if !startMistakes.isEmpty { board.note(policy: "policy file refused, running with version \(adopted.version)") }
    }

    /// Clients can connect: from here on the service is there.
    func ready() async {
        await keeper.start()
        announcer.start()
        let line = await board.refresh()
        try? manager.ready(status: line)
        feeder?.start()
        zones.start()
        let overview = try? await archive.overview()
        announcer.say(.started(version: Daemon.version, openCases: overview?.counts.open ?? 0))
        if let newPolicy { announcer.say(newPolicy) }
        if !startMistakes.isEmpty { desk.sayRefused(startMistakes) }
    }

    func reloadForSignal() async {
        try? manager.reloading()
        _ = try? await desk.reload()
        try? manager.ready(status: await board.refresh())
    }

    /// Stops the loop where it stands, only if tests asked for hooks.
    func hangIfTesting() {
        guard Environment["SLAWATCH_TEST_HOOKS"] == "1" else { return }
        keeper.hang()
    }

    func stopping() {
        try? manager.stopping(status: "stopping")
        // Requests that wait for records would hold up the stop.
        desk.bell.close()
    }

    /// What was accepted is on disk; notices that are still pending are delivered at the next start.
    func stop(reason: String) async {
        feeder?.stop()
        await keeper.stop()
        await announcer.stop(saying: .stopped(reason: reason))
        try? await keeper.close()
    }
}
