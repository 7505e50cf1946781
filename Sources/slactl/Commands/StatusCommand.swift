import ArgumentParser
import TimeBase

struct StatusCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the daemon is well, what is open and what comes due next.",
        discussion: """
            Exit code 0 says that the daemon is well, 75 that it answers and is degraded or holding: what is wrong, a \
            journal that cannot be written for example, is shown as "degraded"; "holding" means that nothing is decided \
            until its clock can be believed.
              slactl status
              slactl status -o json | jq .breached
            """
    )

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func run() async throws {
        try await DaemonClient.with(connection) { daemon in
            let answer = try await daemon.get("/v1/status")
            let status: StatusAnswer = try answer.decoded()
            switch format {
            case .json: StandardStream.output.write(answer.text)
            case .text: StandardStream.output.write(Self.text(of: status, .forOutput, output.times))
            }
            if !status.isWell { throw ExitCode(Failure.Code.degraded.rawValue) }
        }
    }

    static func text(of status: StatusAnswer, _ paint: Paint, _ times: TimeText = .utc) -> String {
        let now = status.now.instant
        var table = Table(["", ""])
        func add(_ name: String, _ value: String, _ style: Paint.Style = .plain) {
            table.add([.init(name, .faint), .init(value, style)])
        }
        add("slawatchd", "\(status.version), running since \(times(status.startedAt.instant))")
        add("open", status.open.counted("case"))
        add("breached", status.breached.counted("case"), status.breached > 0 ? .red : .plain)
        if status.setAside > 0 { add("set aside", status.setAside.counted("case"), .red) }
        if let full = status.full, full > 0 {
            add("full", "\(full.counted("case")) reached 10,000 events: nothing more is measured in them", .yellow)
        }
        if let next = status.nextWake {
            let what = status.nextCase.map { ", case \($0)" } ?? ""
            add("next", "\(RelativeTime.since(next.instant, at: now)), \(times(next.instant))\(what)")
        } else {
            add("next", "nothing is due")
        }
        let policy = status.policy
        add(
            "policy",
            "version \(policy.version) (\(policy.hash.prefix(12))), adopted \(times(policy.adoptedAt.instant))"
        )
        if let unknown = status.unknownNames, unknown.count > 0 {
            let names = unknown.most.map { "\($0.kind) \(Printable.text($0.name)) of \($0.cases.counted("case"))" }
            let more = unknown.count > names.count ? ", and \((unknown.count - names.count).grouped) more" : ""
            add("unknown", names.joined(separator: ", ") + more + ": not in the policy, their teams are told", .yellow)
        }
        if status.noticesPending > 0 { add("notices", "\(status.noticesPending.grouped) not confirmed yet", .yellow) }
        if let holding = status.holding { add("holding", holding, .yellow) }
        if let rollout = status.rollout {
            add("rollout", "the policy has reached \(rollout.casesDone) of \(rollout.cases) open cases", .yellow)
        }
        for sentence in status.degraded ?? [] { add("degraded", sentence, .red) }
        return paint(.bold, headline(of: status, times)) + "\n" + table.text(paint)
    }

    /// What `systemctl status` shows, with the times that are asked for: `1,204 open, 3 breached, next 2026-11-21T14:02:10Z
    /// (case 8812)`.
    private static func headline(of status: StatusAnswer, _ times: TimeText) -> String {
        var parts = ["\(status.open.grouped) open", "\(status.breached.grouped) breached"]
        if status.setAside > 0 { parts.append("\(status.setAside.grouped) set aside") }
        let what = status.nextCase.map { " (case \(Printable.text($0)))" } ?? ""
        switch status.nextWake?.instant {
        case nil: parts.append("nothing due")
        case let next? where next <= status.now.instant: parts.append("due now\(what)")
        case let next?: parts.append("next \(times(next))\(what)")
        }
        return parts.joined(separator: ", ")
    }
}
