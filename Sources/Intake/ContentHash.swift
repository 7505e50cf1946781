import Engine
import TimeBase

/// The id of an event whose source gave it none: a hash of what it says, so that a file imported twice changes nothing
/// (S20).
///
/// Two lanes of 64 bits, FNV-1a and a variant with its own multiplier, so that a collision in one tells nothing of the
/// other. It finds the same event again; it does not keep out a sender who wants two events to be taken for one.
struct ContentHash: Hashable {
    private var first: UInt64 = 0xCBF2_9CE4_8422_2325
    private var second: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// Everything of `event` but its id, its `seq`, and who handed it in.
    init(of event: Event) {
        mix(event.source)
        mix(event.caseID.rawValue)
        mix(UInt64(event.kind.rawValue))
        mix(UInt64(bitPattern: event.at.milliseconds))
        mix(UInt64(event.openedBy.rawValue) << 8 | UInt64(event.author.rawValue))
        let fields = event.fields
        mix(fields.subject)
        mix(fields.topic)
        mix(fields.language)
        mix(fields.channel)
        mix(fields.priority)
        mix(fields.plan)
        mix(fields.customer)
        mix(UInt64(bitPattern: Int64(fields.tier ?? -1)))
        mix(fields.team)
        mix(fields.agent)
        if let tags = fields.tags {
            mix(UInt64(tags.count))
            for tag in tags { mix(tag) }
        } else {
            mix(nil)
        }
        mix(fields.isPrivate.map { $0 ? "true" : "false" })
        mix(event.text)
        mix(event.reason)
        // Only where there is one: ids given out before there was such a key stay.
        if let until = event.until { mix(until.rfc3339) }
        if let link = event.link { mix(link.caseID.rawValue) }
        if let setting = event.deadline {
            mix(setting.metric.word)
            mix(UInt64(setting.cycle ?? 0))
            mix(UInt64(bitPattern: setting.to.milliseconds))
            mix(setting.by)
        }
    }

    /// The id: `~` and 32 hexadecimal digits.
    ///
    /// `ordinal` counts the events before it in its request that say the same.
    func id(ordinal: Int) -> String {
        var hash = self
        hash.mix(UInt64(ordinal))
        var bytes: [UInt8] = [UInt8(ascii: "~")]
        bytes.reserveCapacity(33)
        for lane in [Self.finished(hash.first), Self.finished(hash.second)] {
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: lane >> UInt64(shift)) & 0xF
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func mix(_ byte: UInt8) {
        first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        second = (second ^ UInt64(byte)) &* 0xD6E8_FEB8_6659_FD93
        second ^= second >> 32
    }

    /// 0xFE and 0xFF never occur in UTF-8: no text can be continued to look like another, nor like none.
    private mutating func mix(_ text: String?) {
        guard let text else { return mix(UInt8(0xFF)) }
        for byte in text.utf8 { mix(byte) }
        mix(UInt8(0xFE))
    }

    private mutating func mix(_ number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }

    /// Spreads the last bytes over all bits (the finaliser of MurmurHash3, public domain).
    private static func finished(_ lane: UInt64) -> UInt64 {
        var lane = lane
        lane = (lane ^ lane >> 33) &* 0xFF51_AFD7_ED55_8CCD
        lane = (lane ^ lane >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return lane ^ lane >> 33
    }
}

/// Ids for the events of one body or file that bring none: equal events are told apart by their order.
struct DerivedIDs {
    /// How often the same content has come without an id.
    private var occurrences: [ContentHash: Int] = [:]

    mutating func next(for event: Event) -> String {
        let hash = ContentHash(of: event)
        let ordinal = occurrences[hash, default: 0]
        occurrences[hash] = ordinal + 1
        return hash.id(ordinal: ordinal)
    }
}
