import Engine
import TimeBase

/// Reads one JSON object as an event.
struct LineReader {
    private(set) var draft = EventDraft()
    private(set) var form = Form.broken
    private var scanner = JSONScanner()
    /// Where the text begins in its file or body, for what is said of a byte of it.
    private let place: TextPlace
    /// Whether `received_at` means something: in a log.
    private let isOfLog: Bool
    /// How deep the value that is read lies in that of its key.
    private var nesting = 0

    init(at place: TextPlace, isOfLog: Bool) {
        self.place = place
        self.isOfLog = isOfLog
    }

    /// Whether what was read is JSON at all, whatever it says.
    enum Form {
        case whole
        /// It stops inside a value: the object may go on in the next line.
        case endsTooSoon
        case broken
    }

    mutating func read(_ line: Bytes) throws(LineRefusal) {
        do throws(JSONScanner.Problem) {
            try readObject(line)
            form = .whole
        } catch {
            if case .endsTooSoon = error { form = .endsTooSoon }
            throw refusal(for: error, line)
        }
        guard draft.refusal == nil else { return }
        do throws(UTF8.ValidationError) {
            // Values that nobody looks at too: JSON is UTF-8 as a whole (RFC 8259, section 8.1).
            _ = try UTF8Span(validating: line)
        } catch {
            let offset = place.name(ofByte: error.byteOffsets.lowerBound, in: line)
            draft.refuse(.invalidUTF8, "the line is not UTF-8 at \(offset): convert it, for example with iconv")
        }
    }

    private mutating func readObject(_ line: Bytes) throws(JSONScanner.Problem) {
        let kind = try scanner.valueKind(in: line)
        if kind != .object {
            try scanner.skipValue(in: line)
            draft.refuse(.notAnObject, "a line must be one JSON object, not \(kind.rawValue): send one event a line")
        } else {
            try scanner.expect(UInt8(ascii: "{"), in: line)
            if !scanner.take(UInt8(ascii: "}"), in: line) {
                repeat { try readMember(line) } while scanner.take(UInt8(ascii: ","), in: line)
                try scanner.expect(UInt8(ascii: "}"), in: line)
            }
            draft.checkWords()
        }
        guard scanner.peek(in: line) == nil else { throw scanner.unexpected(in: line) }
    }

    private mutating func readMember(_ line: Bytes) throws(JSONScanner.Problem) {
        guard scanner.peek(in: line) == UInt8(ascii: "\"") else { throw scanner.unexpected(in: line) }
        let token = try scanner.string(in: line)
        try scanner.expect(UInt8(ascii: ":"), in: line)
        guard let entry = EventKey.find(token, in: line) else {
            draft.ignore(Self.string(of: token, in: line) ?? "(not UTF-8)")
            return try scanner.skipValue(in: line)
        }
        // `null` says that the key is not given: it may be given elsewhere.
        guard try scanner.valueKind(in: line) != .null else { return try scanner.skipValue(in: line) }
        if entry.key == .receivedAt, !isOfLog {
            draft.ignore(entry.key.rawValue)
            return try scanner.skipValue(in: line)
        }
        draft.markSeen(entry)
        let start = scanner.position
        try readValue(of: entry.key, line)
        if entry.key == .at { draft.timeRange = start..<scanner.position }
    }

    private mutating func readValue(of key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) {
        switch key {
        case .caseID: draft.caseID = try readCaseID(key, line)
        case .id: draft.id = try readID(key, line)
        case .source: draft.source = try readID(key, line)
        case .at: draft.at = try readInstant(key, line)
        case .receivedAt: draft.receivedAt = try readInstant(key, line)
        case .event: draft.kind = try readKind(line)
        case .seq: draft.seq = try readInteger(key, line)
        case .openedBy: draft.openedBy = try readText(key.rawValue, line, lengthMax: IntakeLimits.shortLengthMax)
        case .author: draft.author = try readText(key.rawValue, line, lengthMax: IntakeLimits.shortLengthMax)
        case .tier: draft.fields.tier = try readTier(line)
        case .isPrivate: draft.fields.isPrivate = try readBool(key, line)
        case .tags: draft.fields.tags = try readTags(line)
        case .channel: draft.fields.channel = try readShort(key, line)
        case .priority: draft.fields.priority = try readShort(key, line)
        case .plan: draft.fields.plan = try readShort(key, line)
        case .customer: draft.fields.customer = try readShort(key, line)
        case .team: draft.fields.team = try readShort(key, line)
        case .agent: draft.fields.agent = try readShort(key, line)
        case .topic: draft.fields.topic = try readShort(key, line)
        case .language: draft.fields.language = try readShort(key, line)
        case .subject: draft.fields.subject = try readText(key.rawValue, line, lengthMax: IntakeLimits.subjectLengthMax)
        case .until: draft.until = try readInstant(key, line)
        case .into: draft.into = try readLink(key, line)
        case .from: draft.from = try readLink(key, line)
        case .target:
            draft.target = try postponing(key) { reader throws(JSONScanner.Problem) in try reader.readTarget(line) }
        case .cycle:
            draft.cycle = try postponing(key) { reader throws(JSONScanner.Problem) in try reader.readCycle(line) }
        case .to:
            draft.to = try postponing(key) { reader throws(JSONScanner.Problem) in try reader.readInstant(key, line) }
        case .reason: draft.reason = try readText(key.rawValue, line, lengthMax: IntakeLimits.subjectLengthMax)
        case .text: draft.text = try readText(key.rawValue, line, lengthMax: IntakeLimits.textLengthMax)
        case .headers: draft.isAutomatic = try readHeaders(line)
        }
    }
}

/// One function for each sort of value. Nil: it was refused and the draft says why.
extension LineReader {
    private mutating func readID(_ key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) -> String? {
        guard let text = try readShort(key, line, lengthMax: IntakeLimits.idLengthMax) else { return nil }
        // Most ids are letters and digits, and have nothing that has to be looked up.
        if !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return text }
        guard text.unicodeScalars.contains(where: \.isVisible) else {
            draft.refuse(
                .empty,
                "\(key.rawValue) is \(text.isEmpty ? "empty" : "blank"): give it a value or leave it out"
            )
            return nil
        }
        if let scalar = text.unicodeScalars.first(where: \.isTreacherous) {
            let why =
                scalar.rearrangesText ? "which breaks a line or changes the order of the text" : "which nobody sees"
            draft.refuse(.controlCharacter, "\(key.rawValue) contains \(scalar.codePoint), \(why): remove it")
            return nil
        }
        return text
    }

    /// Whether it names a case depends on the kind, which may stand behind it.
    private mutating func readLink(_ key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) -> String? {
        try postponing(key) { reader throws(JSONScanner.Problem) in try reader.readCaseID(key, line) }
    }

    /// A whole number is its digits (S26).
    private mutating func readCaseID(_ key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) -> String? {
        guard try scanner.valueKind(in: line) == .number else { return try readID(key, line) }
        if let number = try scanner.integer(in: line) { return String(number) }
        draft.refuse(.wrongType, "\(key.rawValue) must be text or a whole number of at most 64 bits")
        return nil
    }

    /// Reads a value that matters to some kinds only: what is wrong with it is said once the kind is known.
    private mutating func postponing<Value>(
        _ key: EventKey,
        _ read: (inout LineReader) throws(JSONScanner.Problem) -> Value?
    ) throws(JSONScanner.Problem) -> Value? {
        let wasRefused = draft.refusal != nil
        let value = try read(&self)
        if !wasRefused { draft.postponeRefusal(of: key) }
        return value
    }

    private mutating func readTarget(_ line: Bytes) throws(JSONScanner.Problem) -> Metric? {
        guard let word = try readText("target", line, lengthMax: IntakeLimits.shortLengthMax) else { return nil }
        if let metric = Metric(word: word) { return metric }
        let known = Metric.allCases.map(\.word).joined(separator: ", ")
        draft.refuse(.unknownWord, "target is \"\(word.cutForEcho)\": known are \(known)")
        return nil
    }

    private mutating func readCycle(_ line: Bytes) throws(JSONScanner.Problem) -> Int? {
        guard let number = try readInteger(.cycle, line) else { return nil }
        guard number >= 1, let cycle = Int(exactly: number) else {
            draft.refuse(.outOfRange, "cycle is \(number): the first is 1")
            return nil
        }
        return cycle
    }

    private mutating func readShort(
        _ key: EventKey,
        _ line: Bytes,
        lengthMax: Int = IntakeLimits.shortLengthMax
    ) throws(JSONScanner.Problem) -> String? {
        guard let text = try readText(key.rawValue, line, lengthMax: lengthMax) else { return nil }
        return withoutControlCharacters(text, key.rawValue)
    }

    private mutating func readTags(_ line: Bytes) throws(JSONScanner.Problem) -> [String]? {
        guard try expect(.array, "a list of texts", of: "tags", line) else { return nil }
        var tags: [String] = []
        try scanner.expect(UInt8(ascii: "["), in: line)
        guard !scanner.take(UInt8(ascii: "]"), in: line) else { return tags }
        repeat {
            guard tags.count < IntakeLimits.tagsMax else {
                draft.refuse(.tooManyTags, "tags has more than \(IntakeLimits.tagsMax) entries, which is the limit")
                try scanner.skipValue(in: line)
                continue
            }
            if let tag = try readText("tags", line, lengthMax: IntakeLimits.shortLengthMax),
                let clean = withoutControlCharacters(tag, "tags")
            {
                tags.append(clean)
            }
        } while scanner.take(UInt8(ascii: ","), in: line)
        try scanner.expect(UInt8(ascii: "]"), in: line)
        return tags
    }

    /// Looks for headers of the mail that say that no person wrote it; the others are skipped, whatever they hold.
    ///
    /// A header that came several times has a list of texts.
    private mutating func readHeaders(_ line: Bytes) throws(JSONScanner.Problem) -> Bool {
        guard try expect(.object, "an object with a text for each header", of: "headers", line) else { return false }
        var isAutomatic = false
        try scanner.expect(UInt8(ascii: "{"), in: line)
        guard !scanner.take(UInt8(ascii: "}"), in: line) else { return false }
        repeat {
            guard scanner.peek(in: line) == UInt8(ascii: "\"") else { throw scanner.unexpected(in: line) }
            let name = Self.string(of: try scanner.string(in: line), in: line)
            try scanner.expect(UInt8(ascii: ":"), in: line)
            nesting = 1
            defer { nesting = 0 }
            guard let header = name.flatMap(MailHeader.init(name:)) else {
                try scanner.skipValue(in: line, nestedIn: nesting)
                continue
            }
            for value in try readHeaderValues(line) where header.saysAutomatic(value) { isAutomatic = true }
        } while scanner.take(UInt8(ascii: ","), in: line)
        try scanner.expect(UInt8(ascii: "}"), in: line)
        return isAutomatic
    }

    private mutating func readHeaderValues(_ line: Bytes) throws(JSONScanner.Problem) -> [String] {
        let kind = try scanner.valueKind(in: line)
        // A header that the mail does not have.
        if kind == .null {
            try scanner.skipValue(in: line)
            return []
        }
        guard kind == .array else {
            return try readText("headers", line, lengthMax: IntakeLimits.subjectLengthMax).map { [$0] } ?? []
        }
        var values: [String] = []
        nesting = 2
        try scanner.expect(UInt8(ascii: "["), in: line)
        guard !scanner.take(UInt8(ascii: "]"), in: line) else { return values }
        repeat {
            if try scanner.valueKind(in: line) == .null {
                try scanner.skipValue(in: line)
            } else if let value = try readText("headers", line, lengthMax: IntakeLimits.subjectLengthMax) {
                values.append(value)
            }
        } while scanner.take(UInt8(ascii: ","), in: line)
        try scanner.expect(UInt8(ascii: "]"), in: line)
        return values
    }

    private mutating func readInstant(_ key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) -> Instant? {
        guard let text = try readText(key.rawValue, line, lengthMax: IntakeLimits.shortLengthMax) else { return nil }
        do throws(Instant.TextProblem) {
            return try Instant(rfc3339: text)
        } catch {
            switch error {
            case .notRFC3339:
                let found = text.cutForEcho
                draft.refuse(
                    .invalidTime,
                    "\(key.rawValue) is \"\(found)\", not a time of RFC 3339: write 2026-11-21T14:02:10Z"
                )
            case .noLeapSecond:
                draft.refuse(
                    .invalidTime,
                    "\(key.rawValue) is \"\(text.cutForEcho)\": UTC had no leap second then, write the second after it"
                )
            case .outOfRange:
                draft.refuse(
                    .outOfRange,
                    "\(key.rawValue) is \(text.cutForEcho), outside \(Instant.earliest.shortRFC3339) to \(Instant.latest.rfc3339)"
                )
            }
            return nil
        }
    }

    private static let kinds = Dictionary(uniqueKeysWithValues: Event.Kind.fromOutside.map { ($0.word, $0) })

    private mutating func readKind(_ line: Bytes) throws(JSONScanner.Problem) -> Event.Kind? {
        guard let word = try readText("event", line, lengthMax: IntakeLimits.shortLengthMax) else { return nil }
        if let kind = Self.kinds[word] { return kind }
        let known = Event.Kind.fromOutside.map(\.word).joined(separator: ", ")
        draft.refuse(.unknownKind, "unknown kind \"\(word.cutForEcho)\": known are \(known)")
        return nil
    }

    private mutating func readTier(_ line: Bytes) throws(JSONScanner.Problem) -> Int? {
        guard let number = try readInteger(.tier, line) else { return nil }
        guard let tier = Int(exactly: number), (0...IntakeLimits.tierMax).contains(tier) else {
            draft.refuse(.outOfRange, "tier is \(number): use 0 to \(IntakeLimits.tierMax)")
            return nil
        }
        return tier
    }

    private mutating func readInteger(_ key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) -> Int64? {
        guard try expect(.number, "a whole number", of: key.rawValue, line) else { return nil }
        if let number = try scanner.integer(in: line) { return number }
        draft.refuse(.outOfRange, "\(key.rawValue) must be a whole number of at most 64 bits")
        return nil
    }

    private mutating func readBool(_ key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) -> Bool? {
        guard try expect(.bool, "true or false", of: key.rawValue, line) else { return nil }
        return try scanner.bool(in: line)
    }

    private mutating func readText(
        _ name: String,
        _ line: Bytes,
        lengthMax: Int
    ) throws(JSONScanner.Problem) -> String? {
        guard try expect(.string, "text", of: name, line) else { return nil }
        let token = try scanner.string(in: line)
        // No text has more characters than bytes.
        if token.byteCount > lengthMax {
            let length = token.characterCount(in: line)
            guard length <= lengthMax else {
                draft.refuse(.tooLong, "\(name) has \(length) characters: the limit is \(lengthMax)")
                return nil
            }
        }
        guard let text = Self.string(of: token, in: line) else {
            draft.refuse(.invalidUTF8, "\(name) is not UTF-8")
            return nil
        }
        if case .decoded(let bytes) = token, bytes.contains(0) {
            draft.refuse(.controlCharacter, "\(name) contains a NUL")
            return nil
        }
        return text
    }

    /// Skips a value of another kind and refuses it.
    private mutating func expect(
        _ wanted: JSONScanner.ValueKind,
        _ description: String,
        of name: String,
        _ line: Bytes
    ) throws(JSONScanner.Problem) -> Bool {
        let found = try scanner.valueKind(in: line)
        guard found != wanted else { return true }
        draft.refuse(.wrongType, "\(name) must be \(description), not \(found.rawValue)")
        try scanner.skipValue(in: line, nestedIn: nesting)
        return false
    }

    private mutating func withoutControlCharacters(_ text: String, _ name: String) -> String? {
        guard let scalar = text.unicodeScalars.first(where: { $0.value < 0x20 || 0x7F...0x9F ~= $0.value }) else {
            return text
        }
        draft.refuse(.controlCharacter, "\(name) contains the control character \(scalar.codePoint): remove it")
        return nil
    }

    private static func string(of token: JSONScanner.Token, in line: Bytes) -> String? {
        switch token {
        case .plain(let range): string(line.extracting(range))
        case .decoded(let bytes): string(bytes.span)
        }
    }

    private static func string(_ bytes: Bytes) -> String? {
        guard let checked = try? UTF8Span(validating: bytes) else { return nil }
        return String(copying: checked)
    }

    private func refusal(for problem: JSONScanner.Problem, _ line: Bytes) -> LineRefusal {
        switch problem {
        case .endsTooSoon: return LineRefusal(.invalidJSON, "the line is not JSON: it ends too soon")
        case .unexpected(let offset):
            let place = place.name(ofByte: offset, in: line)
            return LineRefusal(.invalidJSON, "the line is not JSON: unexpected character at \(place)")
        case .controlCharacter(let offset):
            let place = place.name(ofByte: offset, in: line)
            return LineRefusal(.invalidJSON, "the line is not JSON: control character at \(place), escape it")
        case .loneSurrogate(let offset):
            let place = place.name(ofByte: offset, in: line)
            return LineRefusal(.loneSurrogate, "half of a surrogate pair at \(place): it stands for no character")
        case .tooDeep: return LineRefusal(.tooDeep, "values nest deeper than \(IntakeLimits.depthMax)")
        }
    }
}

extension JSONScanner.Token {
    var byteCount: Int {
        switch self {
        case .plain(let range): range.count
        case .decoded(let bytes): bytes.count
        }
    }

    /// How many Unicode scalars it has; of bytes that are not UTF-8, those that begin one.
    func characterCount(in line: Bytes) -> Int {
        var count = 0
        switch self {
        case .plain(let range): for index in range where line[index] & 0xC0 != 0x80 { count += 1 }
        case .decoded(let bytes): for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
        }
        return count
    }
}

extension Unicode.Scalar {
    /// Whether a reader can see it: no blank, and nothing that only joins or marks others.
    fileprivate var isVisible: Bool { !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint }

    /// Whether it makes an id look like another one.
    ///
    /// Joiners, variation selectors and tags are parts of words and of emoji, and are taken.
    fileprivate var isTreacherous: Bool {
        if rearrangesText { return true }
        guard properties.isDefaultIgnorableCodePoint, !properties.isVariationSelector else { return false }
        return value != 0x200C && value != 0x200D && !(0xE0020...0xE007F).contains(value)
    }

    /// A control of direction, or a separator of lines.
    fileprivate var rearrangesText: Bool { properties.isBidiControl || value == 0x2028 || value == 0x2029 }

    /// `U+200B`.
    fileprivate var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
