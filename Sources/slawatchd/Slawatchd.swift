import ArgumentParser
import Daemon

@main
struct Slawatchd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slawatchd",
        abstract: "Watches customer cases against their service-level targets and escalates the missed ones.",
        discussion: """
            Normally started by systemd (systemctl start slawatchd). In the foreground, for a try:

              mkdir -p /tmp/slawatch
              slawatchd --state-directory /tmp/slawatch --socket /tmp/slawatch/s

            Talk to it with slactl --socket /tmp/slawatch/s. Stop it with SIGTERM; SIGHUP reads the policy again.
            Exit status: 0 stopped, 64 usage, 69 socket or state directory in use, 74 disk, 78 configuration.
            """,
        version: Daemon.version
    )

    @Option(name: .shortAndLong, help: "The policy file.")
    var config: String = Options.configPathDefault

    @Option(
        help:
            "Where the store is kept. Default: $STATE_DIRECTORY, else the policy's, else \(Options.stateDirectoryDefault)."
    )
    var stateDirectory: String?

    @Option(help: "The Unix socket of the API. Default: the policy's.")
    var socket: String?

    @Option(help: "Where notices are said: auto (systemd's journal where there is one) or stderr.")
    var journal: JournalChoice = .auto

    static func main() async {
        Daemon.prepareProcess()
        await main(nil)
    }

    func run() async throws {
        let options = Options(configPath: config, stateDirectory: stateDirectory, socketPath: socket, journal: journal)
        let status = await Daemon.run(options)
        if status != 0 { throw ExitCode(status) }
    }
}

extension JournalChoice: ExpressibleByArgument {}
