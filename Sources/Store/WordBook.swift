package import Engine
import GRDB
package import TimeBase

/// On which day each word of events was sent last (S27), as the writer knows it.
///
/// A word is written once a day: the table stays as small as the vocabulary of the sources, and almost no commit touches it.
struct WordBook {
    private var days: [SentWord: Int64] = [:]
    private var counts: [SentWord.Kind: Int] = [:]
    /// The day from which on words are kept; nil before the first commit.
    private(set) var since: Int64?

    /// Words of one kind that are kept.
    ///
    /// Sources that invent tags without end would fill the store otherwise.
    static let wordsMax = 10_000
    private static let name = "words_since"

    init() {}

    init(from database: Database) throws {
        since = try Meta.int(Self.name, in: database)
        try Prepared(database, "SELECT kind, word, day FROM words")
            .forEach { row in
                guard let kind = SentWord.Kind(rawValue: Int(row.int(0))) else { return }
                days[SentWord(kind, row.text(1))] = row.int(2)
                counts[kind, default: 0] += 1
            }
    }

    /// Notes the words of facts, and writes those that were not sent on this day yet.
    mutating func note(_ facts: [Fact], at now: Instant, in database: Database) throws {
        let today = Self.day(of: now)
        var news: [SentWord] = []
        for fact in facts {
            fact.event.fields.forEachWord { word in
                guard days[word] ?? .min < today else { return }
                if days[word] == nil {
                    guard counts[word.kind] ?? 0 < Self.wordsMax else { return }
                    counts[word.kind, default: 0] += 1
                }
                days[word] = today
                news.append(word)
            }
        }
        if since == nil {
            since = today
            try Meta.set(Self.name, today, in: database)
        }
        guard !news.isEmpty else { return }
        // Rare: some times a day for each word.
        let insert = try Prepared(database, "INSERT OR REPLACE INTO words(kind, word, day) VALUES(?1, ?2, ?3)")
        for word in news {
            insert.bind(Int64(word.kind.rawValue), at: 1)
            insert.bind(word.word, at: 2)
            insert.bind(today, at: 3)
            try insert.run()
        }
    }

    /// Days since 1970, in UTC.
    static func day(of instant: Instant) -> Int64 {
        let length = Span.hours(24).milliseconds
        let (quotient, remainder) = instant.milliseconds.quotientAndRemainder(dividingBy: length)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension StoreReader {
    /// The words that sources have sent in the 90 days before `now` (S27).
    package func sentWords(now: Instant) throws(StoreProblem) -> SentWords {
        try read("read from the store which words were sent") { database in
            let first = WordBook.day(of: now - SentWord.memory)
            var sent = SentWords(words: [], complete: [])
            var counts: [SentWord.Kind: Int] = [:]
            try Prepared(database, "SELECT kind, word, day FROM words ORDER BY kind, word")
                .forEach { row in
                    guard let kind = SentWord.Kind(rawValue: Int(row.int(0))) else { return }
                    counts[kind, default: 0] += 1
                    if row.int(2) >= first { sent.words.append(SentWord(kind, row.text(1))) }
                }
            if let since = try Meta.int("words_since", in: database), since <= first {
                sent.complete = Set(SentWord.Kind.allCases.filter { counts[$0] ?? 0 < WordBook.wordsMax })
            }
            return sent
        }
    }
}
