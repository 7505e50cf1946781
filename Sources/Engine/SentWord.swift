package import TimeBase

/// A word that an event said of its case, of a kind that conditions ask for (S27).
package struct SentWord: Hashable, Sendable {
    package var kind: Kind
    /// Folded: words that differ only in case are one.
    package var word: String

    package init(_ kind: Kind, _ word: String) {
        self.kind = kind
        self.word = FoldedWord.folded(word)
    }

    /// Raw values are stored: never renumber.
    package enum Kind: Int, Sendable, CaseIterable {
        case priority = 1
        case plan = 2
        case channel = 3
        case tags = 4

        /// The key of conditions, and the word of the API.
        package var word: String {
            switch self {
            case .priority: "priority"
            case .plan: "plan"
            case .channel: "channel"
            case .tags: "tags"
            }
        }

        package init?(word: String) {
            guard let kind = Self.allCases.first(where: { $0.word == word }) else { return nil }
            self = kind
        }
    }

    /// For how long a word counts as one that sources send, in wall time (S27).
    package static let memory = Span.hours(24 * 90)
}

/// What is known of the words that sources have sent lately.
package struct SentWords: Sendable {
    /// In order of their kinds, then of the words.
    package var words: [SentWord]
    /// Kinds of which every word of the last 90 days is among them: kept for so long, and not too many.
    package var complete: Set<SentWord.Kind>

    package init(words: [SentWord], complete: Set<SentWord.Kind>) {
        self.words = words
        self.complete = complete
    }
}

extension CaseFields {
    /// Calls `body` with each word that conditions can ask for.
    package func forEachWord(_ body: (SentWord) -> Void) {
        if let priority { body(SentWord(.priority, priority)) }
        if let plan { body(SentWord(.plan, plan)) }
        if let channel { body(SentWord(.channel, channel)) }
        for tag in tags ?? [] { body(SentWord(.tags, tag)) }
    }
}
