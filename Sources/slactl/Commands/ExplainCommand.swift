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
            customer can read it.
              slactl explain T-1042
              slactl explain T-1042 --target first_reply
              slactl explain T-1042 -o json | jq '.cycles[].parts[] | select(.part == "counted")'
            """
    )

    @Argument(
        help: ArgumentHelp("The case's id in the system it comes from.", valueName: "case"),
        transform: CaseArgument.checked
    )
    var caseID: String

    @Option(
        help: ArgumentHelp("Only this target, such as first_reply.", valueName: "target"),
        completion: .list(Metric.allCases.map(\.word))
    )
    var target: String?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func validate() throws {
        guard let target, Metric(word: target) == nil else { return }
        let known = Metric.allCases.map(\.word).joined(separator: ", ")
        throw ValidationError("there is no target \(target): known are \(known)")
    }

    func run() async throws {
        try await DaemonClient.with(socket: connection.socket) { daemon in
            let query = target.map { "?target=\($0)" } ?? ""
            let answer = try await daemon.get("/v1/cases/\(DaemonClient.escaped(caseID))/explanation\(query)")
            switch format {
            case .json: StandardStream.output.write(answer.text)
            case .text: StandardStream.output.write(Self.text(of: try answer.decoded(), target: target, .forOutput))
            }
        }
    }

    /// `target` is the only one that was asked for; nil for all.
    static func text(of answer: ExplanationAnswer, target: String? = nil, _ paint: Paint) -> String {
        if let removed = answer.contentRemovedAt { return Self.text(of: answer, removedAt: removed.instant, paint) }
        guard !answer.cycles.isEmpty else {
            return "\(target ?? "no target") was \(target == nil ? "ever" : "never") measured on case \(answer.case)\n"
        }
        return answer.cycles
            .map { DeadlineStory($0, zones: { try? CalendarSource.zones.rules(for: $0) }, paint).text }
            .joined(separator: "\n")
    }

    /// How its deadlines came about is not known any more; how they came out is.
    private static func text(of answer: ExplanationAnswer, removedAt removed: Instant, _ paint: Paint) -> String {
        var table = Table(["", "", ""])
        for record in answer.verdicts ?? [] {
            let sentence = RecordSentence(record)
            table.add([
                .init(record.at.instant.shortRFC3339, .faint),
                .init(record.record, sentence.style),
                .init(sentence.text),
            ])
        }
        let id = Printable.text(answer.case)
        return "the content of case \(id) was removed on \(removed.shortRFC3339): only its verdicts are left\n"
            + table.text(paint)
    }
}
