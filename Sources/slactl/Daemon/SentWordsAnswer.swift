import Config
import Engine
import TimeBase

/// The answer to `GET /v1/words`: what sources have sent in the last 90 days (S27).
struct SentWordsAnswer: Decodable {
    /// Kinds of which no word is missing.
    var complete: [String]
    var words: [Word]

    struct Word: Decodable {
        var kind: String
        /// Folded.
        var word: String
    }

    /// How long a daemon may take: who checks a file does not wait for it.
    private static let timeout = Span.seconds(1)

    /// Nil if there is no daemon, or it does not say: a check does without.
    static func ask(socket: String) async -> SentWordsAnswer? {
        try? await DaemonClient.with(socket: socket, timeout: timeout) { daemon in
            try await daemon.get("/v1/words").decoded()
        }
    }

    /// A warning for each word of a policy that was certainly not sent.
    func complaints(about asked: [ConditionWord]) -> [Complaint] {
        let known = Set(
            words.compactMap { word in SentWord.Kind(word: word.kind).map { SentWord($0, word.word) } }
        )
        let complete = Set(complete.compactMap(SentWord.Kind.init(word:)))
        return asked.filter { complete.contains($0.sent.kind) && !known.contains($0.sent) }.map(\.neverSent)
    }
}
