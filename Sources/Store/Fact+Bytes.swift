import Engine
import TimeBase

// The stored form of a fact. Case, source and id of its event are the key of its row and are not repeated here.

extension Fact {
    func write(to bytes: inout ByteWriter) {
        bytes.begin()
        bytes.byte(event.kind.rawValue)
        bytes.byte(event.author.rawValue)
        bytes.byte(event.openedBy.rawValue)
        bytes.instant(event.at)
        bytes.span(receivedAt - event.at)
        bytes.int(arrival)
        var parts = Presence()
        parts.note(isClamped)
        parts.note(event.seq != nil)
        parts.note(event.text != nil)
        parts.note(event.reason != nil)
        parts.note(event.until != nil)
        parts.note(event.user != nil)
        parts.note(event.link != nil)
        parts.note(refusedFor != nil)
        parts.note(event.deadline != nil)
        parts.note(event.by != nil)
        parts.note(datedAt != nil)
        bytes.unsigned(parts.bits)
        if let seq = event.seq { bytes.signed(seq) }
        if let text = event.text { bytes.text(text) }
        if let reason = event.reason { bytes.text(reason) }
        if let until = event.until { bytes.instant(until) }
        if let user = event.user { bytes.text(user) }
        if let link = event.link { link.write(to: &bytes) }
        if let refusedFor { refusedFor.write(to: &bytes) }
        if let deadline = event.deadline { deadline.write(to: &bytes) }
        if let by = event.by { bytes.text(by) }
        if let datedAt { bytes.instant(datedAt) }
        event.fields.write(to: &bytes)
        bytes.end()
    }

    init(caseID: CaseID, key: FactKey, stored: [UInt8]) throws(Damage) {
        var bytes = try ByteReader(stored)
        let kind = try bytes.eventKind()
        let author = try bytes.author()
        let openedBy = try bytes.opener()
        let at = try bytes.instant()
        let receivedAfter = try bytes.signed()
        let (receivedAt, overflow) = at.milliseconds.addingReportingOverflow(receivedAfter)
        guard !overflow else { throw Damage("an instant is too large") }
        let arrival = try bytes.int()
        var parts = try bytes.presence()
        let isClamped = parts.take()
        var event = Event(id: key.eventID, caseID: caseID, at: at, kind: kind, source: key.source)
        event.author = author
        event.openedBy = openedBy
        event.seq = try parts.take() ? bytes.signed() : nil
        event.text = try parts.take() ? bytes.text() : nil
        event.reason = try parts.take() ? bytes.text() : nil
        event.until = try parts.take() ? bytes.instant() : nil
        event.user = try parts.take() ? bytes.text() : nil
        event.link = try parts.take() ? Link(from: &bytes) : nil
        let refusedFor = try parts.take() ? StateRefusal(from: &bytes) : nil
        event.deadline = try parts.take() ? DeadlineSetting(from: &bytes) : nil
        event.by = try parts.take() ? bytes.text() : nil
        let datedAt = try parts.take() ? bytes.instant() : nil
        try bytes.finish(parts)
        event.fields = try CaseFields(from: &bytes)
        try bytes.finish()
        self.init(
            event: event,
            receivedAt: Instant(milliseconds: receivedAt),
            arrival: arrival,
            isClamped: isClamped
        )
        self.refusedFor = refusedFor
        self.datedAt = datedAt
    }
}

extension StateRefusal {
    /// Those of timers follow it; the numbers of `closed` are those of the statuses after its own.
    private static let alreadyOpenNumber: UInt8 = 0
    private static let closedNumber: UInt8 = 16

    fileprivate func write(to bytes: inout ByteWriter) {
        switch self {
        case .alreadyOpen: bytes.byte(Self.alreadyOpenNumber)
        case .timer(let why): bytes.byte(why.rawValue)
        case .closed(let status): bytes.byte(Self.closedNumber + status.rawValue)
        }
    }

    fileprivate init(from bytes: inout ByteReader) throws(Damage) {
        let number = try bytes.byte()
        if number == Self.alreadyOpenNumber {
            self = .alreadyOpen
        } else if let why = TimerRefusal(rawValue: number) {
            self = .timer(why)
        } else if number >= Self.closedNumber, let status = Status(rawValue: number - Self.closedNumber) {
            self = .closed(status)
        } else {
            throw Damage("refusal \(number) is unknown")
        }
    }
}

/// Names an event within its case: what makes the same event, sent again, a duplicate.
struct FactKey: Hashable {
    var source: String
    var eventID: String
}

extension FactKey {
    /// The length of the source comes first, so that no two pairs have the same bytes whatever characters they hold.
    func write(to bytes: inout ByteWriter) {
        bytes.beginBare()
        bytes.text(source)
        bytes.bare(eventID)
    }

    init(stored: [UInt8]) throws(Damage) {
        var bytes = ByteReader(bare: stored)
        source = try bytes.text()
        eventID = bytes.rest()
    }
}

extension DeadlineSetting {
    fileprivate func write(to bytes: inout ByteWriter) {
        bytes.byte(metric.rawValue)
        bytes.instant(to)
        var parts = Presence()
        parts.note(cycle != nil)
        parts.note(by != nil)
        bytes.unsigned(parts.bits)
        if let cycle { bytes.int(cycle) }
        if let by { bytes.text(by) }
    }

    fileprivate convenience init(from bytes: inout ByteReader) throws(Damage) {
        let metric = try bytes.metric()
        let to = try bytes.instant()
        var parts = try bytes.presence()
        let cycle = try parts.take() ? bytes.int() : nil
        let by = try parts.take() ? bytes.text() : nil
        try bytes.finish(parts)
        self.init(metric, cycle: cycle, to: to, by: by)
    }
}
