package import TimeBase

/// JSON being written, member by member in the order of the calls, into plain bytes.
///
/// An answer to an import has 10,000 entries: written this way they cost less than the events did to read.
package struct JSONText: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(capacity: Int = 1_024) { bytes.reserveCapacity(capacity) }

    /// Ends a line, so that the next value begins a text of its own (JSON Lines).
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Forgets what was written and keeps the room.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// `{...}`, with the members that the closure writes.
    package mutating func object(_ members: (inout JSONText) -> Void) {
        open("{")
        members(&self)
        close("}")
    }

    /// `[...]`, one value for each element.
    package mutating func array<Element>(_ elements: some Sequence<Element>, _ each: (inout JSONText, Element) -> Void)
    {
        open("[")
        for element in elements { each(&self, element) }
        close("]")
    }

    /// A member's name; its value has to follow.
    package mutating func name(_ name: StaticString) {
        separate()
        // Names are ours and need no escape.
        name.withUTF8Buffer { name in
            bytes.append(UInt8(ascii: "\""))
            unsafe bytes.append(contentsOf: name)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A string, escaped as RFC 8259 section 7 asks.
    package mutating func value(_ text: String) {
        separate()
        string(text)
    }

    /// An integer.
    package mutating func value(_ number: Int64) {
        separate()
        guard number >= 0 else { return bytes.append(contentsOf: String(number).utf8) }
        let first = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(48 + rest % 10))
            rest /= 10
        } while rest > 0
        bytes[first...].reverse()
    }
    /// RFC 3339 with milliseconds.
    package mutating func value(_ instant: Instant) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        instant.appendRFC3339(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }
    /// `true` or `false`.
    package mutating func value(_ isTrue: Bool) { literal(isTrue ? "true" : "false") }
    /// `null`.
    package mutating func null() { literal("null") }

    private mutating func literal(_ text: StaticString) {
        separate()
        text.withUTF8Buffer { text in unsafe bytes.append(contentsOf: text) }
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        let isPlain = text.withUTF8 { text in
            for index in text.indices where unsafe Self.mayNeedEscape(text[index]) { return false }
            unsafe bytes.append(contentsOf: text)
            return true
        }
        if !isPlain { for scalar in text.unicodeScalars { escape(scalar) } }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Whether a byte is, or begins, what `escape` changes; the others of several bytes are many and rarely met.
    private static func mayNeedEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x7F, 0xC2, 0xD8, 0xE2: true
        default: false
        }
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        guard let byte = UInt8(exactly: scalar.value), byte < 0x80 else {
            if scalar.isUnsafeOnTerminals {
                bytes.append(
                    contentsOf: scalar.value < 0x100
                        ? #"\u00"#.utf8 : scalar.value < 0x1000 ? #"\u0"#.utf8 : #"\u"#.utf8
                )
                bytes.append(contentsOf: String(scalar.value, radix: 16).utf8)
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
            return
        }
        escape(byte)
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
        case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        case 0..<0x20, 0x7F:
            bytes.append(contentsOf: byte < 0x10 ? #"\u000"#.utf8 : #"\u00"#.utf8)
            bytes.append(contentsOf: String(byte, radix: 16).utf8)
        default: bytes.append(byte)
        }
    }
}

/// Members; one that is nil is left out.
extension JSONText {
    /// A string; left out where it is nil.
    package mutating func member(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        self.name(name)
        value(text)
    }

    /// An integer; left out where it is nil.
    package mutating func member(_ name: StaticString, _ number: Int?) {
        guard let number else { return }
        self.name(name)
        value(Int64(number))
    }

    /// A truth value; left out where it is nil.
    package mutating func member(_ name: StaticString, _ isTrue: Bool?) {
        guard let isTrue else { return }
        self.name(name)
        value(isTrue)
    }

    /// RFC 3339 with milliseconds.
    package mutating func member(_ name: StaticString, _ instant: Instant?) {
        guard let instant else { return }
        self.name(name)
        value(instant)
    }

    /// In milliseconds; the name says so.
    package mutating func member(_ name: StaticString, _ span: Span?) {
        guard let span else { return }
        self.name(name)
        value(span.milliseconds)
    }

    /// A list of strings; left out where it is nil.
    package mutating func member(_ name: StaticString, _ texts: [String]?) {
        guard let texts else { return }
        self.name(name)
        array(texts) { json, text in json.value(text) }
    }

    /// `null` where there is no text: for a member that is always there.
    package mutating func nullable(_ name: StaticString, _ text: String?) {
        self.name(name)
        if let text { value(text) } else { null() }
    }

    /// An integer, or `null`.
    package mutating func nullable(_ name: StaticString, _ number: Int?) {
        self.name(name)
        if let number { value(Int64(number)) } else { null() }
    }

    /// RFC 3339 with milliseconds, or `null`.
    package mutating func nullable(_ name: StaticString, _ instant: Instant?) {
        self.name(name)
        if let instant { value(instant) } else { null() }
    }
}
