import Support
import Testing
import TimeBase

@Suite("Spans")
struct SpanTests {
    @Test(
        "texts are read",
        arguments: [
            ("6h", 21_600_000), ("30m", 1_800_000), ("90s", 90_000), ("250ms", 250), ("1h30m", 5_400_000), ("0s", 0),
            ("1h1m1s1ms", 3_661_001), ("878400h", 3_162_240_000_000),
        ] as [(String, Int64)]
    )
    func read(text: String, milliseconds: Int64) {
        #expect(Span(text: text)?.milliseconds == milliseconds)
    }

    @Test(
        "other texts are nil",
        arguments: [
            "", "30", "h", "1d", "-5m", "1m1h", "1h1h", "1.5h", "1 h", "6H", "٣h", "878401h", "9999999999999999s",
            "6h ",
        ]
    )
    func refuse(text: String) {
        #expect(Span(text: text) == nil)
    }

    @Test("a span reads its own description", arguments: 0..<200)
    func roundTrip(seed: Int) {
        var random = Seeded(seed)
        let span = Span(milliseconds: Int64.random(in: 0...3_162_240_000_000, using: &random))
        #expect(Span(text: span.description) == span, "seed \(seed)")
    }

    @Test("for sentences, two units are enough")
    func rounded() {
        #expect(Span(milliseconds: 850).rounded == "850ms")
        #expect(Span.seconds(192).rounded == "3m 12s")
        #expect(Span.minutes(-125).rounded == "-2h 5m")
        #expect(Span.hours(99).rounded == "4d 3h")
        #expect(Span.zero.rounded == "0ms")
        #expect(Span.minutes(-5).description == "-5m")
    }
}
