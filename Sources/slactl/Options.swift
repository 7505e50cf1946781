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
struct FormatOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "How to answer: text for people, json for programs."
    )
    var format = Format.text
}

/// The options of a command whose answer has times of this machine's clocks.
struct OutputOptions: ParsableArguments {
    @OptionGroup private var options: FormatOptions
    var format: Format { options.format }

    @Flag(help: "Show times in UTC, not as the clocks of this machine show them.")
    var utc = false

    /// How times are written for people.
    var times: TimeText { utc ? .utc : .local }
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

    @Option(
        help: ArgumentHelp(
            "How long the daemon may say nothing; a long request goes on while the daemon says that it lives. (default: 5s)",
            valueName: "span"
        ),
        transform: Self.checkedTimeout
    )
    var timeout = DaemonClient.timeoutDefault

    /// The option, else the environment, else the place where the unit puts it.
    var socket: String {
        Self.socket(given: givenSocket, environment: ProcessInfo.processInfo.environment)
    }

    @Sendable
    private static func checkedTimeout(_ text: String) throws -> Span {
        guard let span = Span(text: text), DaemonClient.timeoutAllowed.contains(span) else {
            throw ValidationError("write 500ms, 5s or 1m, at most 1h")
        }
        return span
    }

    static func socket(given: String?, environment: [String: String]) -> String {
        if let given { return given }
        guard let named = environment["SLAWATCH_SOCKET"], !named.isEmpty else { return defaultSocket }
        return named
    }
}

/// An instant on the command line, as `TimeReading` reads it in the zone of this machine.
enum TimeArgument {
    /// What is still to come: `2d` is in two days.
    @Sendable
    static func instant(_ text: String) throws -> Instant { try read(text, .ahead) }

    /// What has happened: `2d` is two days ago.
    @Sendable
    static func past(_ text: String) throws -> Instant { try read(text, .back) }

    private static func read(_ text: String, _ direction: TimeReading.Direction) throws -> Instant {
        let reading = TimeReading(
            zone: TimeText.machineZone.rules,
            now: WallClock.now(),
            direction: direction
        )
        do throws(TimeReading.Problem) {
            return try reading.instant(text)
        } catch {
            switch error {
            case .notATime:
                throw ValidationError(
                    "write it like 2026-11-21T14:02:10Z, \"2026-11-21 15:02\", \"tomorrow 9:00\" or 2d"
                )
            case .noSuchDate(let date): throw ValidationError("the date \(date) does not exist")
            case .outOfRange:
                let range = "\(Instant.earliest.shortRFC3339) to \(Instant.latest.rfc3339)"
                throw ValidationError("it is outside \(range)")
            }
        }
    }
}

/// A length on the command line: `30m`, `2h`, `2d` of 24 h each.
enum LengthArgument {
    @Sendable
    static func span(_ text: String) throws -> Span {
        guard let span = TimeReading.span(text) else { throw ValidationError("write 30m, 2h, 1h30m or 2d") }
        return span
    }
}

/// The case that a command is about.
enum CaseArgument {
    @Sendable
    static func checked(_ text: String) throws -> String {
        guard !text.isEmpty else { throw ValidationError("it must not be empty, give the case's id") }
        return text
    }

    /// What `--help` and a missing id say; an id that begins with a dash looks like an option.
    static let help = ArgumentHelp(
        "The case's id in the system it comes from; -- comes before one that begins with a dash.",
        valueName: "case"
    )
}

extension Span: ExpressibleByArgument {
    package init?(argument: String) { self.init(text: argument) }
}
