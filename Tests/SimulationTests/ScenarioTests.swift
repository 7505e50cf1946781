import Testing

/// Situations from the daily work of help desks, each worked out by hand from the rules.
@Suite("Scenarios")
struct ScenarioTests {
    @Test("each comes to what its rule says", arguments: try ScenarioFile.all())
    func scenario(_ scenario: ScenarioFile) throws {
        let (told, standing) = try scenario.run()
        if let expected = scenario.told { #expect(told == expected, "\(scenario.file): \(scenario.title)") }
        if let expected = scenario.standing { #expect(standing == expected, "\(scenario.file): \(scenario.title)") }
    }

    @Test(
        "a case that leaves memory when nothing comes for it any more has the same outcome",
        arguments: try ScenarioFile.all()
    )
    func lettingGo(_ scenario: ScenarioFile) throws {
        let (kept, released) = (try scenario.run(), try scenario.run(letsGo: true))
        #expect(released.told == kept.told)
        #expect(released.standing == kept.standing)
    }

    @Test("each says of something what it comes to, and names its rule")
    func titles() throws {
        let scenarios = try ScenarioFile.all()
        #expect(scenarios.count >= 60)
        for scenario in scenarios {
            #expect(scenario.title.hasPrefix("S") || scenario.title.hasPrefix("Table: "), "\(scenario.title)")
            #expect(scenario.told != nil || scenario.standing != nil, "\(scenario.title)")
        }
    }
}

extension ScenarioFile: CustomTestStringConvertible {
    var testDescription: String { title }
}
