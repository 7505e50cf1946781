import Config
import TimeBase

/// A first policy: one team, one tier, two targets and a short ladder, from six answers.
struct PolicyDraft {
    /// What `slactl init` asks, in this order.
    enum Question: CaseIterable {
        case timeZone
        case hours
        case agents
        case manager
        case firstReply
        case resolution

        var text: String {
            switch self {
            case .timeZone: "1/6 In which time zone do you work?"
            case .hours: "2/6 When are you open?"
            case .agents: "3/6 Who answers cases?"
            case .manager: "4/6 Who is notified of a missed target?"
            case .firstReply: "5/6 How much open time until the first reply?"
            case .resolution: "6/6 How much open time until the resolution?"
            }
        }

        /// What an empty answer means.
        var proposal: String {
            switch self {
            case .timeZone: "Europe/Berlin"
            case .hours: "mon-fri 09:00-17:00"
            case .agents: "First Agent, Second Agent"
            case .manager: "Support Manager"
            case .firstReply: "4h"
            case .resolution: "40h"
            }
        }

        /// `--time-zone`.
        var option: String {
            switch self {
            case .timeZone: "--time-zone"
            case .hours: "--hours"
            case .agents: "--agents"
            case .manager: "--manager"
            case .firstReply: "--first-reply"
            case .resolution: "--resolution"
            }
        }
    }

    private var answers = Dictionary(uniqueKeysWithValues: Question.allCases.map { ($0, $0.proposal) })

    /// Takes an answer if the policy with it has no mistakes; otherwise says why not.
    mutating func take(_ answer: String, for question: Question) -> String? {
        let answer = Self.trimmed(answer)
        guard !answer.isEmpty else { return "it is empty" }
        guard !answer.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return "it has control characters"
        }
        if question == .hours, Self.hours(answer) == nil {
            return "\"\(answer)\" is no list of days and hours; write it like mon-fri 09:00-17:00, sat 10:00-14:00"
        }
        if question == .agents, Self.names(answer).isEmpty { return "it has no name" }
        var changed = self
        changed.answers[question] = answer
        let loaded = ConfigFile.load(
            bytes: Array(changed.text.utf8),
            file: "policy",
            zones: CalendarSource.zones.rules(for:),
            now: WallClock.now()
        )
        if case .failure(let complaints) = loaded, let first = complaints.list.first {
            return first.message + (first.hint.map { "; \($0)" } ?? "")
        }
        self = changed
        return nil
    }

    private func answer(_ question: Question) -> String { answers[question] ?? question.proposal }

    /// The policy file.
    var text: String {
        let agents = Self.names(answer(.agents))
        var ids: Set<String> = []
        let people = (agents + [answer(.manager)]).map { (id: Self.id(of: $0, &ids), name: $0) }
        let manager = people[people.count - 1].id
        let hours = (Self.hours(answer(.hours)) ?? [])
            .map { "      \($0.days): [\($0.spans.map(Self.quoted).joined(separator: ", "))]\n" }.joined()
        return """
            # Written by slactl init. /usr/share/doc/slawatchd/examples/slawatch.yaml explains every key.

            version: 1

            calendars:
              office:
                time_zone: \(Self.quoted(answer(.timeZone)))
                hours:
            \(hours)    # Dates on which nobody works, of every year or of one. A file in iCalendar form: { ics: holidays.ics }.
                holidays: ["01-01", "12-25"]

            people:
            \(people.map { "  \($0.id): { name: \(Self.quoted($0.name)) }\n" }.joined())
            teams:
              support:
                name: Support
                members: [\(people.dropLast().map { "{ person: \($0.id), role: agent }" }.joined(separator: ", "))]
                manager: \(manager)

            last_resort: \(manager)

            tiers:
              1: { name: Front line, team: support, ladder: default }

            start_tier: 1

            # The first rule that matches a case counts. Durations are open time of the calendar.
            targets:
              - name: everything
                calendar: office
                first_reply: \(Self.quoted(answer(.firstReply)))
                resolution: { within: \(Self.quoted(answer(.resolution))), pause_in: [pending, on_hold] }

            ladders:
              default:
                - { at: 75%, notify: [assignee] }
                - { at: breach, notify: [manager] }
                - { at: breach + 2h, every: 2h, times: 3, notify: [manager] }

            """
    }

    /// The hours by days, of `mon-fri 09:00-17:00, sat 10:00-14:00`; nil for anything else.
    ///
    /// Hours alone belong to the days before them.
    private static func hours(_ answer: String) -> [(days: String, spans: [String])]? {
        var hours: [(days: String, spans: [String])] = []
        for part in answer.split(separator: ",") {
            let words = part.split(separator: " ").map(String.init)
            guard let span = words.last, span.contains(":"), words.count <= 2 else { return nil }
            if words.count == 2 {
                guard !words[0].contains(":"), !words[0].contains("#") else { return nil }
                hours.append((words[0], [span]))
            } else if hours.isEmpty {
                return nil
            } else {
                hours[hours.count - 1].spans.append(span)
            }
        }
        return hours.isEmpty ? nil : hours
    }

    private static func names(_ answer: String) -> [String] {
        answer.split(separator: ",").map { trimmed(String($0)) }.filter { !$0.isEmpty }
    }

    /// `grace-mbeki`; a number behind it if somebody has that already.
    private static func id(of name: String, _ taken: inout Set<String>) -> String {
        let letters = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let words = String(letters).split(separator: "-").joined(separator: "-").prefix(40)
        let plain = words.isEmpty ? "person" : String(words)
        var id = plain
        var number = 2
        while !taken.insert(id).inserted {
            id = "\(plain)-\(number)"
            number += 1
        }
        return id
    }

    private static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    /// Without blanks around it.
    static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(String(start.reversed().drop { $0.isWhitespace }).reversed())
    }
}
