/// Reads a file of events chunk by chunk, whatever form it has: JSON Lines, objects that are spread over several lines,
/// arrays of objects, and any sequence of these.
///
/// Holds no more than one chunk and one event. What cannot be an event is refused for itself, with the line on which it
/// stands, and reading goes on behind it.
package struct LogFileReader: Sendable {
    private var reader = LogReader()
    /// What was not read yet.
    private var rest: [UInt8] = []
    private var form = Form.beginning
    /// The place of the first byte of `rest`.
    private var place = TextPlace(line: 1)
    private var isAtStart = true
    /// What is passed over, since it is too long to be read; nil if nothing is.
    private var skipped: Skipped?

    private enum Form {
        /// An array may begin: at the start of the file, and behind an array.
        case beginning
        case lines
        /// Inside an array.
        case array(isBehindComma: Bool)
    }

    /// An event that is longer than the limit, as far as it was seen.
    private struct Skipped {
        var line: Int
        var byteCount = 0
        var scan = StructureScan()
    }

    package init() {}

    /// Takes the next chunk of the file, of any length, and calls `each` for each event that is complete and each refusal,
    /// in the order of the file, with the text of the event, which is empty if it was too long.
    ///
    /// `isLast` says that nothing comes behind the chunk. Throws what `each` throws; the reader must not be used after that.
    package mutating func read<Problem: Error>(
        _ chunk: [UInt8],
        isLast: Bool,
        _ each: (LogLine, Bytes) throws(Problem) -> Void
    ) throws(Problem) {
        var bytes = rest
        rest = []
        bytes.append(contentsOf: chunk)
        let held = bytes
        let text = held.span
        var cursor = 0
        if isAtStart {
            guard text.count >= 3 || isLast else {
                rest = held
                return
            }
            isAtStart = false
            // Some programs put a byte order mark before UTF-8.
            if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF {
                cursor = 3
                place.byte = 4
            }
        }
        while try step(text, &cursor, isLast, each) {}
        bytes.removeSubrange(..<cursor)
        rest = bytes
    }

    /// Reads the next thing; false if more bytes are needed, or the end has been reached.
    private mutating func step<Problem: Error>(
        _ text: Bytes,
        _ cursor: inout Int,
        _ isLast: Bool,
        _ each: (LogLine, Bytes) throws(Problem) -> Void
    ) throws(Problem) -> Bool {
        switch form {
        case .beginning:
            passBlanks(text, &cursor)
            guard cursor < text.count else { return false }
            if text[cursor] == UInt8(ascii: "[") {
                advance(text, &cursor, to: cursor + 1)
                form = .array(isBehindComma: false)
            } else {
                form = .lines
            }
            return true
        case .lines:
            if skipped != nil { return try skipLine(text, &cursor, isLast, each) }
            return try readLine(text, &cursor, isLast, each)
        case .array(let isBehindComma):
            if skipped != nil { return try skipElement(text, &cursor, isLast, each) }
            return try readElement(text, &cursor, isLast, isBehindComma: isBehindComma, each)
        }
    }

    // MARK: Places

    private mutating func advance(_ text: Bytes, _ cursor: inout Int, to end: Int) {
        while cursor < end {
            if text[cursor] == UInt8(ascii: "\n") {
                place = TextPlace(line: place.line + 1)
            } else {
                place.byte += 1
            }
            cursor += 1
        }
    }

    private mutating func passBlanks(_ text: Bytes, _ cursor: inout Int) {
        while cursor < text.count, Self.isBlank(text[cursor]) || text[cursor] == UInt8(ascii: "\n") {
            advance(text, &cursor, to: cursor + 1)
        }
    }

    fileprivate static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    // MARK: Lines

    private mutating func readLine<Problem: Error>(
        _ text: Bytes,
        _ cursor: inout Int,
        _ isLast: Bool,
        _ each: (LogLine, Bytes) throws(Problem) -> Void
    ) throws(Problem) -> Bool {
        guard cursor < text.count else { return false }
        var end = cursor
        while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
        let isWhole = end < text.count || isLast
        guard isWhole || end - cursor > IntakeLimits.lineBytesMax else { return false }
        guard end - cursor <= IntakeLimits.lineBytesMax else {
            skipped = Skipped(line: place.line)
            return true
        }
        var first = cursor
        while first < end, Self.isBlank(text[first]) { first += 1 }
        guard first < end else {
            endLine(text, &cursor, at: end)
            return true
        }
        let begin = cursor
        let read = reader.read(text.extracting(begin..<end), at: place)
        if read.form == .endsTooSoon, text[first] == UInt8(ascii: "{"), end < text.count || !isLast {
            switch StructureScan.object(in: text, from: first, isLast: isLast) {
            case .needsMore: return false
            case .ends(let behind):
                let whole = reader.read(text.extracting(begin..<behind), at: place)
                guard whole.form == .whole else { break }
                advance(text, &cursor, to: behind)
                endLine(text, &cursor, at: behind)
                try each(whole.line, text.extracting(begin..<behind))
                return true
            case .none: break
            }
        }
        endLine(text, &cursor, at: end)
        try each(read.line, text.extracting(begin..<end))
        return true
    }

    /// Goes behind the line feed at `end`, if there is one.
    private mutating func endLine(_ text: Bytes, _ cursor: inout Int, at end: Int) {
        if end < text.count {
            cursor = end + 1
            place = TextPlace(line: place.line + 1)
        } else {
            place.byte += end - cursor
            cursor = end
        }
    }

    private mutating func skipLine<Problem: Error>(
        _ text: Bytes,
        _ cursor: inout Int,
        _ isLast: Bool,
        _ each: (LogLine, Bytes) throws(Problem) -> Void
    ) throws(Problem) -> Bool {
        guard var skipped else { return true }
        var end = cursor
        while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
        skipped.byteCount += end - cursor
        let isOver = end < text.count || isLast
        endLine(text, &cursor, at: end)
        self.skipped = isOver ? nil : skipped
        guard isOver else { return false }
        try each(LogLine(tooLong: skipped.byteCount, number: skipped.line), text.extracting(cursor..<cursor))
        return true
    }

    // MARK: Arrays

    private mutating func readElement<Problem: Error>(
        _ text: Bytes,
        _ cursor: inout Int,
        _ isLast: Bool,
        isBehindComma: Bool,
        _ each: (LogLine, Bytes) throws(Problem) -> Void
    ) throws(Problem) -> Bool {
        passBlanks(text, &cursor)
        guard cursor < text.count else {
            guard isLast else { return false }
            form = .beginning
            let reason = "the array is not closed: the file ends too soon"
            try each(LogLine(noJSON: reason, number: place.line), text.extracting(cursor..<cursor))
            return false
        }
        if text[cursor] == UInt8(ascii: "]"), !isBehindComma {
            advance(text, &cursor, to: cursor + 1)
            form = .beginning
            return true
        }
        var scan = StructureScan()
        var end = cursor
        while end < text.count, !scan.endsElement(before: text[end]) { end += 1 }
        if end == text.count, !isLast {
            guard end - cursor > IntakeLimits.lineBytesMax else { return false }
            skipped = Skipped(line: place.line)
            return true
        }
        let (begin, start) = (cursor, place)
        advance(text, &cursor, to: end)
        if end == begin {
            let reason =
                "the array is not JSON: there is no event before the \(end < text.count ? "comma or bracket" : "end")"
            try each(LogLine(noJSON: reason, number: start.line), text.extracting(begin..<begin))
        } else {
            try each(reader.read(text.extracting(begin..<end), at: start).line, text.extracting(begin..<end))
        }
        endElement(text, &cursor)
        return true
    }

    /// Goes behind what separates elements or closes the array.
    private mutating func endElement(_ text: Bytes, _ cursor: inout Int) {
        let byte = cursor < text.count ? text[cursor] : nil
        form = byte == UInt8(ascii: "]") ? .beginning : .array(isBehindComma: byte == UInt8(ascii: ","))
        if cursor < text.count { advance(text, &cursor, to: cursor + 1) }
    }

    private mutating func skipElement<Problem: Error>(
        _ text: Bytes,
        _ cursor: inout Int,
        _ isLast: Bool,
        _ each: (LogLine, Bytes) throws(Problem) -> Void
    ) throws(Problem) -> Bool {
        guard var skipped else { return true }
        var end = cursor
        while end < text.count, !skipped.scan.endsElement(before: text[end]) { end += 1 }
        skipped.byteCount += end - cursor
        let isOver = end < text.count || isLast
        advance(text, &cursor, to: end)
        self.skipped = isOver ? nil : skipped
        guard isOver else { return false }
        try each(LogLine(tooLong: skipped.byteCount, number: skipped.line), text.extracting(cursor..<cursor))
        endElement(text, &cursor)
        return true
    }
}

/// Follows brackets and strings, to find where a value ends before it is read.
private struct StructureScan: Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    enum ObjectEnd {
        /// The place behind the object, blanks up to the end of its line included.
        case ends(behind: Int)
        case needsMore
        /// It does not end within the limits, or more stands behind it on its line.
        case none
    }

    /// Whether an element of an array ends before `byte`; takes it in if not.
    ///
    /// A line feed inside a string ends it too: no string goes over lines, so a quotation mark is missing.
    mutating func endsElement(before byte: UInt8) -> Bool {
        if isInString {
            if byte == UInt8(ascii: "\n") { return true }
            take(byte)
            return false
        }
        if depth == 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") { return true }
        take(byte)
        return false
    }

    private mutating func take(_ byte: UInt8) {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth = max(0, depth - 1)
        default: break
        }
    }

    /// Where an object ends that begins at `start` and is spread over lines.
    ///
    /// Gives up as soon as it nests too deep: so broken lines that each begin an object cost no more than a fixed number
    /// of looks at each byte.
    static func object(in text: Bytes, from start: Int, isLast: Bool) -> ObjectEnd {
        var scan = StructureScan()
        var index = start
        let limit = min(text.count, start + IntakeLimits.lineBytesMax)
        while index < limit {
            let byte = text[index]
            if scan.isInString, byte == UInt8(ascii: "\n") { return .none }
            scan.take(byte)
            index += 1
            if scan.depth > IntakeLimits.depthMax + 1 { return .none }
            guard scan.depth == 0 else { continue }
            while index < text.count, LogFileReader.isBlank(text[index]) { index += 1 }
            if index == text.count { return isLast ? .ends(behind: index) : .needsMore }
            return text[index] == UInt8(ascii: "\n") ? .ends(behind: index) : .none
        }
        return limit < text.count || isLast ? .none : .needsMore
    }
}
