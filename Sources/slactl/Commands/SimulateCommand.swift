import ArgumentParser
import Engine
import Simulation
import TimeBase

struct SimulateCommand: ParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Tell a history in virtual time and show what a policy makes of it.",
        discussion: """
            No daemon, no journal, nothing is remembered: the same code that the daemon runs, with a clock that jumps \
            from one thing to the next. Everything is enforced, however old.
              slactl simulate --policy slawatch.yaml --events year.jsonl.gz
              slactl simulate --policy slawatch.yaml --events day.jsonl -o json | jq -c 'select(.record == "breached")'
              slactl simulate --policy slawatch.yaml --events day.jsonl --until 2026-11-23T18:00:00Z --state
              slactl simulate --policy slawatch.yaml --events year.jsonl.gz --compare stricter.yaml

            Each line of the file arrives when it happened ("at"), or at its "received_at"; a line that stands behind \
            younger ones of its own case is a late event. What is due up to --until happens, at that instant too. \
            Without --until the last event is the end.

            JSON has one line for each decision, in order, "record":"refused" for lines that were not taken, and with \
            --state one line for each case as it then stands; remaining_ms, elapsed_ms and paused_ms are open time of \
            the target's calendar, and remaining_ms is negative once the time is used up.
            """
    )

    @Option(help: ArgumentHelp("The policy file.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var policy: String

    @Option(
        help: ArgumentHelp(
            "The events, one JSON object a line, packed with gzip or not; - is standard input.",
            valueName: "file"
        ),
        completion: .file()
    )
    var events: String

    @Option(
        help: ArgumentHelp(
            "Stop after this instant, such as 2026-11-21T14:02:10Z; or now. (default: the last event)",
            valueName: "time"
        ),
        transform: TimeArgument.instant
    )
    var until: Instant?

    @Flag(help: "Show in the end how each case stands: every timer, what is left, what was used up.")
    var state = false

    @Option(
        help: ArgumentHelp("Show what this policy would have made of it instead.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var compare: String?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "How to answer. (default: text on a terminal, else json)"
    )
    var output: Format?

    @Flag(inversion: .prefixedNo, help: "Draw a progress bar where standard error is a terminal.")
    var progress = true

    /// Of failures: whoever has asked for nothing gets a sentence.
    var format: Format { output ?? .text }

    private var answerFormat: Format { output ?? (StandardStream.output.isTerminal ? .text : .json) }

    func validate() throws {
        guard [policy, events, compare].count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("only one of --policy, --events and --compare can be standard input")
        }
        guard compare == nil || !state else { throw ValidationError("--state shows one policy, --compare two") }
    }

    func run() throws {
        let log = try LogFile.read(events)
        // Nothing happened: then the policy is as good or bad as it is now.
        let start = log.arrivals.start ?? WallClock.now()
        let end = until ?? log.arrivals.end ?? start
        let first = try SimulatedPolicy.read(policy, now: start)
        if let compare {
            let second = try SimulatedPolicy.read(compare, now: start)
            let before = try tally(log, first, until: end)
            let comparison = Comparison(before, try tally(log, second, until: end))
            switch answerFormat {
            case .json: StandardStream.output.write(comparison.jsonLines)
            case .text: StandardStream.output.write(SimulationText.comparison(comparison, .forOutput))
            }
            return
        }
        switch answerFormat {
        case .json: try writeLines(log, first, until: end)
        case .text: try writeSummary(log, first, until: end)
        }
    }

    private func writeLines(_ log: LogFile, _ policy: Policy, until end: Instant) throws {
        let simulation = try Simulation(policy)
        var writer = SimulationWriter()
        var refused = Refusals()
        try run(simulation, log, until: end) { happening in
            writer.write(happening)
            if writer.isFull { StandardStream.output.write(writer.take()) }
            refused.add(happening)
        }
        if state {
            for standing in simulation.states() {
                writer.write(standing)
                if writer.isFull { StandardStream.output.write(writer.take()) }
            }
        }
        StandardStream.output.write(writer.take())
        try close(simulation, refused)
    }

    private func writeSummary(_ log: LogFile, _ policy: Policy, until end: Instant) throws {
        let simulation = try Simulation(policy)
        var tally = Tally(policy)
        var refused = Refusals()
        try run(simulation, log, until: end) { happening in
            tally.add(happening)
            refused.add(happening)
        }
        let (cases, applied) = (tally.caseCount.counted("case"), simulation.applied.counted("event"))
        StandardStream.output.write("\(applied) of \(cases), as of \(end.shortRFC3339)\n\n")
        StandardStream.output.write(SimulationText.summary(tally, .forOutput))
        if state { StandardStream.output.write("\n" + SimulationText.standings(simulation.states(), .forOutput)) }
        if !log.ignored.isEmpty {
            StandardStream.error.write("keys not looked at: \(Printable.text(log.ignored.joined(separator: ", ")))\n")
        }
        try close(simulation, refused)
    }

    private func tally(_ log: LogFile, _ policy: Policy, until end: Instant) throws -> Tally {
        var tally = Tally(policy)
        try run(try Simulation(policy), log, until: end) { tally.add($0) }
        return tally
    }

    private func run(
        _ simulation: Simulation,
        _ log: LogFile,
        until end: Instant,
        _ tell: (Happening) throws -> Void
    ) throws {
        var bar = Progress("simulating", total: log.arrivals.list.count, isWanted: progress)
        defer { bar.clear() }
        try simulation.run(log.arrivals, until: end, progress: { bar.show($0) }, tell)
    }

    /// Says on standard error what was not told, and fails where there was something and nothing of it was taken.
    private func close(_ simulation: Simulation, _ refused: Refusals) throws {
        StandardStream.error.write(refused.text)
        if simulation.untold > 0 {
            StandardStream.error.write("\(simulation.untold.counted("line")) after --until not told\n")
        }
        for (id, reason) in simulation.setAside {
            StandardStream.error.write("case \(Printable.brief(id.rawValue)) was set aside: \(reason); report it\n")
        }
        let isAllRefused = simulation.applied + simulation.duplicates == 0 && !refused.isEmpty
        if isAllRefused || !simulation.setAside.isEmpty { throw ExitCode(Failure.Code.refused.rawValue) }
    }
}

/// The lines that were not taken: how many, and the first as a hint.
private struct Refusals {
    private var count = 0
    private var first: Refused?

    mutating func add(_ happening: Happening) {
        switch happening {
        case .record: break
        case .refused(let refused):
            count += 1
            if first == nil { first = refused }
        }
    }

    var isEmpty: Bool { count == 0 }

    /// Empty where there were none.
    var text: String {
        guard let first else { return "" }
        return "\(count.counted("line")) refused; the first: line \(first.line): \(Printable.text(first.reason))\n"
    }
}
