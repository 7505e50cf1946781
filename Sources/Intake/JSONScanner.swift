/// Walks over one JSON text (RFC 8259) value by value, without building a tree.
///
/// An event is a flat object with a few known keys, so a tree would cost more than everything else the intake does. The
/// bytes are handed to each call instead of being kept: a span cannot be stored.
package struct JSONScanner {
    /// The next byte to look at.
    package private(set) var position = 0

    package init() {}

    /// Why a text is not JSON.
    package enum Problem: Error {
        /// The text stops inside a value.
        case endsTooSoon
        case unexpected(offset: Int)
        case controlCharacter(offset: Int)
        case loneSurrogate(offset: Int)
        case tooDeep
    }

    /// What the next value is, by its first byte.
    package enum ValueKind: String {
        case string = "text"
        case number = "a number"
        case bool = "true or false"
        case null
        case object = "an object"
        case array = "an array"
    }

    /// A string as it stands in the text: most need no decoding.
    package enum Token {
        /// The bytes between the quotes, without escapes.
        case plain(Range<Int>)
        case decoded([UInt8])
    }

    /// The next byte that is not blank, left where it is; nil at the end.
    package mutating func peek(in text: Bytes) -> UInt8? {
        while position < text.count {
            let byte = text[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return nil
    }

    /// Takes `byte` if it comes next, blanks aside.
    package mutating func take(_ byte: UInt8, in text: Bytes) -> Bool {
        guard peek(in: text) == byte else { return false }
        position += 1
        return true
    }

    /// Takes `byte`, which has to come next, blanks aside.
    package mutating func expect(_ byte: UInt8, in text: Bytes) throws(Problem) {
        guard take(byte, in: text) else { throw unexpected(in: text) }
    }

    /// What comes next, left where it is.
    package mutating func valueKind(in text: Bytes) throws(Problem) -> ValueKind {
        guard let byte = peek(in: text) else { throw .endsTooSoon }
        switch byte {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        default: throw .unexpected(offset: position)
        }
    }

    mutating func bool(in text: Bytes) throws(Problem) -> Bool {
        let isTrue = peek(in: text) == UInt8(ascii: "t")
        try literal(isTrue ? "true" : "false", in: text)
        return isTrue
    }

    /// Reads a number; nil if it is one, but not a whole one of 64 bits.
    mutating func integer(in text: Bytes) throws(Problem) -> Int64? {
        guard peek(in: text) != nil else { throw .endsTooSoon }
        let isNegative = text[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let first = position
        var value: Int64? = 0
        while let digit = digit(at: position, in: text) {
            value = value.flatMap { Self.appending(digit, to: $0, isNegative: isNegative) }
            position += 1
        }
        guard position > first else { throw unexpected(in: text) }
        guard position == first + 1 || text[first] != UInt8(ascii: "0") else { throw .unexpected(offset: first) }
        if position < text.count, text[position] == UInt8(ascii: ".") {
            position += 1
            try digits(in: text)
            value = nil
        }
        if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < text.count, text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits(in: text)
            value = nil
        }
        return value
    }

    /// Skips one value of any kind, checking its form; `nesting` says how deep it lies in what it belongs to.
    package mutating func skipValue(in text: Bytes, nestedIn nesting: Int = 0) throws(Problem) {
        let depthMax = IntakeLimits.depthMax - nesting
        // Bit n of `objects` says whether the container at depth n is an object: recursion would let input choose our
        // stack's depth.
        var objects: UInt64 = 0
        var depth = 0
        repeat {
            switch try valueKind(in: text) {
            case .string: _ = try string(in: text)
            case .number: _ = try integer(in: text)
            case .bool: _ = try bool(in: text)
            case .null: try literal("null", in: text)
            case .object:
                position += 1
                guard depth < depthMax else { throw .tooDeep }
                if !take(UInt8(ascii: "}"), in: text) {
                    objects |= 1 << UInt64(depth)
                    depth += 1
                    try key(in: text)
                    continue
                }
            case .array:
                position += 1
                guard depth < depthMax else { throw .tooDeep }
                if !take(UInt8(ascii: "]"), in: text) {
                    objects &= ~(1 << UInt64(depth))
                    depth += 1
                    continue
                }
            }
            while depth > 0 {
                let isObject = objects & 1 << UInt64(depth - 1) != 0
                if take(UInt8(ascii: ","), in: text) {
                    if isObject { try key(in: text) }
                    break
                }
                try expect(UInt8(ascii: isObject ? "}" : "]"), in: text)
                depth -= 1
            }
        } while depth > 0
    }

    /// What went wrong at the current position.
    package func unexpected(in text: Bytes) -> Problem {
        position < text.count ? .unexpected(offset: position) : .endsTooSoon
    }

    /// Moves behind bytes that another function has read.
    mutating func advance(to newPosition: Int) { position = newPosition }

    private mutating func key(in text: Bytes) throws(Problem) {
        guard peek(in: text) == UInt8(ascii: "\"") else { throw unexpected(in: text) }
        _ = try string(in: text)
        try expect(UInt8(ascii: ":"), in: text)
    }

    mutating func literal(_ word: StaticString, in text: Bytes) throws(Problem) {
        for letter in word.description.utf8 {
            guard position < text.count, text[position] == letter else { throw unexpected(in: text) }
            position += 1
        }
    }

    private mutating func digits(in text: Bytes) throws(Problem) {
        let first = position
        while digit(at: position, in: text) != nil { position += 1 }
        guard position > first else { throw unexpected(in: text) }
    }

    private func digit(at index: Int, in text: Bytes) -> Int64? {
        guard index < text.count else { return nil }
        let digit = text[index] &- UInt8(ascii: "0")
        return digit < 10 ? Int64(digit) : nil
    }

    private static func appending(_ digit: Int64, to value: Int64, isNegative: Bool) -> Int64? {
        let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflowedToo) = product.addingReportingOverflow(isNegative ? -digit : digit)
        return overflowed || overflowedToo ? nil : sum
    }
}
