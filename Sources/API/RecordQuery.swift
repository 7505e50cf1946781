package import Engine

/// Which records of the ledger are asked for, over all cases.
///
/// Everything given must hold.
package struct RecordQuery: Sendable, Equatable {
    /// Only records with a larger number, the oldest of them first; nil for the newest ones.
    package var after: Int64?
    /// Only records with a smaller number.
    package var before: Int64?
    package var caseID: CaseID?
    /// Only records that name this team, and those of cases that it holds now; without regard to case.
    package var team: String?
    /// Empty for all.
    package var kinds: [LedgerRecord.Kind] = []
    /// 1 to 1,000.
    package var limit = 100

    package static let limitMax = 1_000

    package init() {}
}

/// A page of the ledger over all cases.
package struct RecordPage: Sendable {
    /// In the order of their numbers.
    package var records: [LoggedRecord] = []
    /// The number after which to go on, so that nothing is read twice and nothing passed over.
    package var next: Int64
    /// There may be more after `next` already.
    package var hasMore = false
    /// The number before which to go on with older records; nil if there are none, or if the question was for later ones.
    package var previous: Int64?
    /// The number that was given last; 0 if the ledger is empty.
    package var newest: Int64
    /// Names the store: numbers of another one say nothing here.
    package var store: String

    package init(next: Int64, newest: Int64, store: String) {
        self.next = next
        self.newest = newest
        self.store = store
    }
}

/// A ledger record with its case and its number.
package struct LoggedRecord: Sendable {
    /// Rises with every record over all cases, with gaps; never given twice.
    package var number: Int64
    package var caseID: CaseID
    package var record: LedgerRecord

    package init(number: Int64, caseID: CaseID, record: LedgerRecord) {
        self.number = number
        self.caseID = caseID
        self.record = record
    }
}
