/// Reading the TZ string.
extension ZoneFooter {
    init(_ text: [UInt8]) throws(Malformed) {
        var reader = ByteReader(text)
        standardName = try Self.name(&reader)
        // POSIX counts west of Greenwich as positive.
        standardOffset = -(try Self.time(&reader, hoursMax: 24))
        guard reader.next != nil else {
            summer = nil
            return
        }
        let summerName = try Self.name(&reader)
        let offset =
            reader.next == UInt8(ascii: ",") ? standardOffset + 3_600 : -(try Self.time(&reader, hoursMax: 24))
        guard reader.next != nil else { throw Malformed("its rule does not say when summer time begins") }
        let start = try Self.yearlyDay(&reader)
        let end = try Self.yearlyDay(&reader)
        guard reader.next == nil else { throw Malformed("its rule does not end where it should") }
        summer = Summer(offset: offset, name: summerName, start: start, end: end)
    }

    /// Reads `CET` or `<+01>`; the brackets are not part of the name.
    private static func name(_ reader: inout ByteReader) throws(Malformed) -> String {
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
        var name: [UInt8] = []
        if reader.next == UInt8(ascii: "<") {
            _ = try reader.byte()
            while true {
                let byte = try reader.byte()
                if byte == UInt8(ascii: ">") { break }
                guard
                    isLetter(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                else { throw Malformed("its rule has a name with strange characters") }
                name.append(byte)
            }
        } else {
            while let byte = reader.next, isLetter(byte) {
                name.append(try reader.byte())
            }
        }
        guard name.count >= 3 else { throw Malformed("its rule has a name that is too short") }
        return String(decoding: name, as: UTF8.self)
    }

    /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
    private static func time(_ reader: inout ByteReader, hoursMax: Int) throws(Malformed) -> Int {
        var isNegative = false
        if let sign = reader.next, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            _ = try reader.byte()
        }
        var seconds = try number(&reader, 0...hoursMax) * 3_600
        if try takes(":", &reader) {
            seconds += try number(&reader, 0...59) * 60
            if try takes(":", &reader) { seconds += try number(&reader, 0...59) }
        }
        return isNegative ? -seconds : seconds
    }

    /// `,M3.5.0/2` and the like.
    private static func yearlyDay(_ reader: inout ByteReader) throws(Malformed) -> YearlyDay {
        try expect(",", &reader)
        let day: YearlyDay.Day
        if try takes("M", &reader) {
            let month = try number(&reader, 1...12)
            try expect(".", &reader)
            let week = try number(&reader, 1...5)
            try expect(".", &reader)
            day = .weekday(month: month, week: week, weekday: try number(&reader, 0...6))
        } else if try takes("J", &reader) {
            day = .julian(try number(&reader, 1...365))
        } else {
            day = .zeroBased(try number(&reader, 0...365))
        }
        // 02:00 where no time is given.
        let seconds = try takes("/", &reader) ? try time(&reader, hoursMax: 167) : 7_200
        return YearlyDay(day: day, seconds: seconds)
    }

    private static func number(_ reader: inout ByteReader, _ allowed: ClosedRange<Int>) throws(Malformed) -> Int {
        var value = 0
        var digits = 0
        while let byte = reader.next, (48...57).contains(byte), digits < 3 {
            value = value * 10 + Int(try reader.byte() - 48)
            digits += 1
        }
        guard digits > 0, allowed.contains(value) else { throw Malformed("its rule has a number out of range") }
        return value
    }

    /// Takes `character` where it is next.
    private static func takes(_ character: Unicode.Scalar, _ reader: inout ByteReader) throws(Malformed) -> Bool {
        guard reader.next == UInt8(ascii: character) else { return false }
        _ = try reader.byte()
        return true
    }

    private static func expect(_ character: Unicode.Scalar, _ reader: inout ByteReader) throws(Malformed) {
        guard try takes(character, &reader) else { throw Malformed("its rule lacks a \"\(character)\"") }
    }
}
