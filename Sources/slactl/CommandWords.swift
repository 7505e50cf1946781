import ArgumentParser
import Config

/// Names of commands as they were typed: one that does not exist is told with the nearest one that does.
enum CommandWords {
    /// Throws if the command line, or what follows `help`, names a command that there is not.
    static func check(_ arguments: ArraySlice<String>) throws(Failure) {
        let isHelp = arguments.first == "help"
        var words = isHelp ? arguments.dropFirst() : arguments
        var path = "slactl"
        var commands = Slactl.configuration.subcommands
        // The words of a command without commands below it are its own.
        while let word = words.popFirst(), !word.hasPrefix("-"), !commands.isEmpty {
            var found: (any ParsableCommand.Type)?
            var names: [String] = []
            for command in commands {
                names.append(command._commandName)
                if command._commandName == word { found = command }
            }
            guard let found else { throw unknown(word, among: names, of: path, isHelp: isHelp) }
            path += " \(word)"
            commands = found.configuration.subcommands
        }
    }

    private static func unknown(_ word: String, among names: [String], of path: String, isHelp: Bool) -> Failure {
        let advice = ConfigFile.suggestion(for: word, among: names) ?? "\(path) --help lists them all"
        let verb = isHelp ? "show the help of" : "run"
        return Failure(
            code: .usage,
            message: "cannot \(verb) \"\(Printable.brief(word))\": \(path) has no such command, \(advice)"
        )
    }
}
