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

            Kinds:
            \(kinds)

            It returns after the event is stored. The same --id again is answered "duplicate" and changes nothing.
            """
    )

    /// One line for each kind, with what it means.
    private static var kinds: String {
        Event.Kind.allCases
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

    @Argument(help: ArgumentHelp("The case's id in the system it comes from.", valueName: "case"))
    var caseID: String

    @OptionGroup(title: "The event") var facts: FactOptions
    @OptionGroup(title: "Fields of the case") var fields: FieldOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions
    var format: Format { output.format }

    func run() async throws {
        try await EventDocument(kind: kind, caseID: caseID, facts: facts, fields: fields, now: WallClock.now())
            .submit(to: connection.socket, format)
    }
}

/// What an event says of itself.
struct FactOptions: ParsableArguments {
    @Option(help: ArgumentHelp("When it happened: RFC 3339, or now. (default: now)", valueName: "time"))
    var at: TimeArgument?

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

    @Option(help: ArgumentHelp("Which tier works it.", valueName: "number"))
    var tier: Int?

    @Option(help: ArgumentHelp("Which team works it.", valueName: "name"))
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

/// The body of `POST /v1/events` for one event; keys that nobody gave are left out.
struct EventDocument: Encodable, Equatable {
    var at: String
    var `case`: String
    var event: String
    var id: String?
    var seq: Int64?
    var source: String?
    var by: String?
    var author: String?
    var channel: String?
    var priority: String?
    var plan: String?
    var customer: String?
    var tier: Int?
    var team: String?
    var agent: String?
    var tags: [String]?
    var subject: String?
    var text: String?
    var topic: String?
    var language: String?
    var `private`: Bool?
    var reason: String?

    init(kind: Event.Kind, caseID: String, now: Instant) {
        at = now.rfc3339
        self.case = caseID
        event = kind.word
    }

    init(kind: Event.Kind, caseID: String, facts: FactOptions, fields: FieldOptions, now: Instant) {
        self.init(kind: kind, caseID: caseID, now: facts.at?.instant ?? now)
        id = facts.id
        seq = facts.seq
        source = facts.source
        by = facts.by?.word
        author = facts.author?.word
        text = facts.text
        reason = facts.reason
        channel = fields.channel
        priority = fields.priority
        plan = fields.plan
        customer = fields.customer
        tier = fields.tier
        team = fields.team
        agent = fields.agent
        tags = fields.tags.isEmpty ? nil : fields.tags
        subject = fields.subject
        topic = fields.topic
        language = fields.language
        self.private = fields.private
    }

    /// Hands the event in, writes the answer, and fails where it was refused.
    func submit(to socket: String, _ format: Format) async throws {
        try await DaemonClient.with(socket: socket) { daemon in
            let answer = try await daemon.post("/v1/events", body: Array(JSONText.of(self).utf8))
            let events: EventsAnswer = try answer.decoded()
            switch format {
            case .json: StandardStream.output.write(answer.text)
            case .text: break
            }
            let result = events.results?.first
            guard events.refused == 0 else {
                throw Failure(
                    code: .refused,
                    message:
                        "cannot apply \(event) to case \(self.case): \(result?.reason ?? result?.code ?? "refused")"
                )
            }
            guard format == .text else { return }
            if let ignored = result?.ignored, !ignored.isEmpty {
                StandardStream.error.write("slactl: ignored by the daemon: \(ignored.joined(separator: ", "))\n")
            }
            let id = result?.id.map { ", id \(Printable.text($0))" } ?? ""
            let caseID = Printable.text(self.case)
            StandardStream.output.write(
                events.duplicate > 0
                    ? "duplicate: \(event) of case \(caseID) was known already\(id)\n"
                    : "applied: \(event) to case \(caseID)\(id)\n"
            )
        }
    }
}
