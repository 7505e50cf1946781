import Engine
import Support
import Testing
import TimeBase

@Suite("Words without regard to case")
struct FoldedWordTests {
    @Test(
        "S27: words are the same by Unicode simple case folding",
        arguments: [
            ("high", "HIGH"), ("Zürich", "ZÜRICH"), ("straße", "STRAẞE"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("K", "\u{212A}"),
            ("e\u{301}", "É"), ("срочно", "Срочно"), ("", ""), ("a-b_1", "A-B_1"),
        ]
    )
    func same(left: String, right: String) {
        #expect(FoldedWord.isSame(left, right))
        #expect(FoldedWord.isSame(right, left))
        #expect(FoldedWord.folded(left) == FoldedWord.folded(right))
    }

    @Test(
        "S27: folding changes no word into another one",
        arguments: [
            ("high", "highs"), ("high", "hig"), ("straße", "strasse"), ("I", "ı"), ("i", "İ"), ("a", "á"), ("@", "`"),
            ("[", "{"), ("é", "e"),
        ]
    )
    func different(left: String, right: String) {
        #expect(!FoldedWord.isSame(left, right))
        #expect(!FoldedWord.isSame(right, left))
    }

    @Test("S27: a rule matches whatever the case of its words and of the event's")
    func rules() throws {
        func target(_ hours: Int64) -> [Target] {
            [Target(metric: .firstReply, duration: .hours(hours), calendar: "always")]
        }
        let rules = [
            TargetRule(name: "vip", condition: .tags(["VIP"]), targets: target(1)),
            TargetRule(name: "urgent", condition: .priority(["Urgent"]), targets: target(2)),
            TargetRule(name: "bank", condition: .customer(["ÖBB"]), targets: target(3)),
            TargetRule(name: "mail", condition: .channel(["mail"]), targets: target(4)),
        ]
        for (words, clock) in [
            ("tags=new,vip", "10:00"), ("priority=URGENT", "11:00"), ("customer=öbb", "12:00"),
            ("channel=Mail", "13:00"), ("priority=urgently", "15:00"),
        ] {
            var scenario = Scenario(.sample(target(6), rules: rules))
            _ = try scenario.tell("Mon 09:00 opened \(words)")
            #expect(scenario.state?.timer(.firstReply)?.deadline == Scenario.instant("Mon", clock), "\(words)")
        }
    }
}
