/// The answer to `GET /v1/records`.
struct RecordsAnswer: Decodable {
    /// Names the store that the numbers belong to.
    var store: String
    var records: [LoggedRecordAnswer]
    /// The number after which to go on.
    var next: Int64
    var hasMore: Bool
    /// The number before which to go on with older records.
    var previous: Int64?
    /// The number that was given last.
    var newest: Int64
}

/// A decision in the ledger with its case and its number.
struct LoggedRecordAnswer: Decodable {
    var number: Int64
    var `case`: String
    var record: RecordAnswer

    private enum CodingKeys: String, CodingKey {
        case number
        case `case`
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        number = try container.decode(Int64.self, forKey: .number)
        self.case = try container.decode(String.self, forKey: .case)
        record = try RecordAnswer(from: decoder)
    }
}

/// How far a reader of the ledger has come.
///
/// It survives what happens to the daemon: the next question begins where the last answer ended.
struct RecordCursor: Equatable {
    /// The number after which to go on.
    private(set) var number: Int64
    private let store: String

    init(_ answer: RecordsAnswer) {
        number = answer.next
        store = answer.store
    }

    /// The numbers of the answer are not those that the cursor counts by: another store is in place, or an older copy of
    /// this one, which has not come as far yet.
    func isLost(in answer: RecordsAnswer) -> Bool { answer.store != store || answer.newest < number }

    /// Goes on to where an answer ended; if the cursor is lost in it, to the end of the ledger that is there now.
    mutating func advance(to answer: RecordsAnswer) {
        if isLost(in: answer) { skip(to: answer) } else { number = answer.next }
    }

    /// Goes to the end of the ledger that an answer is from.
    mutating func skip(to answer: RecordsAnswer) {
        self = RecordCursor(answer)
        number = answer.newest
    }
}
