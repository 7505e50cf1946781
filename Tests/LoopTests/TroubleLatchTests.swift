import Loop
import Testing

@Suite("A trouble is told once")
struct TroubleLatchTests {
    private static let second: UInt64 = 1_000_000

    /// Lines of `seconds fails` or `seconds well`; what was told, with its second.
    private func play(_ text: String) -> [String] {
        var latch = TroubleLatch()
        var told: [String] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            let second = UInt64(words[0]) ?? 0
            switch words[1] {
            case "fails": if latch.failed("full", at: second * Self.second) { told.append("\(second) degraded") }
            case "well":
                if let ended = latch.isWell(at: second * Self.second) {
                    told.append("\(second) recovered after \(ended.lasted / Self.second)")
                }
            case let word: Issue.record("no such line: \(word)")
            }
        }
        return told
    }

    @Test("it ends after five seconds without a failure, and not before")
    func once() {
        #expect(
            play("10 fails\n12 well\n13 fails\n17 well\n18 well\n19 well") == ["10 degraded", "18 recovered after 3"]
        )
        #expect(play("10 well") == [])
    }

    @Test("a disk on which every other commit passes is one trouble")
    func everyOther() {
        let lines = (1...100).map { "\($0) \($0.isMultiple(of: 2) ? "well" : "fails")" }.joined(separator: "\n")
        #expect(play(lines) == ["1 degraded"])
    }

    @Test(
        "each relapse doubles the time that has to pass, up to some minutes; long after the end it starts small again"
    )
    func relapses() {
        #expect(
            play("0 fails\n5 well\n6 fails\n11 well\n16 well\n20 fails\n39 well\n40 well\n900 fails\n905 well")
                == [
                    "0 degraded", "5 recovered after 0", "6 degraded", "16 recovered after 0", "20 degraded",
                    "40 recovered after 0", "900 degraded", "905 recovered after 0",
                ]
        )
        var latch = TroubleLatch()
        var now: UInt64 = 0
        for _ in 0..<20 {
            let isTold = latch.failed("full", at: now)
            now = latch.askAt ?? 0
            let ended = latch.isWell(at: now)
            #expect(isTold && ended != nil)
        }
        _ = latch.failed("full", at: now)
        #expect(latch.askAt == now + TroubleLatch.calmMax)
    }
}
