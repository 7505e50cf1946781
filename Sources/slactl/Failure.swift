import FoundationEssentials

/// Why a command did not do what it was asked: one sentence, perhaps lines below it, and the exit code.
struct Failure: Error, Equatable {
    var code: Code
    /// `cannot verb object: cause, next step`; lower case, no full stop.
    var message: String
    /// One line each, shown below the sentence: the mistakes of a policy file, for example.
    var lines: [String] = []
    /// The daemon is well and has no place for this just now.
    var isBusy = false

    /// Exit codes, after sysexits.h.
    ///
    /// 64 (usage) is argument-parser's own.
    enum Code: Int32 {
        /// The daemon understood and said no.
        case refused = 1
        case usage = 64
        /// Some or all of the input was refused: the rest was taken.
        case inputRefused = 65
        /// The daemon is not running, not reachable or not able to answer.
        case unavailable = 69
        case inputOutput = 74
        /// The daemon answers, and something is wrong with it, or it holds.
        case degraded = 75
        case configuration = 78
    }

    /// What is written to standard error, with a line feed at the end.
    func text(in format: Format) -> String {
        switch format {
        case .text:
            (["slactl: " + Printable.text(message)] + lines.map { "  " + Printable.text($0) })
                .joined(separator: "\n") + "\n"
        case .json:
            JSONText.of(Document(error: message, lines: lines, exit: code.rawValue))
        }
    }

    private struct Document: Encodable {
        let error: String
        let lines: [String]
        let exit: Int32
    }
}

/// JSON as slactl writes it: keys sorted, slashes as they are, one line with a line feed at the end.
enum JSONText {
    static func of(_ value: some Encodable) -> String {
        guard let bytes = try? encoder.encode(value) else {
            preconditionFailure("\(type(of: value)) has no JSON form")
        }
        return Printable.json(String(decoding: bytes, as: UTF8.self)) + "\n"
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
