import ArgumentParser
import Engine
import TimeBase

struct LogCommand: AsyncParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show what was decided last, over all cases, and go on showing it.",
        discussion: """
            One line for each record of the ledger, in the order in which they were written; the time is the one at which \
            it became true. --follow waits for more, also through a restart of the daemon: nothing is shown twice and \
            nothing is passed over. It ends with Ctrl-C.
              slactl log
              slactl log --follow --kind breached --kind escalated
              slactl log --case T-1042 -n 1000
              slactl log --team desk -f
              slactl log -o jsonl --after 18230     what was written after that number
            """
    )

    @Option(
        name: [.customShort("n"), .customLong("lines")],
        parsing: .unconditional,
        help: ArgumentHelp("The last so many. (default: \(Self.countDefault))", valueName: "count")
    )
    var count: Int?

    @Flag(name: .shortAndLong, help: "Go on with what is written from now on.")
    var follow = false

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp("Only records of this case.", valueName: "case"),
        completion: Completions.cases,
        transform: CaseArgument.checked
    )
    var caseID: String?

    @Option(
        help: ArgumentHelp("Only records that name this team or are of a case that it holds.", valueName: "name"),
        completion: Completions.teams
    )
    var team: String?

    @Option(
        help: ArgumentHelp(
            "Only records of this kind, such as breached; can be given several times.",
            valueName: "kind"
        ),
        completion: .list(Self.kinds),
        transform: Self.checkedKind
    )
    var kind: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("All records after this one, in place of the last ones.", valueName: "number")
    )
    var after: Int64?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: "How to answer: text for people; json or jsonl for programs, one object a line."
    )
    var lineFormat = LineFormat.text

    @OptionGroup var connection: ConnectionOptions
    @Flag(help: "Show times in UTC, not as the clocks of this machine show them.")
    var utc = false

    var format: Format { lineFormat == .text ? .text : .json }

    static let countDefault = 50
    static let countMax = 100_000
    static let kinds = LedgerRecord.Kind.allCases.map(\.word)

    @Sendable
    private static func checkedKind(_ word: String) throws -> String {
        guard kinds.contains(word) else { throw ValidationError("use \(kinds.joined(separator: ", "))") }
        return word
    }

    func validate() throws {
        guard 0...Self.countMax ~= count ?? 0 else {
            throw ValidationError("--lines is \(count ?? 0), expected 0 to \(Self.countMax)")
        }
        guard after ?? 0 >= 0 else { throw ValidationError("--after is \(after ?? 0), expected 0 or more") }
        guard after == nil || count == nil else {
            throw ValidationError("--after shows all that follow: leave out --lines")
        }
    }

    /// Which records, as `GET /v1/records` wants it.
    var query: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if let caseID { query.append(("case", caseID)) }
        if let team { query.append(("team", team)) }
        if !kind.isEmpty { query.append(("kind", kind.joined(separator: ","))) }
        return query
    }

    func run() async throws {
        try await DaemonClient.with(connection) { daemon in
            let feed = RecordFeed(daemon, query)
            let cursor: RecordCursor
            if let after {
                cursor = try await feed.onward(after: after, write)
            } else {
                let (pages, end) = try await feed.newest(count ?? Self.countDefault)
                for page in pages { try write(page) }
                cursor = end
            }
            guard follow else { return }
            try await StandardStream.output.whileRead {
                try await feed.follow(cursor, say: { StandardStream.error.write("slactl: \($0)\n") }, write)
            }
        }
    }

    private func write(_ page: RecordFeed.Page) throws {
        guard !page.answer.records.isEmpty else { return }
        switch lineFormat {
        case .text:
            let times = utc ? TimeText.utc : .local
            let paint = Paint.forOutput
            StandardStream.output.write(page.answer.records.map { LedgerLine($0, times).text(paint) }.joined())
        case .json, .jsonl: StandardStream.output.write(try page.lines)
        }
    }
}

/// How lines that come one after another are written.
enum LineFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    /// One object a line, as `jsonl`: there is no end at which a list could be closed.
    case json
    case jsonl
}
