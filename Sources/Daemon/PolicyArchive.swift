import Config
import Engine
import Host
import Loop
import Store

/// The policies that were adopted earlier: each is read from the store when somebody first asks for it, and kept.
///
/// On a connection of its own: the loop asks in the middle of a transaction.
final class PolicyArchive: PolicyShelf {
    private let reader: StoreReader
    private let known = Locked<[Int: Known]>([:])

    private enum Known {
        case readable(ShelvedPolicy)
        /// Written for an earlier slawatchd, in words that this one does not take any more.
        case unreadable
    }

    init(reader: StoreReader) { self.reader = reader }

    func policy(_ version: Int) throws -> ShelvedPolicy? {
        let found = try known.withLock { $0[version] } ?? read(version)
        switch found {
        case .readable(let policy): return policy
        case .unreadable: return nil
        }
    }

    /// Two who ask at the same time both read it, to the same result.
    private func read(_ version: Int) throws -> Known {
        guard let (adopted, kept) = try reader.policy(version) else { return .unreadable }
        let found: Known =
            switch PolicyFile.parse(adopted, kept: kept) {
            case .success(let content):
                .readable(ShelvedPolicy(policy: content.config.policy, adoptedAt: adopted.adoptedAt))
            case .failure: .unreadable
            }
        known.withLock { $0[version] = found }
        return found
    }
}
