import ArgumentParser
import Config
import TimeBase

struct CalendarEvalCommand: ParsableCommand, AnswersInFormat {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Answer questions about calendars: JSON Lines in, JSON Lines out.",
        discussion: """
            For test suites and other programs. One object a line on standard input, one answer a line, in the same \
            order, at once; broken here to fit:
              {"id":1,"op":"add","start":"2026-11-20T15:00:00+01:00","duration_s":21600,
               "calendar":{"time_zone":"Europe/Berlin",
                           "hours":{"mon-fri":["09:00-17:00"]}}}
              {"id":1,"result":"2026-11-23T12:00:00Z"}

              add           start, duration_s   first time with so much open time since
              subtract      start, duration_s   last time with so much until start
              between       start, end          open seconds, negative if end is first
              is_open       start               true or false
              business_days start, days         closing of that open date after it
              next_opening  start               the first opening after it
              next_closing  start               the first closing after it

            Times are RFC 3339 and are answered in UTC; what is finer than a millisecond is cut off. duration_s may have \
            three decimals and may be negative. calendar has the keys of a calendar in a policy, or is "always", or \
            names one of the policy given with --policy. id is given back as it came. Unknown keys are passed over, but \
            slips for known ones of a calendar are refused.
            What cannot be answered is an answer too, {"id":1,"error":"..."}, also a line that is no JSON; blank lines are \
            none. The exit code is 0 at the end of the input.
              slactl calendar eval < questions.jsonl > answers.jsonl
            """
    )

    @Option(
        help: ArgumentHelp("A policy whose calendars may be named.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var policy: String?

    var format: Format { .json }

    func run() throws {
        let calendars: [LoadedCalendar]? =
            if let policy { try CalendarSource(policy: policy).all() } else { nil }
        var evaluation = Evaluation(calendars: EvalCalendars(zones: CalendarSource.zones, policy: calendars))
        var input = LineInput(lineBytesMax: Evaluation.lineBytesMax)
        var answers = ""
        func flush() {
            guard !answers.isEmpty else { return }
            StandardStream.output.write(answers)
            answers.removeAll(keepingCapacity: true)
        }
        var isFirst = true
        while let line = try input.next(beforeWaiting: flush) {
            switch line {
            case .tooLong: answers += Evaluation.answerToLongLine()
            case .whole(var bytes):
                // Windows puts a byte order mark before the first line.
                if isFirst, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
                let isBlank = bytes.allSatisfy { [0x20, 0x09, 0x0D].contains($0) }
                if !isBlank { answers += evaluation.answer(bytes) }
            }
            isFirst = false
            if answers.utf8.count > Self.answersBytesMax { flush() }
        }
        flush()
    }

    /// Written at the latest when there are so many bytes.
    private static let answersBytesMax = 64 * 1_024
}
