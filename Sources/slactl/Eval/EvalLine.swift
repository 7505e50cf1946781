import Intake
import TimeBase

/// Why a question is not answered: `cannot verb object: cause`.
struct EvalRefusal: Error, Equatable {
    let message: String
    init(_ message: String) { self.message = message }
}

/// What can be asked of a calendar.
enum EvalOperation: String, CaseIterable {
    case add
    case subtract
    case between
    case isOpen = "is_open"
    case businessDays = "business_days"
    case nextOpening = "next_opening"
    case nextClosing = "next_closing"
}

/// A line of JSON taken apart: where the values of the keys stand that we know.
///
/// Only what the operation asks for is looked at; other keys, and `null`, are passed over.
struct EvalLine {
    /// The text of `id` as it was written; `null` until it was found.
    private(set) var id = "null"
    private let bytes: [UInt8]
    private var values: [(key: Key, kind: JSONScanner.ValueKind, range: Range<Int>)] = []

    enum Key: String, CaseIterable {
        case id
        case calendar
        case op
        case start
        case end
        case at
        case duration = "duration_s"
        case days
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Takes the line apart; what was found before a mistake, the id above all, is kept.
    mutating func read() throws(EvalRefusal) {
        // The span borrows these, so that `self` is free to change.
        let bytes = bytes
        let line = bytes.span
        guard (try? UTF8Span(validating: line)) != nil else { throw Self.refusal("it is not UTF-8") }
        do throws(JSONScanner.Problem) {
            try readObject(line)
        } catch {
            switch error {
            case .endsTooSoon: throw Self.refusal("it is not JSON, it ends too soon")
            case .unexpected(let offset): throw Self.refusal("it is not JSON, unexpected byte at \(offset + 1)")
            case .controlCharacter(let offset):
                throw Self.refusal("it is not JSON, control character at byte \(offset + 1)")
            case .loneSurrogate(let offset):
                throw Self.refusal("half of a surrogate pair at byte \(offset + 1) stands for no character")
            case .tooDeep: throw Self.refusal("values nest deeper than \(IntakeLimits.depthMax)")
            }
        }
        var seen: [Key] = []
        for value in values {
            guard !seen.contains(value.key) else { throw Self.refusal("\(value.key.rawValue) is given twice") }
            seen.append(value.key)
        }
    }

    private mutating func readObject(_ line: Bytes) throws(JSONScanner.Problem) {
        var scanner = JSONScanner()
        if try scanner.valueKind(in: line) != .object {
            try scanner.skipValue(in: line)
        } else {
            try scanner.expect(UInt8(ascii: "{"), in: line)
            if !scanner.take(UInt8(ascii: "}"), in: line) {
                repeat { try readMember(&scanner, line) } while scanner.take(UInt8(ascii: ","), in: line)
                try scanner.expect(UInt8(ascii: "}"), in: line)
            }
        }
        guard scanner.peek(in: line) == nil else { throw scanner.unexpected(in: line) }
    }

    private mutating func readMember(_ scanner: inout JSONScanner, _ line: Bytes) throws(JSONScanner.Problem) {
        guard scanner.peek(in: line) == UInt8(ascii: "\"") else { throw scanner.unexpected(in: line) }
        let name = text(of: try scanner.string(in: line))
        try scanner.expect(UInt8(ascii: ":"), in: line)
        let kind = try scanner.valueKind(in: line)
        let start = scanner.position
        try scanner.skipValue(in: line)
        guard let key = Key(rawValue: name) else { return }
        let range = start..<scanner.position
        if key == .id {
            id = String(decoding: bytes[range], as: UTF8.self)
        } else if kind != .null {
            values.append((key, kind, range))
        }
    }

    private static func refusal(_ cause: String) -> EvalRefusal { EvalRefusal("cannot read the line: \(cause)") }
}

// MARK: Values

extension EvalLine {
    /// A calendar that is written out, or the name of one.
    enum CalendarValue {
        case written(ArraySlice<UInt8>)
        case named(String)
    }

    var operation: EvalOperation {
        get throws(EvalRefusal) {
            let word = try text(.op, "the operation")
            if let operation = EvalOperation(rawValue: word) { return operation }
            let known = EvalOperation.allCases.map(\.rawValue).joined(separator: ", ")
            throw EvalRefusal("cannot answer \"\(Printable.brief(word))\": it is no operation, known are \(known)")
        }
    }

    var calendar: CalendarValue {
        get throws(EvalRefusal) {
            guard let value = value(.calendar) else { throw Self.missing(.calendar) }
            switch value.kind {
            case .object: return .written(bytes[value.range])
            case .string: return .named(try text(.calendar, "a calendar"))
            case .number, .bool, .null, .array: throw Self.wrong(.calendar, value.kind, "an object or a name")
            }
        }
    }

    /// The instant of a key; `other` is another name for it.
    func instant(_ key: Key, or other: Key? = nil) throws(EvalRefusal) -> Instant {
        if let other, value(key) == nil, value(other) != nil { return try instant(other) }
        let text = try text(key, "a time")
        do throws(Instant.TextProblem) {
            return try Instant(rfc3339: text)
        } catch {
            let cause =
                switch error {
                case .notRFC3339:
                    TimeReading.dateThatDoesNotExist(in: text).map { "the date \($0) does not exist" }
                        ?? "not a time of RFC 3339, write 2026-11-21T14:02:10Z"
                case .noLeapSecond: "UTC had no leap second then, write the second after it"
                case .outOfRange: "outside \(Instant.earliest.shortRFC3339) to \(Instant.latest.rfc3339)"
                }
            throw EvalRefusal("cannot use \(key.rawValue) \"\(Printable.brief(text))\": \(cause)")
        }
    }

    var duration: TimeBase.Span {
        get throws(EvalRefusal) {
            guard let value = value(.duration) else { throw Self.missing(.duration) }
            let text: String
            switch value.kind {
            case .number: text = String(decoding: bytes[value.range], as: UTF8.self)
            case .string: text = try self.text(.duration, "seconds")
            case .object, .array, .bool, .null: throw Self.wrong(.duration, value.kind, "a number of seconds")
            }
            do throws(ExactSeconds.Problem) {
                return try ExactSeconds.span(text)
            } catch {
                let cause =
                    switch error {
                    case .notANumber: "not a number of seconds"
                    case .tooFine: "finer than a millisecond, round it"
                    case .tooLarge: "longer than time is kept here, the years 1900 to 2399"
                    }
                throw EvalRefusal("cannot use duration_s \(Printable.brief(text)): \(cause)")
            }
        }
    }

    /// A whole number.
    var days: Int {
        get throws(EvalRefusal) {
            guard let value = value(.days) else { throw Self.missing(.days) }
            let text = String(decoding: bytes[value.range], as: UTF8.self)
            guard value.kind == .number, let days = Int(text) else {
                throw EvalRefusal("cannot use days \(Printable.brief(text)): it is no whole number")
            }
            return days
        }
    }

    private func value(_ key: Key) -> (key: Key, kind: JSONScanner.ValueKind, range: Range<Int>)? {
        values.first { $0.key == key }
    }

    private func text(_ key: Key, _ expected: String) throws(EvalRefusal) -> String {
        guard let value = value(key) else { throw Self.missing(key) }
        guard value.kind == .string else { throw Self.wrong(key, value.kind, "text, \(expected)") }
        var scanner = JSONScanner()
        // Read once already, so it is a string.
        guard let token = try? scanner.string(in: bytes.span.extracting(value.range)) else { throw Self.missing(key) }
        return text(of: token, from: value.range.lowerBound)
    }

    private func text(of token: JSONScanner.Token, from offset: Int = 0) -> String {
        switch token {
        case .plain(let range):
            String(decoding: bytes[offset + range.lowerBound..<offset + range.upperBound], as: UTF8.self)
        case .decoded(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func missing(_ key: Key) -> EvalRefusal {
        EvalRefusal("cannot answer the line: \(key.rawValue) is missing")
    }

    private static func wrong(_ key: Key, _ found: JSONScanner.ValueKind, _ expected: String) -> EvalRefusal {
        EvalRefusal("cannot use \(key.rawValue): it is \(found.rawValue), expected \(expected)")
    }
}
