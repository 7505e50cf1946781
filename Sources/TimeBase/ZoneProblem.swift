/// Why there are no rules for a zone.
package enum ZoneProblem: Error, Equatable, Sendable {
    /// Not the name of a zone: empty, too long, or with characters or folders that no zone has.
    case badName(String)
    /// The zone data does not have it.
    case unknown(name: String, path: String)
    /// There is a file, and it cannot be read.
    case unreadable(name: String, path: String, cause: String)
    /// The bytes are not zone data that we can rely on; without a path where they are not those of a file.
    case malformed(name: String, path: String?, cause: String)
}

extension ZoneProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badName(let name):
            "cannot use zone \"\(name)\": not an IANA zone name, write one such as Europe/Berlin"
        case .unknown(let name, let path):
            "cannot find zone \"\(name)\": no file \(path), check the spelling or install tzdata"
        case .unreadable(let name, let path, let cause):
            "cannot read zone \"\(name)\" from \(path): \(cause)"
        case .malformed(let name, let path?, let cause):
            "cannot understand zone \"\(name)\" in \(path): \(cause)"
        case .malformed(let name, nil, let cause):
            "cannot understand the data of zone \"\(name)\": \(cause)"
        }
    }
}

/// What is wrong with the bytes; becomes `ZoneProblem.malformed` where the zone's name is known.
struct Malformed: Error {
    let cause: String
    /// Nil if new zone data are the cure.
    let advice: String?

    init(_ cause: String, advice: String? = nil) {
        self.cause = cause
        self.advice = advice
    }
}
