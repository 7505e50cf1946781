import Config
import Engine
import Glibc
import Host
import Store
import TimeBase

/// What the daemon begins with: an open store and a policy that rules.
struct Start {
    let store: SQLiteStore
    let stateDirectory: String
    let settings: Settings
    let policies: Policies
    /// By which the policy that rules was laid out.
    let zones: [String: ZoneRules]
    let adopted: AdoptedPolicy
    /// The file on disk says something new since the last run.
    let isNewPolicy: Bool
    let file: PolicyFile
    let journal: JournalChoice
    /// Why the file on disk was not adopted; empty if it was.
    let mistakes: [String]
    /// Of the policy file, and of the place of the store.
    let warnings: [String]

    /// Opens the store and adopts the policy file; a broken file leaves the policy that was adopted last in force.
    init(_ options: Options) throws(StartProblem) {
        file = PolicyFile(path: options.configPath)
        journal = options.journal
        let contents = file.contents()
        var read = contents.flatMap { [file] in file.meaning(of: $0, on: .start) }
        let fromFile = try? read.get().config.settings
        stateDirectory =
            options.stateDirectory ?? Environment["STATE_DIRECTORY"] ?? fromFile?.stateDirectory
            ?? Options.stateDirectoryDefault
        if case .failure(let problem) = read, !Self.hasStore(in: stateDirectory) {
            // Said before a missing directory is: the file is what the user has just written.
            throw .noPolicy(lines: problem.lines)
        }
        do {
            store = try SQLiteStore(folder: stateDirectory)
        } catch {
            throw .store(error)
        }
        let now = SystemClock().now()
        do {
            let latestBefore = try store.latestPolicy()
            let before = latestBefore?.version
            if let latestBefore, let bytes = try? contents.get(), Array(latestBefore.text.utf8) == bytes {
                // A restart adopts no holidays: the files may have changed since, or be gone, and a reload takes them. Without
                // any, what was read is what it would mean.
                let namesNoFeeds = (try? read.get())?.config.feeds.isEmpty ?? false
                if !namesNoFeeds {
                    let kept = try store.keptFiles(ofPolicy: latestBefore.version)
                    read = file.meaning(of: bytes, kept: kept, on: .start)
                }
            }
            switch read {
            case .success(let content):
                let hash = content.config.policy.contentHash
                _ = try store.adoptPolicy(hash: hash, text: content.text, kept: content.kept, at: now)
                mistakes = []
                warnings = Self.warnings(ofFolder: stateDirectory) + content.config.warnings.map(\.description)
            case .failure(let problem):
                mistakes = problem.lines
                warnings = Self.warnings(ofFolder: stateDirectory)
            }
            guard let latest = try store.latestPolicy() else { throw StartProblem.noPolicy(lines: mistakes) }
            adopted = latest
            isNewPolicy = latest.version != before
            let ruling: LoadedConfig
            if let config = try? read.get().config, config.policy.contentHash == latest.hash {
                ruling = config
            } else {
                ruling = try Self.parsed(latest, in: store)
            }
            var policies = Policies(version: latest.version, policy: ruling.policy, adoptedAt: latest.adoptedAt)
            // Earlier versions are read when a case asks for one: a start does not get slower with their number.
            policies.shelve(try store.policyVersions())
            self.policies = policies
            zones = ruling.zones
            var settings = fromFile ?? ruling.settings
            settings.socketPath = options.socketPath ?? settings.socketPath
            self.settings = settings
        } catch let problem as StartProblem {
            throw problem
        } catch let problem as StoreProblem {
            throw .store(problem)
        } catch {
            throw .failed("cannot start: \(error)")
        }
    }

    /// What is dangerous about the place of the store.
    private static func warnings(ofFolder folder: String) -> [String] {
        guard let type = NetworkFileSystem.type(at: folder) else { return [] }
        return [
            "the state directory \(folder) is on a network file system (\(type)): SQLite's write-ahead log is not safe "
                + "there, and the store can be damaged without notice; name a folder on a disk of this machine with "
                + "state_directory or --state-directory"
        ]
    }

    private static func hasStore(in folder: String) -> Bool {
        unsafe access("\(folder)/\(SQLiteStore.fileName)", F_OK) == 0
    }

    private static func parsed(_ adopted: AdoptedPolicy, in store: SQLiteStore) throws -> LoadedConfig {
        switch PolicyFile.parse(adopted, kept: try store.keptFiles(ofPolicy: adopted.version)) {
        case .success(let content): return content.config
        case .failure(let complaints): throw StartProblem.noPolicy(lines: complaints.lines)
        }
    }
}
