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
    /// Where the value of `at` stands in the line; nil if there is none.
    var timeRange: Range<Int>?
    /// When the line of a log says that it arrived.
    var receivedAt: Instant?
    var seq: Int64?
    var kind: Event.Kind?
    var source: String?
    /// As the line has it; `checkWords` says whether it is one that is known.
    var author: String?
    var openedBy: String?
    var fields = CaseFields()
    var text: String?
    var reason: String?
    var until: Instant?
    var into: String?
    var from: String?
    var target: Metric?
    var cycle: Int?
    var to: Instant?
    /// A header of the mail says that no person wrote it.
    var isAutomatic = false

    /// Names of unknown keys, in their order.
    private(set) var ignored: [String] = []
    private(set) var refusal: LineRefusal?
    /// What was wrong with values that matter to some kinds only.
    private var postponed: [(key: EventKey, refusal: LineRefusal)] = []
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

    /// Takes back a refusal that the value of `key` has brought, until the kind is known.
    mutating func postponeRefusal(of key: EventKey) {
        if let refusal { postponed.append((key, refusal)) }
        refusal = nil
    }

    /// Refuses a strange word where it would change what the event means, and names its key as ignored where not.
    ///
    /// Help desks write many a name behind `by` and `author`: whoever made a note or closed the case is of no concern to
    /// its clocks.
    mutating func checkWords() {
        var keys: [EventKey] = []
        if kind == .merged || kind == .split { keys = [.into, .from] }
        if kind == .deadlineSet { keys = [.target, .cycle, .to] }
        for (key, refusal) in postponed {
            if keys.contains(key) { refuse(refusal.code, refusal.reason) } else { ignore(key.rawValue) }
        }
        // A mail is from somebody and to somebody, too.
        if !keys.contains(.into) {
            if into != nil { ignore(EventKey.into.rawValue) }
            if from != nil { ignore(EventKey.from.rawValue) }
            (into, from) = (nil, nil)
        }
        if !keys.contains(.to) {
            if target != nil { ignore(EventKey.target.rawValue) }
            if cycle != nil { ignore(EventKey.cycle.rawValue) }
            if to != nil { ignore(EventKey.to.rawValue) }
            (target, cycle, to) = (nil, nil, nil)
        }
        // Whoever sets a deadline or does something about the notices is named as the help desk names them.
        let namesPerson = kind == .deadlineSet || kind?.isAboutNotices == true
        if let openedBy, !namesPerson, Opener(word: openedBy) == nil {
            if kind == .opened {
                refuse(.unknownWord, "by is \"\(openedBy.cutForEcho)\": use customer, staff or system")
            } else {
                ignore(EventKey.openedBy.rawValue)
            }
        }
        if let author, Event.Author(word: author) == nil {
            if kind == .agentReply || kind == .customerMessage {
                refuse(.unknownWord, "author is \"\(author.cutForEcho)\": use person, bot or auto")
            } else {
                ignore(EventKey.author.rawValue)
            }
        }
    }

    /// The event, with an empty id where the source gave none.
    func event(receivedAt: Instant, user: String?) throws(LineRefusal) -> Event {
        if let refusal { throw refusal }
        guard let caseID else { throw LineRefusal(.missingKey, "case is missing: name the case the event is about") }
        guard let kind else { throw LineRefusal(.missingKey, "event is missing: name its kind, for example opened") }
        if kind == .snoozed, until == nil {
            throw LineRefusal(.missingKey, "until is missing: a snooze needs an end, a time of RFC 3339")
        }
        if kind == .snoozed || kind == .reapplied || kind == .deadlineSet, reason?.isEmpty ?? true {
            throw LineRefusal(.missingKey, "reason is missing: \(kind.word) needs one, for those who read the ledger")
        }
        try checkOtherCase(of: kind)
        let setting = try deadlineSetting(of: kind)
        var event = Event(id: id ?? "", caseID: CaseID(caseID), at: at ?? receivedAt, kind: kind)
        if let source { event.source = source }
        if let author = author.flatMap(Event.Author.init(word:)) { event.author = author }
        if isAutomatic, event.author == .person { event.author = .auto }
        if let openedBy = openedBy.flatMap(Opener.init(word:)) { event.openedBy = openedBy }
        event.seq = seq
        event.fields = fields
        event.text = text
        event.reason = reason
        event.until = until
        event.user = user
        event.deadline = setting
        if kind.isAboutNotices, openedBy?.isEmpty == false { event.by = openedBy }
        event.link = (into ?? from).map { Link(CaseID($0)) }
        return event
    }

    /// What `deadline_set` asks for; nil for every other kind (S19).
    private func deadlineSetting(of kind: Event.Kind) throws(LineRefusal) -> DeadlineSetting? {
        guard kind == .deadlineSet else { return nil }
        guard let target else {
            throw LineRefusal(.missingKey, "target is missing: name the timer, for example resolution")
        }
        guard let to else {
            throw LineRefusal(.missingKey, "to is missing: deadline_set needs the new deadline, a time of RFC 3339")
        }
        return DeadlineSetting(target, cycle: cycle, to: to, by: openedBy)
    }

    /// A merge names the case that survives, a split the one it comes from, and neither both.
    private func checkOtherCase(of kind: Event.Kind) throws(LineRefusal) {
        if kind == .merged, into == nil {
            throw LineRefusal(.missingKey, "into is missing: merged names the case that survives")
        }
        if kind == .split, from == nil {
            throw LineRefusal(.missingKey, "from is missing: split names the case it was split off from")
        }
        if kind == .split, into != nil {
            throw LineRefusal(.misplacedKey, "into belongs to merged: leave it out of split")
        }
        if kind == .merged, from != nil {
            throw LineRefusal(.misplacedKey, "from belongs to split: leave it out of merged")
        }
    }
}

extension String {
    /// Short enough to be repeated in an answer.
    var cutForEcho: String {
        count <= IntakeLimits.echoCharactersMax ? self : prefix(IntakeLimits.echoCharactersMax) + "…"
    }
}
