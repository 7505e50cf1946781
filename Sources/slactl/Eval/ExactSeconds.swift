import TimeBase

/// Seconds as a JSON number writes them, exact to the millisecond: no floating point is involved (S1).
enum ExactSeconds {
    enum Problem: Error, Equatable {
        case notANumber
        /// It says more than milliseconds can.
        case tooFine
        case tooLarge
    }

    /// Reads `21600`, `-0.5`, `1e3` and `21600.000`.
    ///
    /// What is finer than a millisecond is refused, except the noise that floating point leaves behind
    /// (`9720.000000000002`): in a number of 16 and more digits, less than a microsecond goes to the nearest
    /// millisecond.
    static func span(_ text: some StringProtocol) throws(Problem) -> Span {
        var number = try Decimal(text)
        // From seconds to milliseconds.
        number.exponent += 3
        let isNoisy = number.digits.count >= 16
        while let last = number.digits.last, last == 0 {
            number.digits.removeLast()
            number.exponent += 1
        }
        guard !number.digits.isEmpty else { return .zero }
        if number.exponent < 0 {
            guard isNoisy else { throw .tooFine }
            try number.roundNoise()
        }
        guard number.exponent >= 0, number.digits.count + number.exponent <= digitsMax else { throw .tooLarge }
        var milliseconds: Int64 = 0
        for digit in number.digits + Array(repeating: 0, count: number.exponent) {
            milliseconds = milliseconds * 10 + Int64(digit)
        }
        return Span(milliseconds: number.isNegative ? -milliseconds : milliseconds)
    }

    /// Numbers with so many digits fit into 64 bits.
    private static let digitsMax = 18

    /// `-12`, `21600.5`, `0.001`: as short as it can be said.
    static func text(_ span: Span) -> String {
        let (seconds, rest) = span.milliseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
        let sign = span.milliseconds < 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(seconds)" }
        var fraction = String(String(rest + 1_000).dropFirst())
        while fraction.last == "0" { fraction.removeLast() }
        return "\(sign)\(seconds).\(fraction)"
    }
}

/// A number of JSON's grammar, taken apart: digits times ten to the power of the exponent.
private struct Decimal {
    var isNegative = false
    /// Without zeros in front.
    var digits: [UInt8] = []
    var exponent = 0

    init(_ text: some StringProtocol) throws(ExactSeconds.Problem) {
        var rest = Substring(text).utf8
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        let whole = rest.prefix(while: Self.isDigit)
        guard let first = whole.first, whole.count == 1 || first != UInt8(ascii: "0") else { throw .notANumber }
        rest = rest.dropFirst(whole.count)
        var all = Array(whole)
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: Self.isDigit)
            guard !fraction.isEmpty else { throw .notANumber }
            rest = rest.dropFirst(1 + fraction.count)
            all += fraction
            exponent = -fraction.count
        }
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            let isBelow = rest.first == UInt8(ascii: "-")
            if isBelow || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            let power = rest.prefix(while: Self.isDigit)
            guard !power.isEmpty else { throw .notANumber }
            rest = rest.dropFirst(power.count)
            // Beyond any number of use, and far from overflow.
            let size = Int(String(Substring(power))).map { min($0, 1_000_000_000) } ?? 1_000_000_000
            exponent += isBelow ? -size : size
        }
        guard rest.isEmpty else { throw .notANumber }
        digits = all.drop { $0 == UInt8(ascii: "0") }.map { $0 - UInt8(ascii: "0") }
    }

    /// To the nearest whole number, where less than a thousandth is lost.
    mutating func roundNoise() throws(ExactSeconds.Problem) {
        let count = -exponent
        guard count < digits.count, count >= 3 else { throw .tooFine }
        let noise = digits.suffix(count).prefix(3)
        let roundsUp = noise.allSatisfy { $0 == 9 }
        guard roundsUp || noise.allSatisfy({ $0 == 0 }) else { throw .tooFine }
        digits.removeLast(count)
        exponent = 0
        guard roundsUp else { return }
        var index = digits.count - 1
        while index >= 0, digits[index] == 9 {
            digits[index] = 0
            index -= 1
        }
        if index >= 0 { digits[index] += 1 } else { digits.insert(1, at: 0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
