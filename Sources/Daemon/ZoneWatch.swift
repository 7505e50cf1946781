import Dispatch
import Host
import TimeBase

/// Notices that the machine's zone data has changed (S7).
///
/// Looks a moment after the last of several changes: a package replaces hundreds of files one by one.
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
        var trouble: String?
    }

    private static let settling = DispatchTimeInterval.milliseconds(500)

    /// `report` gets what is in the way of noticing, nil where nothing is.
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
        let change = state.withLock { state in
            state.changes += 1
            return state.changes
        }
        queue.asyncAfter(deadline: .now() + Self.settling) { @Sendable [self] in
            if state.withLock({ $0.changes }) == change { look() }
        }
    }

    private func look() {
        let (zones, watch) = state.withLock { ($0.zones, $0.watch) }
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
        if !changed.isEmpty { tell.yield(changed) }
    }

    private func note(_ trouble: String?) {
        let isNew = state.withLock { state in
            defer { state.trouble = trouble }
            return state.trouble != trouble
        }
        if isNew { report(trouble) }
    }
}
