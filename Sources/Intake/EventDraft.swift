import Engine
import TimeBase

/// One event while its line is being read: what was found so far, and the first thing that was wrong.
///
/// Reading goes on after a wrong value, so that the answer can name the case even where it stands last in the line. Only
/// what is not JSON ends it at once.
struct EventDraft {
    var caseID: String?
    var id: String?
    var at: Instant?
    var seq: Int64?
    var kind: Event.Kind?
    var source: String?
    var author: Event.Author?
    var openedBy: Opener?
    var fields = CaseFields()
    var text: String?
    var reason: String?
    var until: Instant?
    var into: String?
    var from: String?
    /// A header of the mail says that no person wrote it.
    var isAutomatic = false

    /// Names of unknown keys, in their order.
    private(set) var ignored: [String] = []
    private(set) var refusal: LineRefusal?
    private var seen: UInt32 = 0

    mutating func refuse(_ code: LineRefusal.Code, _ reason: String) {
        if refusal == nil { refusal = LineRefusal(code, reason) }
    }

    mutating func ignore(_ name: String) {
        guard ignored.count < IntakeLimits.ignoredNamesMax else { return }
        let name = name.cutForEcho
        if !ignored.contains(name) { ignored.append(name) }
    }

    /// Marks a key as seen.
    ///
    /// JSON leaves open which of two values would hold, so the second is refused.
    mutating func markSeen(_ entry: EventKey.Entry) {
        if seen & entry.bit != 0 { refuse(.duplicateKey, "\(entry.key.rawValue) is given twice: give it once") }
        seen |= entry.bit
    }

    /// The event, with an empty id where the source gave none.
    func event(receivedAt: Instant, user: String?) throws(LineRefusal) -> Event {
        if let refusal { throw refusal }
        guard let caseID else { throw LineRefusal(.missingKey, "case is missing: name the case the event is about") }
        guard let kind else { throw LineRefusal(.missingKey, "event is missing: name its kind, for example opened") }
        if kind == .snoozed, until == nil {
            throw LineRefusal(.missingKey, "until is missing: a snooze needs an end, a time of RFC 3339")
        }
        if kind == .snoozed || kind == .reapplied, reason?.isEmpty ?? true {
            throw LineRefusal(.missingKey, "reason is missing: \(kind.word) needs one, for those who read the ledger")
        }
        try checkOtherCase(of: kind)
        var event = Event(id: id ?? "", caseID: CaseID(caseID), at: at ?? receivedAt, kind: kind)
        if let source { event.source = source }
        if let author { event.author = author }
        if isAutomatic, event.author == .person { event.author = .auto }
        if let openedBy { event.openedBy = openedBy }
        event.seq = seq
        event.fields = fields
        event.text = text
        event.reason = reason
        event.until = until
        event.user = user
        event.link = (into ?? from).map { Link(CaseID($0)) }
        return event
    }

    /// A merge names the case that survives, a split the one it comes from; no other kind speaks of another case.
    private func checkOtherCase(of kind: Event.Kind) throws(LineRefusal) {
        if kind == .merged, into == nil {
            throw LineRefusal(.missingKey, "into is missing: merged names the case that survives")
        }
        if kind == .split, from == nil {
            throw LineRefusal(.missingKey, "from is missing: split names the case it was split off from")
        }
        if into != nil, kind != .merged {
            throw LineRefusal(.misplacedKey, "into belongs to merged: leave it out of \(kind.word)")
        }
        if from != nil, kind != .split {
            throw LineRefusal(.misplacedKey, "from belongs to split: leave it out of \(kind.word)")
        }
    }
}

extension String {
    /// Short enough to be repeated in an answer.
    var cutForEcho: String {
        count <= IntakeLimits.echoCharactersMax ? self : prefix(IntakeLimits.echoCharactersMax) + "…"
    }
}
