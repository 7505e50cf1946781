import Dispatch
import Host
import TimeBase

/// Notices that the machine's zone data has changed (S7).
///
/// Looks a moment after the last of several changes: a package replaces hundreds of files one by one. And again for as long
/// as what it found is not in use: adopting it may fail.
final class ZoneWatch: Sendable {
    private let folder: ZoneFolder
    private let queue = DispatchQueue(label: "slawatchd.zones")
    private let state: Locked<State>
    /// The names of zones that differ from what is used, each time that some do.
    let changes: AsyncStream<[String]>
    private let tell: AsyncStream<[String]>.Continuation
    private let report: @Sendable (String?) -> Void

    private struct State {
        var watch: FolderWatch?
        /// As the policy in force was laid out by.
        var zones: [String: ZoneRules]
        /// Rises with every change on disk; the last one looks.
        var changes = 0
        /// When the first change came that nobody has looked at, in microseconds.
        var changedSince: UInt64?
        var trouble: String?
    }

    private static let settling = DispatchTimeInterval.milliseconds(500)
    /// How long changes may go on before it looks all the same, in microseconds.
    private static let settlingMax: UInt64 = 5_000_000
    private static let again = DispatchTimeInterval.seconds(10)

    /// `report` gets what is in the way of noticing, nil if nothing is.
    init(folder: ZoneFolder, zones: [String: ZoneRules], report: @escaping @Sendable (String?) -> Void) {
        (changes, tell) = AsyncStream.makeStream(of: [String].self, bufferingPolicy: .bufferingNewest(1))
        self.folder = folder
        state = Locked(State(watch: nil, zones: zones))
        self.report = report
    }

    func start() {
        queue.async { @Sendable [self] in
            do {
                let watch = try FolderWatch(queue: queue) { @Sendable [weak self] in self?.changed() }
                state.withLock { $0.watch = watch }
                // What changed before anybody watched shows as well.
                look()
            } catch {
                note("\(error): new zone data is read at the next reload")
            }
        }
    }

    /// The policy in force is laid out by these zones from now on.
    func use(_ zones: [String: ZoneRules]) {
        state.withLock { $0.zones = zones }
        queue.async { @Sendable [self] in look() }
    }

    private func changed() {
        let now = SystemClock().monotonicMicroseconds()
        let (change, since) = state.withLock { state in
            state.changes += 1
            state.changedSince = state.changedSince ?? now
            return (state.changes, state.changedSince ?? now)
        }
        // A folder where something is always written would never be looked at.
        if now - since > Self.settlingMax { return look() }
        queue.asyncAfter(deadline: .now() + Self.settling) { @Sendable [self] in
            if state.withLock({ $0.changes }) == change { look() }
        }
    }

    private func look() {
        let (zones, watch) = state.withLock { state in
            state.changedSince = nil
            return (state.zones, state.watch)
        }
        // Anew each time: a link may lead elsewhere by now, a folder be another one.
        let unwatched = watch?.watch(folder.folders(of: zones.keys)).first
        var changed: [String] = []
        var trouble = unwatched.map { "\($0): new zone data there is read at the next reload" }
        for (name, used) in zones.sorted(by: { $0.key < $1.key }) {
            do {
                if try folder.rules(for: name) != used { changed.append(name) }
            } catch {
                trouble = "\(error): the zone data read before stays in use"
            }
        }
        note(trouble)
        guard !changed.isEmpty else { return }
        tell.yield(changed)
        queue.asyncAfter(deadline: .now() + Self.again) { @Sendable [weak self] in self?.look() }
    }

    private func note(_ trouble: String?) {
        let isNew = state.withLock { state in
            defer { state.trouble = trouble }
            return state.trouble != trouble
        }
        if isNew { report(trouble) }
    }
}
