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
              slactl simulate --policy now.yaml --events year.jsonl.gz
              slactl simulate --policy now.yaml --events day.jsonl -o json
              slactl simulate --policy now.yaml --events day.jsonl --until now --state
              slactl simulate --policy now.yaml --events year.jsonl --compare new.yaml

            Each line of the file arrives when it happened ("at"), or at its "received_at"; a line that stands behind \
            younger ones of its own case is a late event. What is due up to --until happens, at that instant too. \
            Without --until the last event is the end. Times in text are those of this machine's clocks, or UTC with --utc.

            JSON has one line for each decision, in order, "record":"refused" for lines that were not taken, with --state \
            one line for each case as it then stands, and in the end "record":"summary"; remaining_ms, elapsed_ms and paused_ms are open time of \
            the target's calendar, and remaining_ms is negative once the time is used up.

            The exit code is 65 if lines were refused, in whatever form the answer is.
            """
    )

    @Option(help: ArgumentHelp("The policy file.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
    var policy: String

    @Option(
        help: ArgumentHelp(
            "The events: JSON Lines or an array, packed with gzip or not; - is standard input.",
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

    @Flag(help: "Go on although a timer takes more than 10,000 steps without an event.")
    var unbounded = false

    @Flag(inversion: .prefixedNo, help: "Draw a progress bar where standard error is a terminal.")
    var progress = true

    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func validate() throws {
        guard [policy, events, compare].count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("only one of --policy, --events and --compare can be standard input")
        }
        guard compare == nil || !state else { throw ValidationError("--state shows one policy, --compare two") }
    }

    func run() throws {
        let log = try SimulatedLog(events)
        if log.outline.lineCount == 0 {
            StandardStream.error.write("there is no event in \(InputFile.title(of: events))\n")
        }
        // Nothing happened: then the policy is as good or bad as it is now.
        let start = log.start ?? WallClock.now()
        let end = until ?? log.end ?? start
        let first = try SimulatedPolicy.read(policy, now: start)
        if let compare {
            try run(log, first, against: try SimulatedPolicy.read(compare, now: start), named: compare, until: end)
        } else {
            switch format {
            case .json: try writeLines(log, first, until: end)
            case .text: try writeSummary(log, first, until: end)
            }
        }
    }

    private func writeLines(_ log: SimulatedLog, _ policy: Policy, until end: Instant) throws {
        let simulation = try simulation(policy, log)
        var writer = SimulationWriter()
        func writeIfFull() {
            if writer.isFull { StandardStream.output.write(writer.take()) }
        }
        let told = try tell(log, simulation, until: end) { happening in
            writer.write(happening)
            writeIfFull()
        }
        if state {
            for standing in simulation.states() {
                writer.write(standing)
                writeIfFull()
            }
        }
        writer.write(told.summary)
        StandardStream.output.write(writer.take())
        try close(told, of: log)
    }

    private func writeSummary(_ log: SimulatedLog, _ policy: Policy, until end: Instant) throws {
        let simulation = try simulation(policy, log)
        var tally = Tally(policy, keepsBreaches: false)
        let told = try tell(
            log,
            simulation,
            until: end,
            { tally.add($0) },
            letGo: { tally.settle($0) }
        )
        // Of a log that was not told to its end figures would say less than they seem to.
        if told.failure == nil {
            let (cases, applied) = (tally.caseCount.counted("case"), told.summary.applied.counted("event"))
            StandardStream.output.write("\(applied) of \(cases), as of \(output.times(end))\n")
            StandardStream.output.write(SimulationText.farAhead(log.outline, output.times) + "\n")
            StandardStream.output.write(SimulationText.summary(tally, .forOutput))
            if state {
                let standings = SimulationText.standings(simulation.states(), .forOutput, output.times)
                StandardStream.output.write("\n" + standings)
            }
        }
        try close(told, of: log)
    }

    private func run(
        _ log: SimulatedLog,
        _ first: Policy,
        against second: Policy,
        named name: String,
        until end: Instant
    ) throws {
        func tally(_ policy: Policy) throws -> (Tally, Told) {
            var tally = Tally(policy)
            let told = try tell(
                log,
                try simulation(policy, log),
                until: end,
                { tally.add($0) },
                letGo: { tally.settle($0) }
            )
            return (tally, told)
        }
        let (before, toldBefore) = try tally(first)
        let (after, toldAfter) = try tally(second)
        let comparison = Comparison(before, after)
        switch format {
        case .json:
            var writer = SimulationWriter()
            writer.write(before: toldBefore.summary, after: toldAfter.summary)
            StandardStream.output.write(comparison.jsonLines + writer.take())
        // Of a log that was not told to its end figures would say less than they seem to.
        case .text where toldBefore.failure != nil || toldAfter.failure != nil: break
        case .text:
            let farAhead = SimulationText.farAhead(log.outline, output.times)
            StandardStream.output.write(SimulationText.comparison(comparison, .forOutput) + farAhead)
        }
        if toldBefore.refusals != toldAfter.refusals
            || toldBefore.summary.setAside.map(\.id) != toldAfter.summary.setAside.map(\.id)
        {
            StandardStream.error.write("under \(InputFile.title(of: policy)):\n")
            report(toldBefore)
            StandardStream.error.write("under \(InputFile.title(of: name)):\n")
        }
        report(toldAfter)
        StandardStream.error.write(log.ignored.text)
        if let failure = toldBefore.failure ?? toldAfter.failure { throw failure }
        try finish(isClean: toldBefore.summary.isClean && toldAfter.summary.isClean)
    }

    private func simulation(_ policy: Policy, _ log: SimulatedLog) throws -> Simulation {
        try Simulation(policy, outline: log.outline, keepsStates: state, isUnbounded: unbounded)
    }

    private func tell(
        _ log: SimulatedLog,
        _ simulation: Simulation,
        until end: Instant,
        _ tell: (Happening) throws -> Void,
        letGo: (CaseID) -> Void = { _ in }
    ) throws -> Told {
        var refusals = LineRefusals()
        var (summary, unbounded) = try log.tell(
            simulation,
            until: end,
            showsProgress: progress,
            { happening in
                if case .refused(let refused) = happening { refusals.add(refused) }
                try tell(happening)
            },
            letGo: letGo
        )
        refusals.count(others: summary.refused - refusals.count)
        summary.refused = refusals.count
        let failure = unbounded.map { unbounded in
            Failure(
                code: .inputRefused,
                message: "cannot simulate \(InputFile.title(of: events)) to its end: \(unbounded); "
                    + "correct the year, or go on with --unbounded"
            )
        }
        return Told(summary: summary, refusals: refusals, failure: failure)
    }

    /// What became of a log under one policy.
    private struct Told {
        var summary: SimulationSummary
        var refusals: LineRefusals
        /// Why it was not told to its end; nil if it was.
        var failure: Failure?
    }

    /// Says on standard error what was not told and what was not taken.
    private func report(_ told: Told) {
        let summary = told.summary
        StandardStream.error.write(told.refusals.text(atMost: Self.refusalsShown))
        if summary.untold > 0, told.failure == nil {
            StandardStream.error.write("\(summary.untold.counted("line")) after --until not told\n")
        }
        for (id, reason) in summary.setAside {
            StandardStream.error.write("case \(Printable.brief(id.rawValue)) was set aside: \(reason); report it\n")
        }
    }

    /// How many refused lines are shown.
    private static let refusalsShown = 20

    private func close(_ told: Told, of log: SimulatedLog) throws {
        report(told)
        StandardStream.error.write(log.ignored.text)
        if let failure = told.failure { throw failure }
        try finish(isClean: told.summary.isClean)
    }

    /// Fails if something was not taken.
    private func finish(isClean: Bool) throws {
        if !isClean { throw ExitCode(Failure.Code.inputRefused.rawValue) }
    }
}

extension LineRefusals {
    fileprivate mutating func add(_ refused: Refused) {
        add(.init(line: refused.line, case: refused.caseID, code: refused.code, reason: refused.reason))
    }
}
