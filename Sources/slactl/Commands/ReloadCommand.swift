import ArgumentParser

struct ReloadCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Let the daemon read its policy file again.",
        discussion: """
            The daemon checks the whole file first. With mistakes it keeps the policy it has, and this command shows them \
            and ends with 1; otherwise it returns after the new policy was adopted.
              slactl check-config /etc/slawatchd/slawatch.yaml && slactl reload
              systemctl reload slawatchd    the same, through systemd
            """
    )

    @Flag(help: "Return only after the policy was adopted. It always does; units may say so.")
    var wait = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOptions
    var format: Format { output.format }

    func run() async throws {
        try await DaemonClient.with(connection) { daemon in
            let answer = try await daemon.post("/-/reload")
            guard format == .text else { return StandardStream.output.write(answer.text) }
            let reload: ReloadAnswer = try answer.decoded()
            for warning in reload.warnings ?? [] { StandardStream.error.write(Printable.text(warning) + "\n") }
            let version = "policy version \(reload.policyVersion) (\(reload.policyHash.prefix(12)))"
            StandardStream.output.write(reload.new ? "adopted \(version)\n" : "nothing new: \(version) is in force\n")
        }
    }
}
