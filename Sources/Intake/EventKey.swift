/// The keys of an event that we understand.
///
/// Raw values are the API's: never rename.
enum EventKey: String, CaseIterable {
    case at
    /// When a line of a log arrived; in a log only, ignored elsewhere.
    case receivedAt = "received_at"
    case caseID = "case"
    case event
    case id
    case seq
    case source
    case openedBy = "by"
    case author
    case channel
    case priority
    case plan
    case customer
    case tier
    case team
    case agent
    case tags
    case subject
    case text
    case topic
    case language
    case isPrivate = "private"
    case reason
    case until
    case into
    case from
    case target
    case cycle
    case to
    case headers

    /// A key and its spelling in bytes; `bit` marks it as seen.
    struct Entry {
        var bytes: [UInt8]
        var key: EventKey
        var bit: UInt32
    }

    /// By length, since that leaves three candidates or fewer in most cases and costs nothing.
    private static let entriesByLength: [[Entry]] = {
        var table: [[Entry]] = []
        for (number, key) in allCases.enumerated() {
            let bytes = Array(key.rawValue.utf8)
            while table.count <= bytes.count { table.append([]) }
            table[bytes.count].append(Entry(bytes: bytes, key: key, bit: 1 << UInt32(number)))
        }
        return table
    }()

    /// The known key spelled by `token`; nil for an unknown one.
    static func find(_ token: JSONScanner.Token, in line: Bytes) -> Entry? {
        switch token {
        case .plain(let range):
            for entry in candidates(ofLength: range.count) where matches(entry, line, at: range.lowerBound) {
                return entry
            }
            return nil
        case .decoded(let bytes):
            return candidates(ofLength: bytes.count).first { $0.bytes == bytes }
        }
    }

    private static func candidates(ofLength length: Int) -> [Entry] {
        length < entriesByLength.count ? entriesByLength[length] : []
    }

    private static func matches(_ entry: Entry, _ line: Bytes, at start: Int) -> Bool {
        for index in entry.bytes.indices where line[start + index] != entry.bytes[index] { return false }
        return true
    }
}
