import Engine
import TimeBase

// How the words of the domain are written: instants and spans as numbers, enums by their raw values.

extension ByteWriter {
    mutating func instant(_ value: Instant) { signed(value.milliseconds) }
    mutating func span(_ value: Span) { signed(value.milliseconds) }

    mutating func texts(_ values: [String]) {
        unsigned(UInt64(values.count))
        for value in values { text(value) }
    }
}

extension ByteReader {
    mutating func instant() throws(Damage) -> Instant { Instant(milliseconds: try signed()) }
    mutating func span() throws(Damage) -> Span { Span(milliseconds: try signed()) }

    mutating func texts() throws(Damage) -> [String] {
        var values: [String] = []
        for _ in 0..<(try count()) { values.append(try text()) }
        return values
    }

    mutating func status() throws(Damage) -> Status { try word("status", Status.init(rawValue:)) }
    mutating func opener() throws(Damage) -> Opener { try word("opener", Opener.init(rawValue:)) }
    mutating func metric() throws(Damage) -> Metric { try word("metric", Metric.init(rawValue:)) }
    mutating func author() throws(Damage) -> Event.Author { try word("author", Event.Author.init(rawValue:)) }
    mutating func eventKind() throws(Damage) -> Event.Kind { try word("event kind", Event.Kind.init(rawValue:)) }

    mutating func recordKind() throws(Damage) -> LedgerRecord.Kind {
        try word("ledger kind", LedgerRecord.Kind.init(rawValue:))
    }

    mutating func timerState() throws(Damage) -> CaseTimer.State {
        try word("timer state", CaseTimer.State.init(rawValue:))
    }

    mutating func cancellation() throws(Damage) -> CaseTimer.Cancellation {
        try word("cancellation", CaseTimer.Cancellation.init(rawValue:))
    }

    private mutating func word<Word>(_ name: StaticString, _ make: (UInt8) -> Word?) throws(Damage) -> Word {
        let number = try byte()
        guard let word = make(number) else { throw Damage("\(name) \(number) is unknown") }
        return word
    }
}
