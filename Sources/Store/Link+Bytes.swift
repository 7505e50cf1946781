import Engine
import TimeBase

// The stored form of what cases know of each other.

extension Link {
    func write(to bytes: inout ByteWriter) {
        bytes.text(caseID.rawValue)
        bytes.int(number)
        var parts = Presence()
        parts.note(waitingSince != nil)
        parts.note(isCounted)
        parts.note(opens)
        parts.note(wasTaken)
        bytes.unsigned(parts.bits)
        if let waitingSince { bytes.instant(waitingSince) }
    }

    convenience init(from bytes: inout ByteReader) throws(Damage) {
        let caseID = CaseID(try bytes.text())
        let number = try bytes.int()
        var parts = try bytes.presence()
        let waitingSince = try parts.take() ? bytes.instant() : nil
        let isCounted = parts.take()
        let opens = parts.take()
        let wasTaken = parts.take()
        try bytes.finish(parts)
        self.init(
            caseID,
            waitingSince: waitingSince,
            isCounted: isCounted,
            number: number,
            opens: opens,
            wasTaken: wasTaken
        )
    }
}

extension Successor {
    func write(to bytes: inout ByteWriter) {
        bytes.text(caseID.rawValue)
        bytes.instant(position.at)
        bytes.int(position.arrival)
        var parts = Presence()
        parts.note(isMerge)
        parts.note(position.seq != .max)
        parts.note(handedOver != nil)
        bytes.unsigned(parts.bits)
        if position.seq != .max { bytes.signed(position.seq) }
        if let handedOver { handedOver.write(to: &bytes) }
    }

    convenience init(from bytes: inout ByteReader) throws(Damage) {
        let caseID = CaseID(try bytes.text())
        let at = try bytes.instant()
        let arrival = try bytes.int()
        var parts = try bytes.presence()
        let isMerge = parts.take()
        let seq = try parts.take() ? bytes.signed() : nil
        let handedOver = try parts.take() ? Link(from: &bytes) : nil
        try bytes.finish(parts)
        self.init(
            caseID,
            after: Position(at: at, seq: seq, arrival: arrival),
            isMerge: isMerge,
            handedOver: handedOver
        )
    }
}
