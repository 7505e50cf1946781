import Engine
import TimeBase

// The stored form of what people did about the notices of a case.

extension Handling {
    func write(to bytes: inout ByteWriter) {
        var parts = Presence()
        parts.note(acknowledgement != nil)
        parts.note(acknowledgement?.by != nil)
        parts.note(snooze != nil)
        parts.note(snooze?.by != nil)
        bytes.unsigned(parts.bits)
        if let acknowledgement {
            bytes.instant(acknowledgement.at)
            if let by = acknowledgement.by { bytes.text(by) }
        }
        if let snooze {
            bytes.instant(snooze.since)
            bytes.instant(snooze.until)
            if let by = snooze.by { bytes.text(by) }
        }
        bytes.unsigned(UInt64(untold.count))
        for decision in untold { decision.write(to: &bytes) }
    }

    convenience init(from bytes: inout ByteReader) throws(Damage) {
        var parts = try bytes.presence()
        let isAcknowledged = parts.take()
        let namesTaker = parts.take()
        let isSnoozed = parts.take()
        let namesSnoozer = parts.take()
        try bytes.finish(parts)
        var acknowledgement: Acknowledgement?
        if isAcknowledged {
            let at = try bytes.instant()
            acknowledgement = Acknowledgement(at: at, by: namesTaker ? try bytes.text() : nil)
        }
        var snooze: Snooze?
        if isSnoozed {
            let since = try bytes.instant()
            let until = try bytes.instant()
            snooze = Snooze(since: since, until: until, by: namesSnoozer ? try bytes.text() : nil)
        }
        var untold: [Untold] = []
        for _ in 0..<(try bytes.count()) { untold.append(try Untold(from: &bytes)) }
        self.init(acknowledgement: acknowledgement, snooze: snooze, untold: untold)
    }
}

extension Untold {
    fileprivate func write(to bytes: inout ByteWriter) {
        bytes.byte(kind.rawValue)
        bytes.byte(metric.rawValue)
        bytes.int(cycle)
        bytes.int(revision)
        bytes.instant(at)
        bytes.instant(deadline)
        bytes.int(tier)
        bytes.texts(to)
    }

    fileprivate init(from bytes: inout ByteReader) throws(Damage) {
        let kind = try bytes.recordKind()
        let metric = try bytes.metric()
        let cycle = try bytes.int()
        let revision = try bytes.int()
        let at = try bytes.instant()
        let deadline = try bytes.instant()
        let tier = try bytes.int()
        self.init(
            kind: kind,
            metric: metric,
            cycle: cycle,
            revision: revision,
            at: at,
            deadline: deadline,
            tier: tier,
            to: try bytes.texts()
        )
    }
}
