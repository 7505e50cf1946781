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
        bytes.unsigned(parts.bits)
        if let seq = event.seq { bytes.signed(seq) }
        if let text = event.text { bytes.text(text) }
        if let reason = event.reason { bytes.text(reason) }
        if let until = event.until { bytes.instant(until) }
        if let user = event.user { bytes.text(user) }
        if let link = event.link { link.write(to: &bytes) }
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
        try bytes.finish(parts)
        event.fields = try CaseFields(from: &bytes)
        try bytes.finish()
        self.init(
            event: event,
            receivedAt: Instant(milliseconds: receivedAt),
            arrival: arrival,
            isClamped: isClamped
        )
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
