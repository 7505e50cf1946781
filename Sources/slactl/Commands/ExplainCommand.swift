import ArgumentParser
import Engine
import TimeBase

struct ExplainCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tell how each deadline of a case came about.",
        discussion: """
            For each target: the rule that gave it and why earlier rules did not match, every span of open time that was \
            counted, every pause, every change, and who was told what. Times are those of the calendar's wall clock; a \
            customer can read it. The newest cycle comes first, 50 on a page.
              slactl explain T-1042
              slactl explain T-1042 --page 2
              slactl explain T-1042 --all
              slactl explain T-1042 --target first_reply
              slactl explain T-1042 -o json | jq .cycles[].parts
            """
    )

    @Argument(
        help: CaseArgument.help,
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var caseID: String

    @Option(
        help: ArgumentHelp("Only this target, such as first_reply.", valueName: "target"),
        completion: Completions.targets
    )
    var target: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Which page of cycles; 1 has the newest.", valueName: "number"))
    var page = 1

    @Flag(help: "All cycles, however many there are.")
    var all = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    /// Cycles on a page.
    static let pageSize = 50
    /// More cycles than any case has.
    private static let most = 100_000
    private static let pagesMax = most / pageSize

    func validate() throws {
        guard 1...Self.pagesMax ~= page else { throw ValidationError("--page is \(page): use 1 to \(Self.pagesMax)") }
        guard !all || page == 1 else { throw ValidationError("--all and --page exclude each other: use one") }
        guard let target, Metric(word: target) == nil else { return }
        let known = Metric.allCases.map(\.word).joined(separator: ", ")
        throw ValidationError("there is no target \(target): known are \(known)")
    }

    func run() async throws {
        try await DaemonClient.with(connection) { daemon in
            var query = target.map { [("target", $0)] } ?? []
            query.append(("limit", "\(all ? Self.most : Self.pageSize)"))
            query.append(("offset", "\((page - 1) * Self.pageSize)"))
            let path = "/v1/cases/\(DaemonClient.escaped(caseID))/explanation"
            let answer = try await daemon.get(path, query, patience: .long())
            switch format {
            case .json: StandardStream.output.write(answer.text)
            case .text:
                let explanation: ExplanationAnswer = try answer.decoded()
                StandardStream.output.write(
                    Self.text(of: explanation, target: target, page: page, .forOutput, output.times)
                )
            }
        }
    }

    /// `target` is the only one that was asked for; nil for all.
    static func text(
        of answer: ExplanationAnswer,
        target: String? = nil,
        page: Int = 1,
        _ paint: Paint,
        _ times: TimeText = .utc
    ) -> String {
        if let removed = answer.contentRemovedAt {
            return Self.text(of: answer, removedAt: removed.instant, paint, times)
        }
        let count = answer.cycleCount ?? answer.cycles.count
        if answer.cycles.isEmpty, count > 0 {
            return "case \(Printable.text(answer.case)) has \(count) cycles, none of them on page \(page)\n"
        }
        guard !answer.cycles.isEmpty else {
            return "\(target ?? "no target") was \(target == nil ? "ever" : "never") measured on case \(answer.case)\n"
        }
        return Self.clamped(answer.clamped ?? [], paint, times)
            + answer.cycles
            .map { DeadlineStory($0, zones: { try? CalendarSource.zones.rules(for: $0) }, paint, times).text }
            .joined(separator: "\n")
            + footer(shown: answer.cycles.count, of: count, page: page)
    }

    /// Which events count at another instant than they are dated (S26), one line each; empty if there are none.
    private static func clamped(_ records: [RecordAnswer], _ paint: Paint, _ times: TimeText) -> String {
        guard !records.isEmpty else { return "" }
        let lines = records.map { record in
            let why = record.reason.map { ": \(Printable.text($0))" } ?? ""
            return paint(.yellow, "counts from \(times(record.at.instant))") + why
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// Which cycles these are and where the others are; empty if these are all.
    private static func footer(shown: Int, of count: Int, page: Int) -> String {
        guard shown < count else { return "" }
        let first = (page - 1) * pageSize + 1
        let last = first + shown - 1
        let next = last < count ? ": the next with --page \(page + 1), all with --all" : ""
        return "\ncycles \(first) to \(last) of \(count), the newest first\(next)\n"
    }

    /// How its deadlines came about is not known any more; how they came out is.
    private static func text(
        of answer: ExplanationAnswer,
        removedAt removed: Instant,
        _ paint: Paint,
        _ times: TimeText
    ) -> String {
        var table = Table(["", "", ""])
        for record in answer.verdicts ?? [] {
            let sentence = RecordSentence(record, times)
            table.add([
                .init(times(record.at.instant), .faint),
                .init(record.record, sentence.style),
                .init(sentence.text),
            ])
        }
        let id = Printable.text(answer.case)
        return "the content of case \(id) was removed on \(times(removed)): only its verdicts are left\n"
            + table.text(paint)
    }
}
