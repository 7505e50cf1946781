/// Why a line is not an event: a stable word for programs and a sentence for people.
package struct LineRefusal: Error, Hashable, Sendable {
    package var code: Code
    package var reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// Raw values are part of the API: never rename.
    package enum Code: String, Sendable, CaseIterable {
        case invalidJSON = "invalid_json"
        case invalidUTF8 = "invalid_utf8"
        case loneSurrogate = "lone_surrogate"
        case tooDeep = "too_deep"
        case lineTooLong = "line_too_long"
        case notAnObject = "not_an_object"
        case duplicateKey = "duplicate_key"
        case missingKey = "missing_key"
        case misplacedKey = "misplaced_key"
        case wrongType = "wrong_type"
        case empty
        case tooLong = "too_long"
        case tooManyTags = "too_many_tags"
        case controlCharacter = "control_character"
        case outOfRange = "out_of_range"
        case invalidTime = "invalid_time"
        case unknownKind = "unknown_kind"
        case unknownWord = "unknown_word"
    }
}
