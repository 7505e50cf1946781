package import Engine
import TimeBase
import Wire

/// What became of the lines of a log, beside the decisions: the same for every form of the answer.
package struct SimulationSummary: Sendable {
    /// Events and refused lines of the log.
    package var lines = 0
    package var applied = 0
    package var duplicates = 0
    package var refused = 0
    /// Lines that arrive after the end.
    package var untold = 0
    /// Cases that broke an invariant, with the reason.
    package var setAside: [(id: CaseID, reason: String)] = []
    /// Names of keys that were not looked at.
    package var ignored: [String] = []
    /// Events that are dated years ahead of the others.
    package var farAhead: [LogOutline.DatedLine] = []

    package init() {}

    /// Takes over what the simulation has counted.
    package init(_ simulation: Simulation, of outline: LogOutline, refused: Int, ignored: [String]) {
        lines = outline.lineCount
        applied = simulation.applied
        duplicates = simulation.duplicates
        self.refused = refused
        untold = simulation.untold
        setAside = simulation.setAside
        self.ignored = ignored
        farAhead = outline.linesFarAhead
    }

    /// Whether everything was taken: nothing refused, and no case set aside.
    package var isClean: Bool { refused == 0 && setAside.isEmpty }

    fileprivate func writeMembers(to json: inout JSONText) {
        json.member("lines", lines)
        json.member("applied", applied)
        json.member("duplicate", duplicates)
        json.member("refused", refused)
        json.member("after_until", untold)
        json.name("set_aside")
        json.array(setAside) { json, aside in
            json.object { json in
                json.member("case", aside.id.rawValue)
                json.member("reason", aside.reason)
            }
        }
        json.member("ignored", ignored)
        json.name("far_ahead")
        json.array(farAhead) { json, line in
            json.object { json in
                json.member("line", line.number)
                json.member("at", line.at)
            }
        }
    }
}

extension SimulationWriter {
    /// The last line, for what became of the log as a whole.
    package mutating func write(_ summary: SimulationSummary) {
        writeLine { json in
            json.member("record", "summary")
            summary.writeMembers(to: &json)
        }
    }

    /// The same beside a comparison, under each policy.
    package mutating func write(before: SimulationSummary, after: SimulationSummary) {
        for (policy, summary) in [("before", before), ("after", after)] {
            writeLine { json in
                json.member("compare", "summary")
                json.member("policy", policy)
                summary.writeMembers(to: &json)
            }
        }
    }
}
