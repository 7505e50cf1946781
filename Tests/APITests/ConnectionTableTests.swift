import API
import Testing

/// Who gets a connection when there are none left.
@Suite("Connections")
struct ConnectionTableTests {
    /// Plays one line after the other and returns what each came to.
    ///
    ///     USER opens | NUMBER speaks | NUMBER asks | NUMBER answered | NUMBER leaves
    ///
    /// Six in all, three for one user, two kept for root (0) and the service (9). Numbers follow the order of opening.
    private func play(_ script: String) -> [String] {
        var table = ConnectionTable(limits: .init(all: 6, ofOneUser: 3, kept: 2), own: [0, 9])
        var opened = 0
        return script.split(separator: ", ")
            .compactMap { line -> String? in
                let words = line.split(separator: " ")
                let number = Int(words[0]) ?? -1
                switch words[1] {
                case "opens":
                    opened += 1
                    return switch table.admit(opened, user: UInt32(number)) {
                    case .admitted: "\(opened)"
                    case .replacing(let other): "\(opened) for \(other)"
                    case .refused: "\(opened) refused"
                    }
                case "speaks": table.heard(number)
                case "asks": table.note(number, isAnswering: true)
                case "answered": table.note(number, isAnswering: false)
                default: table.left(number)
                }
                return nil
            }
    }

    @Test("one user has at most half of all; for one more, that user's longest silent one is closed")
    func oneUser() {
        #expect(
            play("7 opens, 7 opens, 7 opens, 1 speaks, 7 opens, 7 opens, 8 opens")
                == ["1", "2", "3", "4 for 2", "5 for 3", "6"]
        )
    }

    @Test("others leave a few to root and to the service, and make room for one another")
    func kept() {
        #expect(
            play("6 opens, 7 opens, 8 opens, 8 opens, 5 opens, 0 opens, 9 opens")
                == ["1", "2", "3", "4", "5 for 1", "6", "7"]
        )
    }

    @Test("root and the service find a place too when their own are taken")
    func allTaken() {
        #expect(
            play("6 opens, 7 opens, 8 opens, 8 opens, 0 opens, 9 opens, 0 opens")
                == ["1", "2", "3", "4", "5", "6", "7 for 1"]
        )
    }

    @Test("a connection whose client waits for an answer is never closed for another one")
    func answering() {
        #expect(
            play("7 opens, 7 opens, 7 opens, 1 asks, 7 opens, 3 asks, 4 asks, 7 opens, 4 answered, 7 opens")
                == ["1", "2", "3", "4 for 2", "5 refused", "6 for 4"]
        )
    }

    @Test("whoever leaves makes room, and what is said of a connection that has gone has no effect")
    func leaving() {
        #expect(
            play("7 opens, 7 opens, 7 opens, 2 leaves, 2 speaks, 2 asks, 2 leaves, 7 opens, 7 opens")
                == ["1", "2", "3", "4", "5 for 1"]
        )
    }
}
