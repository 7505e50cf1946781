import ArgumentParser
import TimeBase

struct StatusCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the daemon is well, what is open and what comes due next.",
        discussion: """
            Exit code 0 says that the daemon answered. What is wrong with it, a journal that cannot be written for \
            example, is shown as "degraded"; "holding" means that nothing is decided until its clock can be believed.
              slactl status
              slactl status -o json | jq .breached
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func run() async throws {
        try await DaemonClient.with(socket: connection.socket) { daemon in
            let answer = try await daemon.get("/v1/status")
            switch format {
            case .json: StandardStream.output.write(answer.text)
            case .text: StandardStream.output.write(Self.text(of: try answer.decoded(), .forOutput))
            }
        }
    }

    static func text(of status: StatusAnswer, _ paint: Paint) -> String {
        let now = status.now.instant
        var table = Table(["", ""])
        func add(_ name: String, _ value: String, _ style: Paint.Style = .plain) {
            table.add([.init(name, .faint), .init(value, style)])
        }
        add("slawatchd", "\(status.version), running since \(status.startedAt.instant.shortRFC3339)")
        add("open", status.open.counted("case"))
        add("breached", status.breached.counted("case"), status.breached > 0 ? .red : .plain)
        if status.setAside > 0 { add("set aside", status.setAside.counted("case"), .red) }
        if let next = status.nextWake {
            let what = status.nextCase.map { ", case \($0)" } ?? ""
            add("next", "\(RelativeTime.since(next.instant, at: now)), \(next.instant.shortRFC3339)\(what)")
        } else {
            add("next", "nothing is due")
        }
        let policy = status.policy
        add(
            "policy",
            "version \(policy.version) (\(policy.hash.prefix(12))), adopted \(policy.adoptedAt.instant.shortRFC3339)"
        )
        if status.noticesPending > 0 { add("notices", "\(status.noticesPending.grouped) not confirmed yet", .yellow) }
        if let holding = status.holding { add("holding", holding, .yellow) }
        if let rollout = status.rollout {
            add("rollout", "the policy has reached \(rollout.casesDone) of \(rollout.cases) open cases", .yellow)
        }
        for sentence in status.degraded ?? [] { add("degraded", sentence, .red) }
        return paint(.bold, Printable.text(status.line)) + "\n" + table.text(paint)
    }
}
