import ArgumentParser
import Glibc

/// The command line of slawatch.
///
/// Everything it knows of the daemon it asks over the Unix socket; `check-config` without `--diff`, `calendar`, `simulate`
/// and `test` work without one.
@main
struct Slactl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slactl",
        abstract: "Ask slawatchd about cases, and tell it what happened to them.",
        discussion: """
            Start here:
              slactl status             is it well, and what comes due next?
              slactl cases --overdue    who has waited too long?
              slactl watch              the most urgent ones, ticking; a takes one
              slactl show T-1042        the whole story of one case
              slactl log --follow       what is decided, as it happens
              slactl event opened T-1043 --priority high
              slactl calendar due office now 6h
              slactl check-config && slactl reload

            Commands that answer take --output json. Colour is used on a terminal only, and \
            never with NO_COLOR. The daemon is reached over \
            \(ConnectionOptions.defaultSocket); SLAWATCH_SOCKET or --socket name another.

            Exit codes: 0 done, 1 refused by the daemon or a test that failed, 64 wrong usage, 65 lines of a file \
            refused, 69 daemon not reachable, 74 a file, stream or disk cannot be read or written, 75 daemon degraded or \
            holding, 78 mistakes in the configuration.
            Shell completion: slactl --generate-completion-script bash
            """,
        version: "slactl \(Version.text)",
        subcommands: [
            StatusCommand.self, CasesCommand.self, WatchCommand.self, ShowCommand.self, LogCommand.self,
            ExplainCommand.self, EventCommand.self, AckCommand.self, SnoozeCommand.self, DeadlineCommand.self,
            ReapplyCommand.self, ImportCommand.self, ReplayCommand.self, SimulateCommand.self, TestCommand.self,
            InitCommand.self, CheckConfigCommand.self, CalendarCommand.self, ReloadCommand.self, VersionCommand.self,
        ]
    )

    static func main() async {
        // Where threads may not be given their priority, libdispatch says so in the journal for each of them.
        unsafe setenv("LIBDISPATCH_LOG", "NO", 0)
        await answer()
    }

    /// Runs the command and turns what goes wrong into one sentence and an exit code.
    ///
    /// Concurrent, since `main` is on the main actor and commands are not.
    @concurrent
    private static func answer() async {
        var format = Format.text
        do {
            try CommandWords.check(CommandLine.arguments.dropFirst())
            try CalendarDueCommand.refuseNegativeDuration(in: CommandLine.arguments.dropFirst())
            var command = try parseAsRoot()
            if let command = command as? any AnswersInFormat { format = command.format }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            StandardStream.error.write(failure.text(in: format))
            Glibc.exit(failure.code.rawValue)
        } catch {
            Self.exit(withError: error)
        }
    }
}
