import API
import HTTPTypes
import Testing

@Suite("Metrics as text")
struct ExpositionTests {
    private let samples = [
        Measurement(
            "slawatch_events_total",
            help: "Events taken, by \"kind\" \\ all\nof them.",
            isCounter: true,
            labels: [("kind", "a\"b\\c\nd"), ("source", "api")],
            value: 12
        ),
        Measurement("slawatch_cases_open", help: "Open cases.", isCounter: false, value: 1_204),
        Measurement(
            "slawatch_events_total",
            help: "Events taken.",
            isCounter: true,
            labels: [("kind", "note")],
            value: 1e15
        ),
        Measurement("slawatch_lateness_seconds", help: "Lateness.", isCounter: false, value: 0.25),
        Measurement("slawatch_odd", help: "Odd.", isCounter: false, labels: [("v", "inf")], value: .infinity),
        Measurement("slawatch_odd", help: "Odd.", isCounter: false, labels: [("v", "nan")], value: .nan),
    ]

    @Test("Prometheus gets its format 0.0.4")
    func prometheus() {
        #expect(
            Exposition.text(of: samples, format: .prometheus) == #"""
                # HELP slawatch_events_total Events taken, by "kind" \\ all\nof them.
                # TYPE slawatch_events_total counter
                slawatch_events_total{kind="a\"b\\c\nd",source="api"} 12
                slawatch_events_total{kind="note"} 1000000000000000
                # HELP slawatch_cases_open Open cases.
                # TYPE slawatch_cases_open gauge
                slawatch_cases_open 1204
                # HELP slawatch_lateness_seconds Lateness.
                # TYPE slawatch_lateness_seconds gauge
                slawatch_lateness_seconds 0.25
                # HELP slawatch_odd Odd.
                # TYPE slawatch_odd gauge
                slawatch_odd{v="inf"} +Inf
                slawatch_odd{v="nan"} NaN

                """#
        )
    }

    @Test("OpenMetrics names the family without _total, escapes quotes in help, and ends with EOF")
    func openMetrics() {
        #expect(
            Exposition.text(of: Array(samples.prefix(2)), format: .openMetrics) == #"""
                # HELP slawatch_events Events taken, by \"kind\" \\ all\nof them.
                # TYPE slawatch_events counter
                slawatch_events_total{kind="a\"b\\c\nd",source="api"} 12
                # HELP slawatch_cases_open Open cases.
                # TYPE slawatch_cases_open gauge
                slawatch_cases_open 1204
                # EOF

                """#
        )
    }

    @Test(
        "Accept decides the format",
        arguments: [
            (nil, false), ("*/*", false), ("text/plain", false), ("application/openmetrics-text", true),
            ("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true),
            ("application/openmetrics-text; q=0.3, text/plain; q=0.5", false),
            ("application/openmetrics-text;q=0, */*", false), (";;,,q=", false),
        ] as [(String?, Bool)]
    )
    func accept(accept: String?, isOpenMetrics: Bool) async throws {
        var headers: HTTPFields = [:]
        headers[.accept] = accept
        let exchange = try await send(.get, "/metrics", headers: headers, to: StubDesk(samples: samples))
        #expect(exchange.body.hasSuffix("# EOF\n") == isOpenMetrics)
        #expect(
            exchange.headers[.contentType]
                == (isOpenMetrics
                    ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                    : "text/plain; version=0.0.4; charset=utf-8")
        )
    }
}
