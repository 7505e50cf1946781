import Engine
import TimeBase

/// Reads one JSON object as an event.
struct LineReader {
    private(set) var draft = EventDraft()
    private(set) var form = Form.broken
    private var scanner = JSONScanner()

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
            throw Self.refusal(for: error)
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
        draft.markSeen(entry)
        // `null` says that the key is not given.
        guard try scanner.valueKind(in: line) != .null else { return try scanner.skipValue(in: line) }
        try readValue(of: entry.key, line)
    }

    private mutating func readValue(of key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) {
        switch key {
        case .caseID: draft.caseID = try readCaseID(key, line)
        case .id: draft.id = try readID(key, line)
        case .source: draft.source = try readID(key, line)
        case .at: draft.at = try readInstant(key, line)
        case .event: draft.kind = try readKind(line)
        case .seq: draft.seq = try readInteger(key, line)
        case .openedBy: draft.openedBy = try readText(key.rawValue, line, bytesMax: IntakeLimits.shortBytesMax)
        case .author: draft.author = try readText(key.rawValue, line, bytesMax: IntakeLimits.shortBytesMax)
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
        case .subject: draft.fields.subject = try readText(key.rawValue, line, bytesMax: IntakeLimits.subjectBytesMax)
        case .until: draft.until = try readInstant(key, line)
        case .into: draft.into = try readLink(key, line)
        case .from: draft.from = try readLink(key, line)
        case .target:
            draft.target = try postponing(key) { reader throws(JSONScanner.Problem) in try reader.readTarget(line) }
        case .cycle:
            draft.cycle = try postponing(key) { reader throws(JSONScanner.Problem) in try reader.readCycle(line) }
        case .to:
            draft.to = try postponing(key) { reader throws(JSONScanner.Problem) in try reader.readInstant(key, line) }
        case .reason: draft.reason = try readText(key.rawValue, line, bytesMax: IntakeLimits.subjectBytesMax)
        case .text: draft.text = try readText(key.rawValue, line, bytesMax: IntakeLimits.textBytesMax)
        case .headers: draft.isAutomatic = try readHeaders(line)
        }
    }
}

/// One function for each sort of value. Nil: it was refused and the draft says why.
extension LineReader {
    private mutating func readID(_ key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) -> String? {
        guard let text = try readShort(key, line, bytesMax: IntakeLimits.idBytesMax) else { return nil }
        guard !text.isEmpty else {
            draft.refuse(.empty, "\(key.rawValue) is empty: give it a value or leave it out")
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
        guard let word = try readText("target", line, bytesMax: IntakeLimits.shortBytesMax) else { return nil }
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
        bytesMax: Int = IntakeLimits.shortBytesMax
    ) throws(JSONScanner.Problem) -> String? {
        guard let text = try readText(key.rawValue, line, bytesMax: bytesMax) else { return nil }
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
            if let tag = try readText("tags", line, bytesMax: IntakeLimits.shortBytesMax),
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
            guard let header = name.flatMap(MailHeader.init(name:)) else {
                try scanner.skipValue(in: line)
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
            return try readText("headers", line, bytesMax: IntakeLimits.subjectBytesMax).map { [$0] } ?? []
        }
        var values: [String] = []
        try scanner.expect(UInt8(ascii: "["), in: line)
        guard !scanner.take(UInt8(ascii: "]"), in: line) else { return values }
        repeat {
            if try scanner.valueKind(in: line) == .null {
                try scanner.skipValue(in: line)
            } else if let value = try readText("headers", line, bytesMax: IntakeLimits.subjectBytesMax) {
                values.append(value)
            }
        } while scanner.take(UInt8(ascii: ","), in: line)
        try scanner.expect(UInt8(ascii: "]"), in: line)
        return values
    }

    private mutating func readInstant(_ key: EventKey, _ line: Bytes) throws(JSONScanner.Problem) -> Instant? {
        guard let text = try readText(key.rawValue, line, bytesMax: IntakeLimits.shortBytesMax) else { return nil }
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
        guard let word = try readText("event", line, bytesMax: IntakeLimits.shortBytesMax) else { return nil }
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
        bytesMax: Int
    ) throws(JSONScanner.Problem) -> String? {
        guard try expect(.string, "text", of: name, line) else { return nil }
        let token = try scanner.string(in: line)
        guard token.count <= bytesMax else {
            draft.refuse(.tooLong, "\(name) has \(token.count) bytes: the limit is \(bytesMax)")
            return nil
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
        try scanner.skipValue(in: line)
        return false
    }

    private mutating func withoutControlCharacters(_ text: String, _ name: String) -> String? {
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            draft.refuse(.controlCharacter, "\(name) contains a control character")
            return nil
        }
        return text
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

    private static func refusal(for problem: JSONScanner.Problem) -> LineRefusal {
        switch problem {
        case .endsTooSoon: LineRefusal(.invalidJSON, "the line is not JSON: it ends too soon")
        case .unexpected(let offset):
            LineRefusal(.invalidJSON, "the line is not JSON: unexpected byte at \(offset + 1)")
        case .controlCharacter(let offset):
            LineRefusal(.invalidJSON, "the line is not JSON: control character at byte \(offset + 1), escape it")
        case .loneSurrogate(let offset):
            LineRefusal(.loneSurrogate, "half of a surrogate pair at byte \(offset + 1): it stands for no character")
        case .tooDeep: LineRefusal(.tooDeep, "values nest deeper than \(IntakeLimits.depthMax)")
        }
    }
}

extension JSONScanner.Token {
    /// In bytes.
    var count: Int {
        switch self {
        case .plain(let range): range.count
        case .decoded(let bytes): bytes.count
        }
    }
}
