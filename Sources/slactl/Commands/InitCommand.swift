import ArgumentParser
import Glibc
import TimeBase

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a first policy from the answers to six questions.",
        discussion: """
            Asks for what the options do not say. With all six options it asks nothing. The policy has no mistakes; read \
            it, add tiers and teams, and install it.
              slactl init
              slactl init support.yaml --time-zone Europe/Berlin
              slactl init --hours "mon-fri 09:00-17:00" --first-reply 4h
            """
    )

    @Argument(
        help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var file = "slawatch.yaml"

    @Option(help: ArgumentHelp("The zone of the opening hours.", valueName: "zone"))
    var timeZone: String?

    @Option(help: ArgumentHelp("Opening hours: \"mon-fri 09:00-17:00, sat 10:00-14:00\".", valueName: "hours"))
    var hours: String?

    @Option(help: ArgumentHelp("Who answers cases, with commas between.", valueName: "names"))
    var agents: String?

    @Option(help: ArgumentHelp("Who is notified of a missed target.", valueName: "name"))
    var manager: String?

    @Option(help: ArgumentHelp("Open time until the first reply.", valueName: "span"))
    var firstReply: String?

    @Option(help: ArgumentHelp("Open time until the resolution.", valueName: "span"))
    var resolution: String?

    @Flag(help: "Replace the file if there is one.")
    var force = false

    func run() throws {
        // Before anything is asked, so that no answer is lost.
        if file != "-", !force, unsafe access(file, F_OK) == 0 {
            throw Failure(code: .usage, message: "cannot write \(file): it exists already, add --force to replace it")
        }
        var draft = PolicyDraft()
        for question in PolicyDraft.Question.allCases {
            if let given = option(question) {
                guard let refusal = draft.take(given, for: question) else { continue }
                throw Failure(code: .usage, message: "cannot use \(question.option): \(refusal)")
            }
            try ask(question, &draft)
        }
        try write(draft.text)
    }

    private func option(_ question: PolicyDraft.Question) -> String? {
        switch question {
        case .timeZone: timeZone
        case .hours: hours
        case .agents: agents
        case .manager: manager
        case .firstReply: firstReply
        case .resolution: resolution
        }
    }

    /// Asks until the answer can be used; an empty line takes what stands in brackets.
    private func ask(_ question: PolicyDraft.Question, _ draft: inout PolicyDraft) throws(Failure) {
        while true {
            StandardStream.error.write("\(question.text) [\(question.proposal)] ")
            guard let line = readLine() else {
                throw Failure(
                    code: .usage,
                    message: "cannot ask for \(question.option): the input ends, give the option"
                )
            }
            let answer = PolicyDraft.trimmed(line)
            guard let refusal = draft.take(answer.isEmpty ? question.proposal : answer, for: question) else { return }
            StandardStream.error.write("  \(Printable.text(refusal))\n")
        }
    }

    private func write(_ text: String) throws(Failure) {
        guard file != "-" else { return StandardStream.output.write(text) }
        func failed() -> Failure {
            Failure(
                code: .inputOutput,
                message: "cannot write \(file): \(unsafe String(cString: strerror(errno)).lowercased())"
            )
        }
        // Without --force a file that came up meanwhile stays, too.
        let place = force ? O_TRUNC : O_EXCL
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_CLOEXEC | place, 0o644)
        guard descriptor >= 0 else { throw failed() }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let failure = failed()
                close(descriptor)
                throw failure
            }
            rest = rest.dropFirst(count)
        }
        guard close(descriptor) == 0 else { throw failed() }
        StandardStream.error.write(
            """
            \(file) has a policy without mistakes. Next:
              slactl check-config \(file)
              sudo install -m 644 \(file) /etc/slawatchd/slawatch.yaml
              sudo systemctl reload-or-restart slawatchd

            """
        )
    }
}
