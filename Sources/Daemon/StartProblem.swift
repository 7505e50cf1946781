import Config
import Glibc
import Store

/// Why the daemon cannot start, in lines for people, with the exit status that tells systemd whether to try again.
enum StartProblem: Error {
    /// No policy was ever adopted, and the file is no help.
    case noPolicy(lines: [String])
    case store(StoreProblem)
    case failed(String)

    /// EX_CONFIG of sysexits(3).
    ///
    /// The unit does not restart on it: a restart does not mend a file.
    static let configurationStatus: Int32 = 78
    /// EX_IOERR of sysexits(3).
    static let ioStatus: Int32 = 74
    /// EX_UNAVAILABLE of sysexits(3).
    static let unavailableStatus: Int32 = 69

    var lines: [String] {
        switch self {
        case .noPolicy(let lines): lines
        case .store(let problem): ["\(problem)"]
        case .failed(let what): [what]
        }
    }

    var exitStatus: Int32 {
        switch self {
        case .noPolicy: Self.configurationStatus
        case .store(.isHeld): Self.unavailableStatus
        case .store(.isNewer), .store(.isForeign): Self.configurationStatus
        case .store, .failed: Self.ioStatus
        }
    }

    /// For `ERRNO=` of sd_notify(3).
    var errorNumber: Int32 {
        switch self {
        case .noPolicy: EINVAL
        case .store(.isHeld): EBUSY
        case .store, .failed: EIO
        }
    }
}
