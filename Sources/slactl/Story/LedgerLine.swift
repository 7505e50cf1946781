/// One record of the ledger as a line that stands alone: when, what, which case, and the words of `show`.
struct LedgerLine {
    private let logged: LoggedRecordAnswer
    private let times: TimeText

    init(_ logged: LoggedRecordAnswer, _ times: TimeText) {
        self.logged = logged
        self.times = times
    }

    /// Wide enough for every word, so that the ids of cases stand below each other.
    private static let wordColumns = 12

    /// With a line feed at the end.
    func text(_ paint: Paint) -> String {
        let record = logged.record
        let sentence = RecordSentence(record, times)
        let word = Printable.text(record.record)
        let padding = String(repeating: " ", count: max(0, Self.wordColumns - word.count))
        let what = Printable.text(sentence.text)
        return paint(.faint, times(record.at.instant)) + "  " + paint(sentence.style, word) + padding + "  "
            + paint(.bold, Printable.text(logged.case)) + (what.isEmpty ? "" : "  " + what) + "\n"
    }
}
