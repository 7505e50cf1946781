import Engine
import Simulation
import TimeBase

/// What a simulation came to, for people.
enum SimulationText {
    static func summary(_ tally: Tally, _ paint: Paint) -> String {
        var table = Table(["TARGET", "TIER", "IN TIME", "", "   MET", "  LATE", "BREACHED", "CANCELLED", "  OPEN"])
        for (key, verdicts) in tally.verdicts.sorted(by: { $0.key < $1.key }) {
            table.add([
                .init(key.metric.word, .bold), .init("\(key.tier)"), bar(verdicts),
                .init(verdicts.percentMet.map { padded("\($0)%", 4) } ?? ""),
                count(verdicts.met), count(verdicts.metLate, .yellow), count(verdicts.breached, .red, width: 8),
                count(verdicts.cancelled, width: 9), count(verdicts.open),
            ])
        }
        return table.text(paint) + setByHand(tally) + moves(tally) + told(tally)
    }

    /// Names events that are dated years ahead of the others, a line each.
    static func farAhead(_ outline: LogOutline, _ times: TimeText) -> String {
        outline.linesFarAhead
            .map { line in
                "line \(line.number) is dated \(times(line.at)), \(outline.yearsAhead(line).counted("year")) ahead of "
                    + "the others: is the year right?\n"
            }
            .joined()
    }

    static func comparison(_ comparison: Comparison, _ paint: Paint) -> String {
        var targets = Table(["TARGET", "TIER", "BREACHES", "", "GAINED", "SPARED", "IN TIME", ""])
        for row in comparison.targets {
            targets.add([
                .init(row.key.metric.word, .bold), .init("\(row.key.tier)"),
                count(row.before.breaches, width: 8), .init("-> \(row.after.breaches.grouped)"),
                count(row.gained.count, .red), count(row.spared.count, .green),
                .init(row.before.percentMet.map { "\($0)%" } ?? "-"),
                .init("-> " + (row.after.percentMet.map { "\($0)%" } ?? "-")),
            ])
        }
        var moves = Table(["MOVES", "BEFORE", " AFTER"])
        for row in comparison.moves {
            moves.add([.init("tier \(row.move.from) to \(row.move.to)"), count(row.before), count(row.after)])
        }
        var teams = Table(["TEAM", " CASES", "", "NOTICES", ""])
        for row in comparison.teams {
            teams.add([
                .init(row.team), count(row.before.cases), .init("-> \(row.after.cases.grouped)"),
                count(row.before.notices, width: 7), .init("-> \(row.after.notices.grouped)"),
            ])
        }
        let parts = [targets.text(paint), comparison.moves.isEmpty ? "" : moves.text(paint), teams.text(paint)]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    static func standings(_ standings: [CaseStanding], _ paint: Paint, _ times: TimeText) -> String {
        var table = Table(["CASE", "STATUS", "TIER", "TARGET", "CYCLE", "STATE", "DEADLINE", "LEFT", "USED", "PAUSED"])
        for standing in standings {
            let head: [Table.Cell] = [
                .init(standing.state.id.rawValue, .bold), .init(standing.state.status.word),
                .init("\(standing.state.tier)"),
            ]
            if standing.timers.isEmpty { table.add(head + Array(repeating: Table.Cell(""), count: 7)) }
            for timer in standing.timers {
                table.add(
                    head + [
                        .init(timer.timer.metric.word), .init("\(timer.timer.cycle)"), state(timer.timer),
                        .init(timer.timer.deadline.map(times.callAsFunction) ?? "-"),
                        .init(timer.remaining.rounded, timer.remaining < .zero ? .red : .plain),
                        .init(timer.elapsed.rounded), .init(timer.paused.rounded),
                    ]
                )
            }
        }
        return table.text(paint)
    }

    private static func state(_ timer: CaseTimer) -> Table.Cell {
        guard let verdict = timer.verdict else { return .init(timer.state.word) }
        let style: Paint.Style =
            switch verdict {
            case .met: .green
            case .metLate: .yellow
            case .breached: .red
            case .cancelled: .faint
            }
        return .init(verdict.word, style)
    }

    /// Cycles whose deadline is a person's and not the rules': whoever reads the percentages has to know of them (S19).
    private static func setByHand(_ tally: Tally) -> String {
        let list = tally.setByHand.sorted { $0.key < $1.key }
            .map { "\($0.key.metric.word) of tier \($0.key.tier) \($0.value.grouped)" }
        return list.isEmpty ? "" : "deadlines set by hand, counted above: \(list.joined(separator: ", "))\n"
    }

    private static func bar(_ verdicts: Tally.Verdicts) -> Table.Cell {
        guard let percent = verdicts.percentMet else { return .init("") }
        let width = 20
        let share = percent * width / 100
        let style: Paint.Style = percent >= 95 ? .green : percent >= 80 ? .yellow : .red
        return .init(
            "[" + String(repeating: "#", count: share) + String(repeating: "-", count: width - share) + "]",
            style
        )
    }

    private static func moves(_ tally: Tally) -> String {
        guard !tally.moves.isEmpty else { return "" }
        let list = tally.moves.sorted { $0.key < $1.key }
            .map { "tier \($0.key.from) to \($0.key.to): \($0.value.grouped)" }
        return "moves: " + list.joined(separator: ", ") + "\n"
    }

    /// As many as fit on a line or two, those with the most first.
    private static let receiversMax = 12

    private static func told(_ tally: Tally) -> String {
        guard !tally.notices.isEmpty else { return "" }
        let list = tally.notices.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let others = list.dropFirst(receiversMax)
        let words =
            list.prefix(receiversMax).map { "\(Printable.text($0.key)) \($0.value.grouped)" }
            + (others.isEmpty ? [] : ["\(others.count.grouped) others \(others.map(\.value).reduce(0, +).grouped)"])
        return "notices: " + words.joined(separator: ", ") + "\n"
    }

    /// Right-aligned below heads of six characters.
    private static func count(_ count: Int, _ style: Paint.Style = .plain, width: Int = 6) -> Table.Cell {
        .init(padded(count.grouped, width), count > 0 ? style : .faint)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
