import TimeBase

/// Picks events of a feed: `Christmas Day` by summary, category or location, `/^School/` by a pattern in one of them.
package struct EventPick: Hashable, Sendable {
    /// As it is written, without blanks around it.
    package let text: String
    /// What stands between the slashes; nil for a text that has to be equal.
    private let pattern: String?

    /// Why a pattern cannot be used: `is no pattern: ...`.
    package struct Unusable: Error, Sendable {
        package let cause: String
    }

    /// Takes any text; one between slashes has to be a regular expression.
    package init(_ text: String) throws(Unusable) {
        let text = HolidayFeed.trimmed(text)
        self.text = text
        guard text.count > 2, text.hasPrefix("/"), text.hasSuffix("/") else {
            pattern = nil
            return
        }
        let pattern = String(text.dropFirst().dropLast())
        guard pattern.count <= FeedLimits.patternCharactersMax else {
            throw Unusable(cause: "has more than \(FeedLimits.patternCharactersMax) characters")
        }
        do {
            _ = try Regex(pattern)
        } catch {
            throw Unusable(cause: "is no regular expression")
        }
        self.pattern = pattern
    }

    /// Ready to be asked for many events.
    var matcher: EventMatcher { EventMatcher(text: text, pattern: pattern.flatMap { try? Regex($0) }) }
}

/// A pick with its pattern compiled; lives no longer than one expansion.
struct EventMatcher {
    let text: String
    let pattern: Regex<AnyRegexOutput>?

    /// Whether the summary, a category or the location fits.
    func matches(_ event: FeedEvent) -> Bool {
        guard let pattern else {
            return event.summary == text || event.location == text || event.categories.contains(text)
        }
        return ([event.summary, event.location] + event.categories)
            .contains { !$0.isEmpty && $0.prefix(FeedLimits.matchedCharactersMax).contains(pattern) }
    }
}

/// Which events of a feed count.
package struct EventChoice: Sendable {
    package var only: [EventPick]?
    package var except: [EventPick]

    /// - Parameters:
    ///   - only: Events that none of these picks do not count; nil if all may.
    ///   - except: Events that one of these picks do not count.
    package init(only: [EventPick]? = nil, except: [EventPick] = []) {
        self.only = only
        self.except = except
    }

    /// Every event.
    package static let all = EventChoice()
}
