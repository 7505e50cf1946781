/// One property as RFC 5545 section 3.1 writes it, unfolded: `DTSTART;VALUE=DATE:20261224`.
struct ContentLine {
    /// Where it begins, from 1.
    let number: Int
    /// In capitals.
    let name: String
    /// In the order of the line, names in capitals, quotes removed.
    let parameters: [(name: String, value: String)]
    /// As written; what text it stands for is for the reader of the property to say.
    let value: String

    func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
}

/// Cuts the bytes of a file into content lines.
struct ContentLines {
    private let bytes: [UInt8]
    private var index = 0
    private var physicalLine = 0
    /// The logical line at hand; kept to be filled again.
    private var line: [UInt8] = []

    /// The property above was one that is read: a line without a name is probably the rest of it.
    private var isAfterRead = false
    /// The first line that is read and not UTF-8, from 1.
    private(set) var firstLatinLine: Int?

    /// Takes bytes without the character 0.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// The next line whose name `isWanted`, or why it cannot be read; nil at the end.
    ///
    /// A line that is no property is a broken fold. After a property that nobody reads, and after `BEGIN` and `END`, it does
    /// no harm; outside of all components (`isOutside`) it does.
    mutating func next(isOutside: Bool, _ isWanted: (String) -> Bool) -> Result<ContentLine, Refusal>? {
        while index < bytes.count {
            let number = physicalLine + 1
            let isWhole = unfold()
            var nameEnd = 0
            while nameEnd < line.count, Self.isNameByte(line[nameEnd]) { nameEnd += 1 }
            guard nameEnd > 0, nameEnd < line.count,
                line[nameEnd] == UInt8(ascii: ":") || line[nameEnd] == UInt8(ascii: ";")
            else {
                if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { continue }
                guard isOutside || isAfterRead else { continue }
                let text = quoted(String(decoding: line.prefix(100), as: UTF8.self))
                return .failure(Refusal(line: number, "\(text) is no property of iCalendar, is this the right file?"))
            }
            let name = String(decoding: line[..<nameEnd], as: UTF8.self).uppercased()
            let isRead = isWanted(name)
            isAfterRead = isRead && name != "BEGIN" && name != "END"
            guard isRead else { continue }
            guard isWhole else {
                return .failure(Refusal(line: number, "\(name) has more than \(FeedLimits.lineBytesMax) bytes"))
            }
            if String(validating: line, as: UTF8.self) == nil {
                firstLatinLine = firstLatinLine ?? number
                line = Self.fromLatin1(line)
            }
            return Result { () throws(Refusal) in try parsed(name, nameEnd, number) }
        }
        return nil
    }

    /// ISO 8859-1 as UTF-8: the older of the encodings in which programs write calendars.
    private static func fromLatin1(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { $0 < 0x80 ? [$0] : [0xC0 | $0 >> 6, 0x80 | $0 & 0x3F] }
    }

    /// Fills `line` with the next logical line; false if it was too long to keep.
    private mutating func unfold() -> Bool {
        line.removeAll(keepingCapacity: true)
        var isWhole = true
        var isContinuation = false
        repeat {
            // The blank that it begins with is not part of it.
            if isContinuation { index += 1 }
            isContinuation = true
            physicalLine += 1
            let end = bytes[index...].firstIndex(of: 0x0A) ?? bytes.endIndex
            var textEnd = end
            while textEnd > index, bytes[textEnd - 1] == 0x0D { textEnd -= 1 }
            if line.count + textEnd - index <= FeedLimits.lineBytesMax {
                line += bytes[index..<textEnd]
            } else {
                isWhole = false
            }
            index = min(end + 1, bytes.count)
        } while index < bytes.count && isFolded
        return isWhole
    }

    private var isFolded: Bool { bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t") }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// `;NAME=VALUE,"VALUE":…` from the end of the name on; of several values of a parameter the first is kept.
    private func parsed(_ name: String, _ nameEnd: Int, _ number: Int) throws(Refusal) -> ContentLine {
        var parameters: [(name: String, value: String)] = []
        var at = nameEnd
        while line[at] == UInt8(ascii: ";") {
            let begin = at + 1
            var isQuoted = false
            at = begin
            while at < line.count, isQuoted || line[at] != UInt8(ascii: ";") && line[at] != UInt8(ascii: ":") {
                if line[at] == UInt8(ascii: "\"") { isQuoted.toggle() }
                at += 1
            }
            guard at < line.count, let equals = line[begin..<at].firstIndex(of: UInt8(ascii: "=")) else {
                throw Refusal(line: number, "\(name) has a parameter without a value, or no value of its own")
            }
            let text = String(decoding: line[(equals + 1)..<at].filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
            parameters.append((String(decoding: line[begin..<equals], as: UTF8.self).uppercased(), text))
        }
        let value = String(decoding: line[(at + 1)...], as: UTF8.self)
        return ContentLine(number: number, name: name, parameters: parameters, value: value)
    }
}
