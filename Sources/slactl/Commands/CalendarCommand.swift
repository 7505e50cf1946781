import ArgumentParser

struct CalendarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar",
        abstract: "Show when time counts, and explain deadlines; works without a daemon.",
        discussion: """
            Calendars come from a policy file; "always", every hour in UTC, is built in.
              slactl calendar show office                       a week as bars
              slactl calendar due office "2026-11-20 15:00" 6h  when, and why?
              slactl calendar elapsed office 2026-11-20T14:00:00Z now
              slactl calendar check holidays/de-be.ics          what does it close?
              slactl calendar eval < questions.jsonl            for programs
            """,
        subcommands: [
            CalendarShowCommand.self, CalendarDueCommand.self, CalendarElapsedCommand.self, CalendarCheckCommand.self,
            CalendarEvalCommand.self,
        ]
    )
}
