import Engine
import TimeBase

// The stored form of a case. Its id is a column of its own and is not repeated here.

extension Case {
    func write(to bytes: inout ByteWriter) {
        bytes.begin()
        bytes.byte(status.rawValue)
        bytes.byte(openedBy.rawValue)
        bytes.instant(openedAt)
        bytes.instant(tierSince)
        bytes.instant(last.at)
        bytes.int(last.arrival)
        bytes.int(eventsApplied)
        bytes.int(openedUnder)
        bytes.int(policyVersion)
        var parts = Presence()
        parts.note(hasReply)
        parts.note(last.seq != .max)
        parts.note(doneAt != nil)
        parts.note(waitingSince != nil)
        parts.note(enforceFrom != nil)
        parts.note(keptFrom != nil)
        parts.note(repliedAt != nil)
        parts.note(withheldUntil != nil)
        parts.note(successor != nil)
        parts.note(isDeleted)
        parts.note(restsSince != nil)
        parts.note(forgottenAt != nil)
        parts.note(handling != nil)
        bytes.unsigned(parts.bits)
        if last.seq != .max { bytes.signed(last.seq) }
        if let doneAt { bytes.instant(doneAt) }
        if let waitingSince { bytes.instant(waitingSince) }
        if let enforceFrom { bytes.instant(enforceFrom) }
        if let keptFrom { bytes.int(keptFrom) }
        if let repliedAt { bytes.instant(repliedAt) }
        if let withheldUntil { bytes.instant(withheldUntil) }
        if let successor { successor.write(to: &bytes) }
        if let restsSince { bytes.instant(restsSince) }
        if let forgottenAt { bytes.instant(forgottenAt) }
        if let handling { handling.write(to: &bytes) }
        bytes.text(source)
        fields.write(to: &bytes)
        bytes.unsigned(UInt64(timers.count))
        for timer in timers { timer.write(to: &bytes) }
        bytes.unsigned(UInt64(withdrawn.count))
        for lost in withdrawn {
            bytes.byte(lost.metric.rawValue)
            bytes.int(lost.cycle)
        }
        bytes.end()
    }

    init(id: CaseID, stored: [UInt8]) throws(Damage) {
        var bytes = try ByteReader(stored)
        let status = try bytes.status()
        let openedBy = try bytes.opener()
        let openedAt = try bytes.instant()
        let tierSince = try bytes.instant()
        let lastAt = try bytes.instant()
        let lastArrival = try bytes.int()
        let eventsApplied = try bytes.int()
        let openedUnder = try bytes.int()
        let policyVersion = try bytes.int()
        var parts = try bytes.presence()
        let hasReply = parts.take()
        let seq = try parts.take() ? bytes.signed() : nil
        let doneAt = try parts.take() ? bytes.instant() : nil
        let waitingSince = try parts.take() ? bytes.instant() : nil
        let enforceFrom = try parts.take() ? bytes.instant() : nil
        let keptFrom = try parts.take() ? bytes.int() : nil
        let repliedAt = try parts.take() ? bytes.instant() : nil
        let withheldUntil = try parts.take() ? bytes.instant() : nil
        let successor = try parts.take() ? Successor(from: &bytes) : nil
        let isDeleted = parts.take()
        let restsSince = try parts.take() ? bytes.instant() : nil
        let forgottenAt = try parts.take() ? bytes.instant() : nil
        let handling = try parts.take() ? Handling(from: &bytes) : nil
        try bytes.finish(parts)
        self.init(
            id: id,
            status: status,
            openedAt: openedAt,
            openedBy: openedBy,
            source: try bytes.text(),
            fields: try CaseFields(from: &bytes),
            last: Position(at: lastAt, seq: seq, arrival: lastArrival)
        )
        self.tierSince = tierSince
        self.hasReply = hasReply
        self.doneAt = doneAt
        self.waitingSince = waitingSince
        self.enforceFrom = enforceFrom
        self.keptFrom = keptFrom
        self.repliedAt = repliedAt
        self.withheldUntil = withheldUntil
        self.successor = successor
        self.isDeleted = isDeleted
        self.restsSince = restsSince
        self.forgottenAt = forgottenAt
        self.handling = handling
        self.eventsApplied = eventsApplied
        self.openedUnder = openedUnder
        self.policyVersion = policyVersion
        let count = try bytes.count()
        timers.reserveCapacity(count)
        for _ in 0..<count { timers.append(try CaseTimer(from: &bytes)) }
        for _ in 0..<(try bytes.count()) {
            withdrawn.append(Withdrawn(metric: try bytes.metric(), cycle: try bytes.int()))
        }
        try bytes.finish()
    }
}

extension CaseFields {
    func write(to bytes: inout ByteWriter) {
        var parts = Presence()
        parts.note(subject != nil)
        parts.note(topic != nil)
        parts.note(language != nil)
        parts.note(channel != nil)
        parts.note(priority != nil)
        parts.note(plan != nil)
        parts.note(customer != nil)
        parts.note(tier != nil)
        parts.note(team != nil)
        parts.note(agent != nil)
        parts.note(tags != nil)
        parts.note(isPrivate != nil)
        parts.note(isPrivate == true)
        bytes.unsigned(parts.bits)
        if let subject { bytes.text(subject) }
        if let topic { bytes.text(topic) }
        if let language { bytes.text(language) }
        if let channel { bytes.text(channel) }
        if let priority { bytes.text(priority) }
        if let plan { bytes.text(plan) }
        if let customer { bytes.text(customer) }
        if let tier { bytes.int(tier) }
        if let team { bytes.text(team) }
        if let agent { bytes.text(agent) }
        if let tags { bytes.texts(tags) }
    }

    init(from bytes: inout ByteReader) throws(Damage) {
        self.init()
        var parts = try bytes.presence()
        subject = try parts.take() ? bytes.text() : nil
        topic = try parts.take() ? bytes.text() : nil
        language = try parts.take() ? bytes.text() : nil
        channel = try parts.take() ? bytes.text() : nil
        priority = try parts.take() ? bytes.text() : nil
        plan = try parts.take() ? bytes.text() : nil
        customer = try parts.take() ? bytes.text() : nil
        tier = try parts.take() ? bytes.int() : nil
        team = try parts.take() ? bytes.text() : nil
        agent = try parts.take() ? bytes.text() : nil
        tags = try parts.take() ? bytes.texts() : nil
        let saysWhetherPrivate = parts.take()
        let isTrue = parts.take()
        isPrivate = saysWhetherPrivate ? isTrue : nil
        try bytes.finish(parts)
    }
}
