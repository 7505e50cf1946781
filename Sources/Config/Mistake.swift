/// Every kind of mistake a policy file can have, with its code.
///
/// Codes are stable: scripts and run books may name them. A code that is no longer used is never given to another
/// mistake; a new one takes the next free number of its group.
package enum Mistake: String, Sendable, CaseIterable {
    // The file as a whole.
    case fileTooLarge = "C001"
    case notUTF8 = "C002"
    case syntax = "C003"
    case tab = "C004"
    case tooComplex = "C005"
    case tooManyMistakes = "C006"

    // Any key, any value.
    case unknownKey = "C010"
    case duplicateKey = "C011"
    case missingKey = "C012"
    case wrongType = "C013"
    case outOfRange = "C014"
    case unknownWord = "C015"
    case badName = "C016"
    case badDuration = "C017"
    case dayOfOpenTime = "C018"
    case unsupportedVersion = "C019"
    case notInThisVersion = "C020"

    // Names that lead nowhere.
    case unknownCalendar = "C030"
    case unknownPerson = "C031"
    case unknownTeam = "C032"
    case unknownTier = "C033"
    case unknownLadder = "C034"
    case reportingCycle = "C035"
    case unused = "C036"

    // Calendars.
    case unknownZone = "C040"
    case badHours = "C041"
    case hoursOverlap = "C042"
    case reversed = "C043"
    case badDate = "C044"
    case neverOpen = "C045"
    case dateTwice = "C046"
    case badFeed = "C047"
    case unknownSummary = "C048"
    case feedIsOver = "C049"
    // The numbers of this group went on at C080 when it was full.
    case eventLeftOut = "C080"
    case badPattern = "C081"

    // Target rules.
    case ruleNeverReached = "C050"
    case noCatchAll = "C051"
    case noTargets = "C052"
    case optionOfOthers = "C053"
    case sameButForCase = "C054"

    // Ladders.
    case badStepTime = "C060"
    case badAction = "C061"
    case badAudience = "C062"
    case stepOutOfOrder = "C063"
    case stepTwice = "C064"
    case stepNeverReached = "C065"
    case warningTooLate = "C066"
    case badRepeat = "C067"
    case warnsAtOnce = "C068"
    case movesInCircle = "C069"

    // Settings.
    case badPath = "C070"
    case badMode = "C071"
    case openToAll = "C072"

    /// What the code means, for the table in the documentation.
    package var summary: String {
        switch self {
        case .fileTooLarge: "the file is larger than 1 MiB"
        case .notUTF8: "the file is not UTF-8 text"
        case .syntax: "the file is not YAML"
        case .tab: "a tab indents a line"
        case .tooComplex: "the file is nested too deeply, or its aliases unfold to too much"
        case .tooManyMistakes: "there are more mistakes than are shown"
        case .unknownKey: "a key that does not exist here"
        case .duplicateKey: "a key is given twice"
        case .missingKey: "a key that is needed is missing"
        case .wrongType: "a value of another kind than expected"
        case .outOfRange: "a number outside its range"
        case .sameButForCase: "two words of conditions differ only in case, and mean the same"
        case .unknownWord: "a word that is not one of those allowed here"
        case .badName: "a name with characters that names cannot have, or a reserved one"
        case .badDuration: "not a duration"
        case .dayOfOpenTime: "a day is not a length of open time"
        case .unsupportedVersion: "the version of the file is not known"
        case .notInThisVersion: "a word of the vocabulary that this version of slawatch does not implement"
        case .unknownCalendar: "no calendar has this name"
        case .unknownPerson: "no person has this id"
        case .unknownTeam: "no team has this id"
        case .unknownTier: "no tier has this number"
        case .unknownLadder: "no ladder has this name"
        case .reportingCycle: "teams report to each other in a circle"
        case .unused: "nothing uses this entry (warning)"
        case .unknownZone: "the machine does not know this time zone"
        case .badHours: "not a span of hours"
        case .hoursOverlap: "two spans of hours overlap"
        case .reversed: "a span ends before it begins"
        case .badDate: "not a date, or a date that does not exist"
        case .neverOpen: "a calendar has no open time in the next 366 days"
        case .dateTwice: "a day or date is given twice"
        case .badFeed: "a file of holidays cannot be used"
        case .unknownSummary: "no event of a file of holidays is called so"
        case .feedIsOver: "a file of holidays closes no date of the next 366 days (warning)"
        case .eventLeftOut: "an event of a file of holidays cannot be read and is left out (warning)"
        case .badPattern: "not a pattern that picks events"
        case .ruleNeverReached: "a target rule stands after one that matches all it could match"
        case .noCatchAll: "the last target rule does not match every case"
        case .noTargets: "a target rule sets no target (warning)"
        case .optionOfOthers: "an option that this target cannot have, or not beside another one"
        case .badStepTime: "not a time of a ladder step"
        case .badAction: "not an action of a ladder step"
        case .badAudience: "not an audience of a ladder step"
        case .stepOutOfOrder: "a ladder step is due before the one above it"
        case .stepTwice: "a ladder step repeats another one"
        case .stepNeverReached: "a ladder step can never fire, or would change nothing"
        case .warningTooLate: "a warning at or after 100 %"
        case .badRepeat: "a ladder step cannot repeat like this"
        case .warnsAtOnce: "a warning is due when its target starts (warning)"
        case .movesInCircle: "a ladder moves cases to a tier that brings them back"
        case .badPath: "not a usable path"
        case .badMode: "not a file mode"
        case .openToAll: "everybody on the machine may use the socket (warning)"
        }
    }
}
