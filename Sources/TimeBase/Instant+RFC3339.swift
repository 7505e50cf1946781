/// Text forms of an instant, RFC 3339 section 5.6, made of integers only.
extension Instant {
    /// Why a text is not an instant we work with.
    package enum TextProblem: Error, Equatable {
        /// Not of the form `2026-11-21T14:02:10.123Z` or `...+01:00`.
        case notRFC3339
        /// Well formed, but its second is 60 and UTC had no leap second then.
        case noLeapSecond
        /// Well formed, but before 1900 or after 2399.
        case outOfRange
    }

    /// Reads an RFC 3339 `date-time`; digits of a second beyond the third are cut off, a leap second `:60` reads as the
    /// second after it.
    ///
    /// A `:60` at any other instant is no time.
    ///
    /// Lower-case `t` and `z` and a space for the `T` are taken, as the RFC allows; an offset without its colon too (S26).
    package init(rfc3339 text: some StringProtocol) throws(TextProblem) {
        var text = String(text)
        let parsed = text.withUTF8 { bytes in unsafe Instant.parse(bytes) }
        guard let (parsed, isLeapSecond) = parsed else { throw .notRFC3339 }
        guard isLeapSecond != false else { throw .noLeapSecond }
        guard parsed >= .earliest, parsed <= .latest else { throw .outOfRange }
        self = parsed
    }

    /// `isLeapSecond` is nil if the second is not 60.
    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> (instant: Instant, isLeapSecond: Bool?)? {
        guard bytes.count >= 20, bytes.count <= 64 else { return nil }
        func digits(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for index in range {
                let digit = Int(unsafe bytes[index]) - 48
                guard (0...9).contains(digit) else { return nil }
                value = value * 10 + digit
            }
            return value
        }
        func isAt(_ index: Int, _ allowed: String) -> Bool {
            index < bytes.count && allowed.utf8.contains(unsafe bytes[index])
        }
        guard
            let year = digits(0..<4), isAt(4, "-"), let month = digits(5..<7), isAt(7, "-"), let day = digits(8..<10),
            isAt(10, "Tt "), let hour = digits(11..<13), isAt(13, ":"), let minute = digits(14..<16), isAt(16, ":"),
            let second = digits(17..<19), hour < 24, minute < 60, second <= 60,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        var index = 19
        var fraction = 0
        if isAt(index, ".") {
            index += 1
            let first = index
            var scale = 100
            while let digit = digits(index..<index + 1) {
                fraction += digit * scale
                scale /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        var offsetMinutes = 0
        if isAt(index, "Zz") {
            index += 1
        } else if isAt(index, "+-") {
            // The colon may be left out, as many programs do (S26).
            let colon = isAt(index + 3, ":") ? 1 : 0
            guard let hours = digits(index + 1..<index + 3),
                let minutes = digits(index + 3 + colon..<index + 5 + colon), hours < 24, minutes < 60
            else { return nil }
            offsetMinutes = (hours * 60 + minutes) * (isAt(index, "-") ? -1 : 1)
            index += 5 + colon
        } else {
            return nil
        }
        guard index == bytes.count else { return nil }
        let seconds = date.dayNumber * 86_400 + hour * 3_600 + minute * 60 + second - offsetMinutes * 60
        let instant = Instant(milliseconds: Int64(seconds) * 1_000 + Int64(fraction))
        guard second == 60 else { return (instant, nil) }
        // The second before it is the last of a day in UTC.
        return (instant, seconds.isMultiple(of: 86_400) && LeapSecond.ends(dayNumber: seconds / 86_400 - 1))
    }

    /// `2026-11-21T14:02:10.123Z`, always UTC, always with milliseconds: the form of the journal and the API.
    ///
    /// Only instants from `earliest` to `latest` have this form.
    package var rfc3339: String { text(milliseconds: true) }

    /// `2026-11-21T14:02:10Z` where the milliseconds are zero, with them otherwise: the form for people.
    package var shortRFC3339: String { text(milliseconds: milliseconds % 1_000 != 0) }

    /// Appends `rfc3339`, without a text in between: a line of JSON has three of them.
    package func appendRFC3339(to bytes: inout [UInt8]) {
        guard self >= .earliest, self <= .latest else { return bytes.append(contentsOf: rfc3339.utf8) }
        let dayLength: Int64 = 86_400_000
        let day = milliseconds.flooredDivided(by: dayLength)
        let inDay = Int(milliseconds - day * dayLength)
        let date = CivilDate(dayNumber: Int(day))
        func put(_ value: Int, _ mark: Unicode.Scalar) {
            bytes.append(UInt8(48 + value / 10))
            bytes.append(UInt8(48 + value % 10))
            bytes.append(UInt8(ascii: mark))
        }
        bytes.append(UInt8(48 + date.year / 1_000))
        bytes.append(UInt8(48 + date.year / 100 % 10))
        put(date.year % 100, "-")
        put(date.month, "-")
        put(date.day, "T")
        put(inDay / 3_600_000, ":")
        put(inDay / 60_000 % 60, ":")
        put(inDay / 1_000 % 60, ".")
        bytes.append(UInt8(48 + inDay / 100 % 10))
        put(inDay % 100, "Z")
    }

    private func text(milliseconds withMilliseconds: Bool) -> String {
        // No such instant should exist, but what prints one must not be what fails.
        guard self >= .earliest, self <= .latest else { return "\(milliseconds) ms after 1970-01-01T00:00:00Z" }
        let dayLength: Int64 = 86_400_000
        let day = milliseconds.flooredDivided(by: dayLength)
        let inDay = Int(milliseconds - day * dayLength)
        let date = CivilDate(dayNumber: Int(day))
        let length = withMilliseconds ? 24 : 20
        return unsafe String(unsafeUninitializedCapacity: length) { buffer in
            func put(_ value: Int, _ at: Int, _ width: Int) {
                var value = value
                for index in stride(from: at + width - 1, through: at, by: -1) {
                    unsafe buffer[index] = UInt8(48 + value % 10)
                    value /= 10
                }
            }
            put(date.year, 0, 4)
            unsafe buffer[4] = UInt8(ascii: "-")
            put(date.month, 5, 2)
            unsafe buffer[7] = UInt8(ascii: "-")
            put(date.day, 8, 2)
            unsafe buffer[10] = UInt8(ascii: "T")
            put(inDay / 3_600_000, 11, 2)
            unsafe buffer[13] = UInt8(ascii: ":")
            put(inDay / 60_000 % 60, 14, 2)
            unsafe buffer[16] = UInt8(ascii: ":")
            put(inDay / 1_000 % 60, 17, 2)
            if withMilliseconds {
                unsafe buffer[19] = UInt8(ascii: ".")
                put(inDay % 1_000, 20, 3)
            }
            unsafe buffer[length - 1] = UInt8(ascii: "Z")
            return length
        }
    }
}

extension Instant: CustomStringConvertible {
    package var description: String { rfc3339 }
}
