import Engine
import Intake
import Simulation
import TimeBase

/// A log that is told to simulations, read again for each: a log in order of time never stands in memory as a whole.
struct SimulatedLog {
    private let file: EventFile
    /// The lines in the order of their arrival; nil if they stand in that order in the file.
    private let arrivals: Arrivals?
    let outline: LogOutline
    let ignored: IgnoredKeys

    /// How many lines of a log that is not in order wait in memory at most, and how many of its refused ones are told
    /// one by one.
    static let linesMax = 2_000_000
    static let refusalsMax = 10_000

    /// Refused lines that are only counted.
    private let uncountedRefusals: Int

    /// Looks through a file, packed with gzip or not; `-` is standard input.
    init(_ name: String) throws {
        file = try EventFile(name, isReadAgain: true)
        var outline = LogOutline()
        var ignored = IgnoredKeys()
        try file.read { line, _ in
            outline.add(line)
            if !line.ignored.isEmpty { ignored.add(line.ignored) }
        }
        self.ignored = ignored
        guard !outline.isInOrder else {
            self.outline = outline
            arrivals = nil
            uncountedRefusals = 0
            return
        }
        var lines: [LogLine] = []
        var refusals = 0
        try file.read { line, _ in
            switch line.content {
            case .event: lines.append(line)
            case .refused:
                refusals += 1
                if refusals <= Self.refusalsMax { lines.append(line) }
            }
            guard lines.count <= Self.linesMax else {
                throw Failure(
                    code: .inputRefused,
                    message: "cannot simulate \(InputFile.title(of: name)): it is not in order of time, and more than "
                        + "\(Self.linesMax.grouped) lines do not wait in memory; sort it by \"at\""
                )
            }
        }
        uncountedRefusals = max(0, refusals - Self.refusalsMax)
        let arrivals = Arrivals(lines)
        self.arrivals = arrivals
        self.outline = LogOutline(arrivals, as: outline)
    }

    /// When the first event arrives; nil if there is none.
    var start: Instant? { arrivals?.start ?? outline.start }

    /// When the last event arrives; nil if there is none.
    var end: Instant? { arrivals?.end ?? outline.end }

    /// Tells the log to a simulation, and returns what became of its lines.
    ///
    /// Calls `tell` with everything that comes of it, and `letGo` with each case of which nothing more is told. `unbounded`
    /// is why it was not told to its end; nil if it was.
    func tell(
        _ simulation: Simulation,
        until end: Instant,
        showsProgress: Bool,
        _ tell: (Happening) throws -> Void,
        letGo: (CaseID) -> Void = { _ in }
    ) throws -> (summary: SimulationSummary, unbounded: SimulationUnbounded?) {
        var bar = Progress("simulating", total: outline.lineCount, isWanted: showsProgress)
        defer { bar.clear() }
        var refused = uncountedRefusals
        var told = 0
        func count(_ happening: Happening) throws {
            if case .refused = happening { refused += 1 }
            try tell(happening)
        }
        func take(_ line: LogLine, at instant: Instant) throws {
            try simulation.take(line, at: instant, until: end, count)
            for id in simulation.takeReleased() { letGo(id) }
            told += 1
            if told.isMultiple(of: Self.progressEvery) { bar.show(told) }
        }
        var unbounded: SimulationUnbounded?
        do {
            try forEachLine(take)
            try simulation.finish(until: end, count)
        } catch let error as SimulationUnbounded {
            unbounded = error
        }
        return (SimulationSummary(simulation, of: outline, refused: refused, ignored: ignored.names), unbounded)
    }

    /// Calls `take` with each line and the instant at which it arrives, in that order.
    private func forEachLine(_ take: (LogLine, Instant) throws -> Void) throws {
        if let arrivals {
            for arrival in arrivals.list { try take(arrival.line, arrival.at) }
            return
        }
        var last = start ?? .earliest
        try file.read { line, _ in
            if case .event(let event) = line.content {
                let arrival = line.receivedAt ?? event.at
                guard arrival >= last else {
                    let title = InputFile.title(of: file.name)
                    throw Failure(
                        code: .inputOutput,
                        message: "cannot read \(title): it has changed meanwhile, try again"
                    )
                }
                last = arrival
            }
            try take(line, last)
        }
    }

    private static let progressEvery = 1_000
}
