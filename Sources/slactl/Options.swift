import ArgumentParser
import FoundationEssentials
import TimeBase

/// How an answer is written.
enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// A command whose answer, and whose failure, is written in the format it was asked for.
protocol AnswersInFormat {
    var format: Format { get }
}

/// The option that every command has.
struct OutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "How to answer: text for people, json for programs."
    )
    var format = Format.text
}

/// Where the daemon listens.
struct ConnectionOptions: ParsableArguments {
    static let defaultSocket = "/run/slawatchd/slawatchd.sock"

    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp(
            "The daemon's Unix socket. (default: $SLAWATCH_SOCKET, else \(Self.defaultSocket))",
            valueName: "path"
        ),
        completion: .file()
    )
    var givenSocket: String?

    /// The option, else the environment, else the place where the unit puts it.
    var socket: String {
        Self.socket(given: givenSocket, environment: ProcessInfo.processInfo.environment)
    }

    static func socket(given: String?, environment: [String: String]) -> String {
        if let given { return given }
        guard let named = environment["SLAWATCH_SOCKET"], !named.isEmpty else { return defaultSocket }
        return named
    }
}

/// An instant on the command line: RFC 3339, or `now`.
enum TimeArgument {
    @Sendable
    static func instant(_ text: String) throws -> Instant {
        guard text != "now" else { return WallClock.now() }
        do throws(Instant.TextProblem) {
            return try Instant(rfc3339: text)
        } catch {
            switch error {
            case .notRFC3339: throw ValidationError("write it like 2026-11-21T14:02:10Z")
            case .outOfRange:
                let range = "\(Instant.earliest.shortRFC3339) to \(Instant.latest.rfc3339)"
                throw ValidationError("it is outside \(range)")
            }
        }
    }
}

/// The case that a command is about.
enum CaseArgument {
    @Sendable
    static func checked(_ text: String) throws -> String {
        guard !text.isEmpty else { throw ValidationError("it must not be empty, give the case's id") }
        return text
    }
}

extension Span: ExpressibleByArgument {
    package init?(argument: String) { self.init(text: argument) }
}
