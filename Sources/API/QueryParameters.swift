import Hummingbird
import TimeBase

/// The query of a request, each parameter read into its type; an unknown one is a mistake, not a wish to be ignored.
struct QueryParameters {
    private var values: [String: String] = [:]

    init(_ request: Request, known: [String]) throws(Problem) {
        for (name, value) in request.uri.queryParameters {
            guard known.contains(String(name)) else {
                let names = known.joined(separator: ", ")
                throw Problem(.badRequest, "unknown_parameter", "unknown parameter \(name): known are \(names)")
            }
            guard values.updateValue(String(value), forKey: String(name)) == nil else {
                throw Problem(.badRequest, "repeated_parameter", "\(name) is given twice: give it once")
            }
        }
    }

    /// As it is given, percent signs decoded; nil if it is not.
    func text(_ name: String) -> String? { values[name] }

    func word(_ name: String, allowed: [String]) throws(Problem) -> String? {
        guard let text = values[name] else { return nil }
        guard allowed.contains(text) else { throw wrong(name, text, "use \(allowed.joined(separator: " or "))") }
        return text
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw wrong(name, text, "use a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func span(_ name: String) throws(Problem) -> TimeBase.Span? {
        guard let text = values[name] else { return nil }
        guard let span = TimeBase.Span(text: text) else { throw wrong(name, text, "write 30m, 2h or 1h30m") }
        return span
    }

    func instant(_ name: String) throws(Problem) -> Instant? {
        guard let text = values[name] else { return nil }
        do {
            return try Instant(rfc3339: text)
        } catch .outOfRange {
            throw tooLarge("time_out_of_range", name, text, "use a time from 1900 to 2399")
        } catch {
            throw wrong(name, text, "write a time of RFC 3339, for example 2026-11-21T14:02:10Z")
        }
    }

    /// What is well formed and more than the request can be answered for.
    func tooLarge(_ code: String, _ name: String, _ value: some CustomStringConvertible, _ hint: String) -> Problem {
        Problem(.unprocessableContent, code, "\(name) is \"\(value.description.prefix(64))\": \(hint)")
    }

    private func wrong(_ name: String, _ text: String, _ hint: String) -> Problem {
        Problem(.badRequest, "invalid_parameter", "\(name) is \"\(text.prefix(64))\": \(hint)")
    }
}

extension String {
    /// The text with its `%41` decoded; nil if they are not hexadecimal or do not make UTF-8.
    var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
