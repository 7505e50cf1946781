import Dispatch
import Host
import Loop
import TimeBase

/// What is wrong, and the live line of `systemctl status`.
///
/// Refreshed soon after a commit, at most five times a second, and not at all while nothing happens.
final class StatusBoard: Sendable {
    private let manager: ServiceManager
    private let queue = DispatchQueue(label: "slawatchd.status")
    private let state = Locked(State())
    private let zone = WallZone()
    private let sources = Locked<(archive: Archive, announcer: Announcer)?>(nil)

    private struct State {
        var store: String?
        var journal: String?
        var policy: String?
        var clock: String?
        var hold: String?
        var zones: String?
        var rollout: Rollout?
        var isRefreshing = false
        /// Another look is on its way, since what is shown changes by itself.
        var isFollowed = false
        var degraded: [String] { [store, journal, policy, clock, zones].compactMap { $0 } }
    }

    static let refreshEvery = DispatchTimeInterval.milliseconds(200)
    /// A little longer than a call of the journal may take before it is trouble.
    static let followEvery = DispatchTimeInterval.milliseconds(5_500)

    init(manager: ServiceManager) { self.manager = manager }

    func connect(archive: Archive, announcer: Announcer) { sources.withLock { $0 = (archive, announcer) } }

    func note(store: String?) { change { $0.store = store } }
    func note(journal: String?) { change { $0.journal = journal } }
    func note(clock: String?) { change { $0.clock = clock } }
    func note(hold: String?) { change { $0.hold = hold } }
    func note(zones: String?) { change { $0.zones = zones } }
    func note(rollout: Rollout?) { change { $0.rollout = rollout } }
    func note(policy: String?) { change { $0.policy = policy } }

    private func change(_ edit: (inout State) -> Void) {
        state.withLock(edit)
        changed()
    }

    var holding: String? { state.withLock { $0.hold } }

    /// Sentences that say what is wrong; empty when all is well.
    var degraded: [String] {
        let stalled = sources.withLock { $0 }?.announcer.stalled
        return state.withLock { $0.degraded } + (stalled.map { [$0] } ?? [])
    }

    /// The numbers have changed: shows them soon.
    ///
    /// From any thread, cheap, as often as one likes.
    func changed() {
        let isFirst = state.withLock { state in
            defer { state.isRefreshing = true }
            return !state.isRefreshing
        }
        guard isFirst else { return }
        queue.asyncAfter(deadline: .now() + Self.refreshEvery) { @Sendable [self] in
            state.withLock { $0.isRefreshing = false }
            guard let archive = sources.withLock({ $0 })?.archive else { return }
            archive.showSoon { [self] overview in show(overview) }
        }
    }

    /// Works out the line, shows it and returns it.
    func refresh() async -> String {
        let overview = try? await sources.withLock { $0 }?.archive.overview()
        return show(overview)
    }

    @discardableResult
    private func show(_ overview: Overview?) -> String {
        let now = SystemClock().now()
        var parts = [overview?.line(now: now, zone: zone.at(now)) ?? "the store does not answer"]
        if let holding { parts.insert("holding: \(holding)", at: 0) }
        if let rollout = state.withLock({ $0.rollout }) {
            parts.append("policy \(rollout.version) has reached \(rollout.cases) of \(rollout.total) open cases")
        }
        let wrong = degraded
        if !wrong.isEmpty { parts.append("degraded: \(wrong.joined(separator: "; "))") }
        let line = parts.joined(separator: "; ")
        manager.status(line)
        follow()
        return line
    }

    /// While the store or the journal is in trouble, how long and how many is shown as it changes.
    private func follow() {
        guard let announcer = sources.withLock({ $0 })?.announcer else { return }
        let isChanging = announcer.isInCall
        let isFirst = state.withLock { state in
            guard isChanging || state.store != nil || state.journal != nil, !state.isFollowed else { return false }
            state.isFollowed = true
            return true
        }
        guard isFirst else { return }
        queue.asyncAfter(deadline: .now() + Self.followEvery) { @Sendable [self] in
            state.withLock { $0.isFollowed = false }
            changed()
        }
    }
}

extension Archive {
    /// Reads the numbers on the archive's own queue and hands them to `show` there; nil if the store fails.
    nonisolated func showSoon(_ show: @escaping @Sendable (Overview?) -> Void) {
        onQueue { archive in show(try? archive.overview()) }
    }
}
