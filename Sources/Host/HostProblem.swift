import Glibc

/// What the machine refused us.
///
/// Codes are errno values, positive.
package enum HostProblem: Error, Equatable, CustomStringConvertible {
    case cannotNotify(code: Int32)
    case cannotWatchClock(code: Int32)
    /// No path where no folder can be watched at all.
    case cannotWatchFolder(path: String?, code: Int32)
    case cannotWriteJournal(code: Int32)
    case cannotReadJournal(code: Int32)
    /// journald drops fields with such names without a word, so they are refused here.
    case badFieldName(String)
    case cannotWrite(descriptor: Int32, code: Int32)

    package var description: String {
        switch self {
        case .cannotNotify(let code):
            "cannot notify the service manager: \(errorText(code)), see $NOTIFY_SOCKET"
        case .cannotWatchClock(let code):
            "cannot watch the clock for jumps: \(errorText(code))"
        case .cannotWatchFolder(let path, let code):
            "cannot watch \(path ?? "folders") for changes: \(errorText(code))"
        case .cannotWriteJournal(let code):
            "cannot write to the journal: \(errorText(code)), see systemctl status systemd-journald"
        case .cannotReadJournal(let code):
            "cannot read the journal: \(errorText(code)), is the user in group systemd-journal?"
        case .badFieldName(let name):
            "cannot write journal field \(name): names are 1 to 64 of A-Z, 0-9 and _, beginning with a letter"
        case .cannotWrite(let descriptor, let code):
            "cannot write to file descriptor \(descriptor): \(errorText(code))"
        }
    }
}

/// The C library's words for an errno value, fit for the middle of a sentence.
func errorText(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text).lowercased()
}
