/// A header field of a mail that tells an automatic message from one that a person wrote (S10).
///
/// Not `X-Auto-Response-Suppress`: people's own mail programs send it.
///
/// Raw values are the names of the fields in small letters: they are compared without regard to case (RFC 5322, 1.2.2).
enum MailHeader: String, CaseIterable {
    /// RFC 3834, section 5.
    case autoSubmitted = "auto-submitted"
    /// Older than any standard, and still what lists and vacation programs write (RFC 3834, section 3.1.8).
    case precedence

    /// Nil for every other field.
    init?(name: String) {
        guard name.utf8.count <= Self.nameBytesMax else { return nil }
        self.init(rawValue: name.lowercased())
    }

    private static let nameBytesMax = 24

    /// Whether a message with this value was written by a program.
    func saysAutomatic(_ value: String) -> Bool {
        // A keyword, then parameters or a comment in brackets that do not matter here.
        let word = value.split(whereSeparator: { $0 == ";" || $0 == "(" || $0.isWhitespace }).first?.lowercased() ?? ""
        switch self {
        case .autoSubmitted: return word != "no" && !word.isEmpty
        case .precedence: return ["bulk", "junk", "auto_reply"].contains(word)
        }
    }
}
