import ArgumentParser
import Config
import Engine
import FoundationEssentials
import WorkingTime

/// What the shell offers when Tab is pressed, asked of the daemon; nothing if it is away.
///
/// Bash expands what it is offered as if it had been typed. A case id comes from outside: one with a character that means
/// something to a shell is not offered.
enum Completions {
    /// Ids of open cases.
    static let cases = CompletionKind.custom { words, _, prefix in
        guard isPlain(prefix) else { return [] }
        let path = "/v1/case-ids?prefix=\(DaemonClient.escaped(prefix))&limit=200"
        let ids = QuickQuestion.ask(path, at: socket(in: words), as: IDs.self)?.cases ?? []
        return ids.filter(isPlain)
    }

    /// Calendars of the policy in force, or of the file that the command line names.
    static let calendars = CompletionKind.custom { words, _, _ in
        guard let file = value(of: "--policy", in: words) else {
            return names(in: words)?.calendars.filter(isPlain) ?? []
        }
        let names = (try? CalendarSource(policy: file).all())?.map(\.spec.name) ?? []
        return (names + [LoadedCalendar.always.spec.name]).filter(isPlain)
    }
    /// Teams of the policy in force.
    static let teams = CompletionKind.custom { words, _, _ in names(in: words)?.teams.filter(isPlain) ?? [] }
    /// Tiers of the policy in force.
    static let tiers = CompletionKind.custom { words, _, _ in names(in: words)?.tiers.map { "\($0)" } ?? [] }
    /// What the policy in force measures; all that there is if the daemon is away.
    static let targets = CompletionKind.custom { words, _, _ in
        names(in: words)?.targets.filter(isPlain) ?? Metric.allCases.map(\.word)
    }

    private struct IDs: Decodable {
        let cases: [String]
    }

    private struct Names: Decodable {
        let calendars: [String]
        let targets: [String]
        let teams: [String]
        let tiers: [Int]
    }

    private static func names(in words: [String]) -> Names? {
        QuickQuestion.ask("/v1/policy", at: socket(in: words), as: Names.self)
    }

    /// The socket that the command line names so far, else the one of the environment.
    static func socket(in words: [String]) -> String {
        let given = value(of: "--socket", in: words)
        return ConnectionOptions.socket(given: given, environment: ProcessInfo.processInfo.environment)
    }

    /// What follows an option on a command line that is being typed; nil if nothing does.
    private static func value(of option: String, in words: [String]) -> String? {
        for (index, word) in words.enumerated().reversed() {
            if word == option, index + 1 < words.count { return words[index + 1] }
            if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
        }
        return nil
    }

    /// Letters, digits and signs that no shell expands and at which bash begins no new word.
    static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return true }
        return !"-~#".unicodeScalars.contains(first)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-_.~/+%#,".unicodeScalars.contains(scalar)
            }
    }
}
