import Support
import Testing
import TimeBase

@testable import slactl

@Suite("how the lines of a file become requests")
struct ImportPlanTests {
    private static let limits = ImportPlan.Limits(events: 10, bytes: 300)

    /// Mostly small cases, sometimes one that fits no request, sometimes a line that is no event or fits nowhere.
    private static func entries(seed: Int) -> [ImportPlan.Entry] {
        var random = Seeded(seed)
        let caseCount = Int.random(in: 1...30, using: &random)
        return (0..<Int.random(in: 0...200, using: &random))
            .map { _ in
                let isBig = Int.random(in: 0..<40, using: &random) == 0
                let isEvent = Int.random(in: 0..<20, using: &random) > 0
                return ImportPlan.Entry(
                    caseID: isEvent ? "case \(Int.random(in: 0..<caseCount, using: &random))" : nil,
                    byteCount: isBig
                        ? Int.random(in: 250...400, using: &random) : Int.random(in: 1...60, using: &random)
                )
            }
    }

    @Test("every line goes once or is named as too large", arguments: 0..<200)
    func everyLineOnce(seed: Int) {
        let entries = Self.entries(seed: seed)
        let plan = ImportPlan(entries, limits: Self.limits)
        #expect((plan.requests.joined() + plan.oversized).sorted() == Array(entries.indices))
        #expect(plan.oversized == entries.indices.filter { entries[$0].byteCount > Self.limits.bytes })
    }

    @Test("no request is larger than the daemon takes, and none is empty", arguments: 0..<200)
    func withinLimits(seed: Int) {
        let entries = Self.entries(seed: seed)
        for request in ImportPlan(entries, limits: Self.limits).requests {
            #expect((1...Self.limits.events).contains(request.count))
            #expect(request.reduce(0) { $0 + entries[$1].byteCount } <= Self.limits.bytes)
        }
    }

    @Test("a case stays in one request unless it is larger than one, and then it is named", arguments: 0..<200)
    func casesStayTogether(seed: Int) {
        let entries = Self.entries(seed: seed)
        let plan = ImportPlan(entries, limits: Self.limits)
        var requestsOfCase: [String: Set<Int>] = [:]
        for (number, request) in plan.requests.enumerated() {
            for place in request {
                if let caseID = entries[place].caseID { requestsOfCase[caseID, default: []].insert(number) }
            }
        }
        for (caseID, requests) in requestsOfCase {
            let lines = entries.filter { $0.caseID == caseID && $0.byteCount <= Self.limits.bytes }
            let isLarge = lines.count > Self.limits.events || lines.reduce(0) { $0 + $1.byteCount } > Self.limits.bytes
            #expect(plan.splitCases.contains(caseID) == isLarge)
            if !isLarge { #expect(requests.count == 1, "case \(caseID) in requests \(requests.sorted())") }
        }
    }

    @Test("lines of a case keep their order and stand together; cases go by first appearance", arguments: 0..<200)
    func orderIsKept(seed: Int) {
        let entries = Self.entries(seed: seed)
        let sent = Array(ImportPlan(entries, limits: Self.limits).requests.joined())
        var lastOfCase: [String: Int] = [:]
        var firstPlaces: [Int] = []
        var previous: String?
        for place in sent {
            guard let caseID = entries[place].caseID else {
                previous = nil
                continue
            }
            if let last = lastOfCase[caseID] {
                #expect(last < place)
                #expect(previous == caseID, "case \(caseID) is torn apart")
            } else {
                // A first line that is too large still counts as the first appearance.
                firstPlaces.append(entries.firstIndex { $0.caseID == caseID } ?? place)
            }
            lastOfCase[caseID] = place
            previous = caseID
        }
        #expect(firstPlaces == firstPlaces.sorted())
    }

    @Test("the limits are those of the API")
    func limits() {
        #expect(ImportPlan.Limits() == ImportPlan.Limits(events: 10_000, bytes: 8_388_608))
    }
}

@Suite("what became of the lines of a file")
struct ImportReportTests {
    private static let text = """
        {"case":"A","event":"opened","at":"2026-11-21T14:02:10Z"}

        {"case":"B","event":"opened","at":"2026-11-21T14:02:10Z"}
        {"case":"A","event":"note","at":"2026-11-21T14:02:10Z"}
        """

    private func report(_ results: [EventsAnswer.Result]) throws -> ImportReport {
        let log = try EventLog(bytes: Array(Self.text.utf8))
        let plan = ImportPlan(log.lines.map { .init(caseID: $0.caseID, byteCount: log.wireCount(of: $0)) })
        var report = ImportReport(log, plan)
        report.add(
            EventsAnswer(applied: 3 - results.count, duplicate: 0, refused: results.count, results: results),
            to: plan.requests[0],
            of: log
        )
        return report
    }

    @Test("a refused line is named by its number in the file, not in the request")
    func fileLines() throws {
        // The request is A, A, B: its second line is line 4 of the file.
        let report = try report([.init(line: 2, result: "refused", code: "unknown_tier", reason: "no such tier")])
        #expect(report.refusals.map(\.line) == [4])
        #expect(report.refusalsText(atMost: 5) == "line 4: case A: no such tier [unknown_tier]\n")
        #expect(report.summary == "3 events: 2 applied, 0 duplicate, 1 refused\n")
    }

    @Test("refusals are in the order of the file, and those beyond the limit are counted")
    func sortedAndCut() throws {
        let report = try report([
            .init(line: 3, result: "refused", reason: "no"), .init(line: 2, result: "refused", reason: "no"),
        ])
        #expect(report.refusals.map(\.line) == [3, 4])
        #expect(report.refusalsText(atMost: 1) == "line 3: case B: no\nand 1 refused line more\n")
    }

    @Test("a case with an endless name is cut in the text, and whole for programs")
    func longName() throws {
        let name = String(repeating: "x", count: 10_000)
        let report = try report([.init(line: 2, case: name, result: "refused", reason: "no")])
        #expect(report.refusals.map(\.case) == [name])
        let cut = String(repeating: "x", count: 64) + "…"
        #expect(report.refusalsText(atMost: 5) == "line 4: case \(cut): no\n")
        #expect(Printable.brief(String(repeating: "x", count: 64)) == String(repeating: "x", count: 64))
    }

    @Test("keys that the daemon does not know are named once, in order")
    func ignored() throws {
        var report = try report([])
        #expect(report.ignoredText.isEmpty)
        let log = try EventLog(bytes: [])
        report.add(
            EventsAnswer(applied: 0, duplicate: 0, refused: 0, ignored: ["source_row", "proxy"]),
            to: [],
            of: log
        )
        report.add(EventsAnswer(applied: 0, duplicate: 0, refused: 0, ignored: ["proxy"]), to: [], of: log)
        #expect(report.ignoredText == "keys not looked at: proxy, source_row\n")
    }

    @Test("a line number that the request does not have is passed over")
    func nonsenseLine() throws {
        let report = try report([.init(line: 99, result: "refused"), .init(line: 0, result: "refused")])
        #expect(report.refusals.isEmpty)
        #expect(report.refused == 2, "they are counted all the same")
    }
}
