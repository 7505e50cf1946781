import ArgumentParser
import Engine

/// The words of events on the command line, with what `--help` says of each.
extension Event.Kind: ExpressibleByArgument {
    package init?(argument: String) {
        self.init(word: argument)
        guard Self.fromOutside.contains(self) else { return nil }
    }
    package var defaultValueDescription: String { word }
    package static var allValueStrings: [String] { fromOutside.map(\.word) }

    /// What follows the word in the help of `event`.
    var explanation: String {
        switch self {
        case .opened: "the case begins"
        case .customerMessage: "the customer wrote"
        case .agentReply: "somebody answered the customer"
        case .note: "an internal note, or fields that changed"
        case .assigned: "it went to an agent or a team"
        case .tagsChanged: "it has other tags"
        case .priorityChanged: "it has another priority"
        case .planChanged: "the customer has another plan"
        case .tierChanged: "another tier works it"
        case .pending: "it is the customer's turn"
        case .onHold: "it is a third party's turn"
        case .resumed: "it is our turn again"
        case .resolved: "it is solved"
        case .closed: "it is over"
        case .reopened: "it is not over after all"
        case .noReplyNeeded: "the last message needs no answer"
        case .acknowledged: "a person took it; see slactl ack"
        case .snoozed: "nobody is told until a certain time; see slactl snooze"
        case .snoozeEnded: "people are told again; see slactl snooze --end"
        case .reapplied: "its targets are chosen again; see slactl reapply"
        case .merged: "it went into another case, which takes what comes from now on (--into)"
        case .deadlineSet: "a timer has a deadline set by hand; see slactl deadline"
        case .split: "it was split off from another case (--from)"
        case .absorbed: "another case went into it; only the daemon says so"
        case .spam: "it is no case: its timers end, what they came to does not count"
        case .notSpam: "it is a case after all, as if it had never been spam"
        case .deleted: "its content is erased, for good"
        }
    }
}

extension Event.Author: ExpressibleByArgument {
    package init?(argument: String) { self.init(word: argument) }
    package var defaultValueDescription: String { word }
    package static var allValueStrings: [String] { allCases.map(\.word) }
    package static var allValueDescriptions: [String: String] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.word, $0.explanation) })
    }

    private var explanation: String {
        switch self {
        case .person: "only a person's reply counts"
        case .bot: "a program that talks"
        case .auto: "an automatic reply, an out-of-office mail"
        }
    }
}

extension Opener: ExpressibleByArgument {
    package init?(argument: String) { self.init(word: argument) }
    package var defaultValueDescription: String { word }
    package static var allValueStrings: [String] { allCases.map(\.word) }
    package static var allValueDescriptions: [String: String] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.word, $0.explanation) })
    }

    private var explanation: String {
        switch self {
        case .customer: "somebody waits for a first reply"
        case .staff: "nobody waits yet"
        case .system: "monitoring, say; counts as the customer"
        }
    }
}
