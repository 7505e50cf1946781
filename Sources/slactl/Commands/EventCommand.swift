import ArgumentParser
import Engine
import TimeBase

struct EventCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "Tell the daemon one fact about a case.",
        discussion: """
            KIND is what happened, in the past tense; any event may also set any field of the case.
              slactl event opened T-7 --priority high --subject "cannot log in"
              slactl event customer_message T-7
              slactl event agent_reply T-7 --author person
              slactl event pending T-7 --reason "waits for a screenshot"
              slactl event tier_changed T-7 --tier 2
              slactl event resolved T-7 --at 2026-11-21T14:02:10Z
              slactl event merged T-7 --into T-9

            Kinds:
            \(kinds)

            It returns after the event is stored. The same --id again is answered "duplicate" and changes nothing.
            """
    )

    /// One line for each kind, with what it means.
    private static var kinds: String {
        Event.Kind.fromOutside
            .map { kind in
                "  \(kind.word)\(String(repeating: " ", count: 18 - kind.word.count))\(kind.explanation)"
            }
            .joined(separator: "\n")
    }

    @Argument(
        help: ArgumentHelp("What happened: one of the kinds above.", valueName: "kind"),
        completion: .list(Event.Kind.allValueStrings)
    )
    var kind: Event.Kind

    @Argument(
        help: CaseArgument.help,
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var caseID: String

    @OptionGroup(title: "The event") var facts: FactOptions
    @OptionGroup(title: "Fields of the case") var fields: FieldOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func validate() throws {
        let missing: String? =
            if kind == .merged, facts.into == nil {
                "merged needs the case that survives: --into CASE"
            } else if kind == .split, facts.from == nil {
                "split needs the case that it comes from: --from CASE"
            } else if kind == .snoozed, facts.until == nil {
                "snoozed needs its end: --until TIME"
            } else if kind == .deadlineSet {
                "a deadline is set with: slactl deadline CASE TARGET TIME --reason TEXT"
            } else {
                nil
            }
        if let missing { throw ValidationError(missing) }
    }

    func run() async throws {
        try await EventDocument(kind: kind, caseID: caseID, facts: facts, fields: fields, now: WallClock.now())
            .submit(to: connection, output)
    }
}

/// What an event says of itself.
struct FactOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "When it happened: RFC 3339, \"yesterday 17:00\" or 2h for two hours ago. (default: now)",
            valueName: "time"
        ),
        transform: TimeArgument.past
    )
    var at: Instant?

    @Option(help: ArgumentHelp("The source's own id of the event.", valueName: "text"))
    var id: String?

    @Option(help: ArgumentHelp("The source's own order of events at one instant.", valueName: "number"))
    var seq: Int64?

    @Option(help: ArgumentHelp("The system that says so. (default: api)", valueName: "name"))
    var source: String?

    @Option(help: ArgumentHelp("Who opened the case.", valueName: "opener"))
    var by: Opener?

    @Option(help: ArgumentHelp("Who wrote the message.", valueName: "author"))
    var author: Event.Author?

    @Option(help: ArgumentHelp("The text of the message.", valueName: "text"))
    var text: String?

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var reason: String?

    @Option(
        help: ArgumentHelp("When a snooze ends: RFC 3339, \"tomorrow 9:00\" or 2d.", valueName: "time"),
        transform: TimeArgument.instant
    )
    var until: Instant?

    @Option(
        help: ArgumentHelp("The case that survives a merge.", valueName: "case"),
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var into: String?

    @Option(
        help: ArgumentHelp("The case that it was split off from.", valueName: "case"),
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var from: String?
}

/// What an event sets on its case.
struct FieldOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What it is called.", valueName: "text"))
    var subject: String?

    @Option(help: ArgumentHelp("What it is about.", valueName: "text"))
    var topic: String?

    @Option(help: ArgumentHelp("The customer's language.", valueName: "code"))
    var language: String?

    @Option(help: ArgumentHelp("The channel it came by.", valueName: "name"))
    var channel: String?

    @Option(help: ArgumentHelp("How urgent it is, in the policy's words.", valueName: "name"))
    var priority: String?

    @Option(help: ArgumentHelp("What the customer bought.", valueName: "name"))
    var plan: String?

    @Option(help: ArgumentHelp("Whose case it is.", valueName: "name"))
    var customer: String?

    @Option(help: ArgumentHelp("Which tier works it.", valueName: "number"), completion: Completions.tiers)
    var tier: Int?

    @Option(help: ArgumentHelp("Which team works it.", valueName: "name"), completion: Completions.teams)
    var team: String?

    @Option(help: ArgumentHelp("Who works it; an empty text takes it from its agent.", valueName: "name"))
    var agent: String?

    @Option(
        name: .customLong("tag"),
        help: ArgumentHelp("A tag; repeat it for more. Together they replace the tags there are.", valueName: "name")
    )
    var tags: [String] = []

    @Flag(inversion: .prefixedNo, help: "Whether its text must appear in no notice.")
    var `private`: Bool?
}
