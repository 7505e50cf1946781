import ArgumentParser

struct VersionCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the versions of slactl and, where it can be reached, of the daemon."
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: FormatOptions
    var format: Format { output.format }

    func run() async throws {
        var daemonVersion: String?
        do {
            daemonVersion = try await DaemonClient.with(connection) { daemon in
                try await daemon.get("/v1/status").decoded(as: Versioned.self).version
            }
        } catch is Failure {
            // The question was what is installed; a daemon that is down is no reason to fail.
        }
        switch format {
        case .json: StandardStream.output.write(JSONText.of(Versions(slactl: Version.text, slawatchd: daemonVersion)))
        case .text:
            StandardStream.output.write("slactl \(Version.text)\nslawatchd \(daemonVersion ?? "not reachable")\n")
        }
    }

    private struct Versioned: Decodable {
        let version: String
    }

    private struct Versions: Encodable {
        let slactl: String
        let slawatchd: String?
    }
}
