import Engine
import TimeBase

extension LedgerRecord {
    func write(to bytes: inout ByteWriter) {
        bytes.begin()
        bytes.byte(kind.rawValue)
        bytes.instant(at)
        bytes.instant(noticedAt)
        var parts = Presence()
        parts.note(metric != nil)
        parts.note(cycle != nil)
        parts.note(revision != nil)
        parts.note(deadline != nil)
        parts.note(duration != nil)
        parts.note(calendar != nil)
        parts.note(rule != nil)
        parts.note(policyVersion != nil)
        parts.note(tier != nil)
        parts.note(fromTier != nil)
        parts.note(team != nil)
        parts.note(manager != nil)
        parts.note(!to.isEmpty)
        parts.note(step != nil)
        parts.note(reason != nil)
        parts.note(priority != nil)
        parts.note(change != nil)
        parts.note(eventID != nil)
        parts.note(otherCase != nil)
        parts.note(!digests.isEmpty)
        parts.note(by != nil)
        parts.note(!alsoTold.isEmpty)
        parts.note(until != nil)
        bytes.unsigned(parts.bits)
        if let metric { bytes.byte(metric.rawValue) }
        if let cycle { bytes.int(cycle) }
        if let revision { bytes.int(revision) }
        if let deadline { bytes.instant(deadline) }
        if let duration { bytes.span(duration) }
        if let calendar { bytes.text(calendar) }
        if let rule { bytes.text(rule) }
        if let policyVersion { bytes.int(policyVersion) }
        if let tier { bytes.int(tier) }
        if let fromTier { bytes.int(fromTier) }
        if let team { bytes.text(team) }
        if let manager { bytes.text(manager) }
        if !to.isEmpty { bytes.texts(to) }
        if let step { bytes.text(step) }
        if let reason { bytes.text(reason) }
        if let priority { bytes.int(priority) }
        if let change { change.write(to: &bytes) }
        if let eventID { bytes.text(eventID) }
        if let otherCase { bytes.text(otherCase.rawValue) }
        if !digests.isEmpty { bytes.texts(digests) }
        if let by { bytes.text(by) }
        if !alsoTold.isEmpty { bytes.texts(alsoTold) }
        if let until { bytes.instant(until) }
        bytes.end()
    }

    init(stored: [UInt8]) throws(Damage) {
        var bytes = try ByteReader(stored)
        let kind = try bytes.recordKind()
        let at = try bytes.instant()
        self.init(kind: kind, at: at, noticedAt: try bytes.instant())
        var parts = try bytes.presence()
        metric = try parts.take() ? bytes.metric() : nil
        cycle = try parts.take() ? bytes.int() : nil
        revision = try parts.take() ? bytes.int() : nil
        deadline = try parts.take() ? bytes.instant() : nil
        duration = try parts.take() ? bytes.span() : nil
        calendar = try parts.take() ? bytes.text() : nil
        rule = try parts.take() ? bytes.text() : nil
        policyVersion = try parts.take() ? bytes.int() : nil
        tier = try parts.take() ? bytes.int() : nil
        fromTier = try parts.take() ? bytes.int() : nil
        team = try parts.take() ? bytes.text() : nil
        manager = try parts.take() ? bytes.text() : nil
        to = try parts.take() ? bytes.texts() : []
        step = try parts.take() ? bytes.text() : nil
        reason = try parts.take() ? bytes.text() : nil
        priority = try parts.take() ? bytes.int() : nil
        change = try parts.take() ? CaseFields(from: &bytes) : nil
        eventID = try parts.take() ? bytes.text() : nil
        otherCase = try parts.take() ? CaseID(bytes.text()) : nil
        digests = try parts.take() ? bytes.texts() : []
        by = try parts.take() ? bytes.text() : nil
        alsoTold = try parts.take() ? bytes.texts() : []
        until = try parts.take() ? bytes.instant() : nil
        try bytes.finish(parts)
        try bytes.finish()
    }
}
