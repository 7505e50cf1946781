import API
import Engine
import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing
import TimeBase

@Suite("GET /v1/records", .timeLimit(.minutes(5)))
final class RecordsTests {
    /// In a directory of this test's own.
    private let path = temporarySocketPath()

    deinit { try? FileManager.default.removeItem(at: URL(fileURLWithPath: path).deletingLastPathComponent()) }

    /// A desk at which no wait ends because its time is up: what waits for that, waits for ever.
    private static func timelessDesk() -> StubDesk { StubDesk(bell: CommitBell(timers: NIOAsyncTestingEventLoop())) }

    private static func logged(_ number: Int64, _ kind: LedgerRecord.Kind = .warned) -> LoggedRecord {
        LoggedRecord(
            number: number,
            caseID: CaseID("T-\(number)"),
            record: LedgerRecord(kind: kind, at: noon, noticedAt: noon)
        )
    }

    @Test("the query reaches the desk in its types")
    func query() async throws {
        let desk = StubDesk()
        await desk.write(Self.logged(3))
        let uri = "/v1/records?after=7&before=900&case=T-3&team=Core%20team&kind=breached,met_late&limit=1000"
        #expect(try await send(.get, uri, to: desk).status == 200)
        var wanted = RecordQuery()
        wanted.after = 7
        wanted.before = 900
        wanted.caseID = CaseID("T-3")
        wanted.team = "Core team"
        wanted.kinds = [.breached, .metLate]
        wanted.limit = 1_000
        #expect(await desk.recordQueries == [wanted])
        _ = try await send(.get, "/v1/records", to: desk)
        #expect(await desk.recordQueries.last == RecordQuery())
    }

    @Test("a page has each record with number and case, and says where to go on")
    func page() async throws {
        let desk = StubDesk()
        for number in [3, 5, 9] as [Int64] { await desk.write(Self.logged(number)) }
        let head = #"{"now":"2026-11-21T12:00:00.000Z","store":"5701ab1e","records":["#
        let record =
            #"{"number":5,"case":"T-5","at":"2026-11-21T12:00:00.000Z","record":"warned","late_ms":0,"to":[],"#
            + #""noticed_at":"2026-11-21T12:00:00.000Z"}"#
        let forward = try await send(.get, "/v1/records?after=3&limit=1", to: desk)
        #expect(forward.body == head + record + #"],"next":5,"has_more":true,"newest":9}"#)
        let backward = try await send(.get, "/v1/records?before=9&limit=1", to: desk)
        #expect(backward.body == head + record + #"],"next":9,"has_more":false,"previous":5,"newest":9}"#)
    }

    @Test(
        "wrong values are refused, never bent",
        arguments: [
            "limit=0", "limit=1001", "after=-1", "after=x", "before=", "kind=", "kind=lost", "kind=met,", "wait=31",
            "wait=-1", "since=1",
        ]
    )
    func wrongQuery(query: String) async throws {
        let exchange = try await send(.get, "/v1/records?\(query)")
        #expect(exchange.status == 400)
        _ = try exchange.problemCode()
    }

    @Test("a case that nobody knows is 404")
    func unknown() async throws {
        #expect(try await send(.get, "/v1/records?case=nope&wait=30").problemCode() == "unknown_case")
    }

    @Test("a request that may wait is answered at once if there is something, or if nothing can come of waiting")
    func atOnce() async throws {
        let desk = Self.timelessDesk()
        await desk.write(Self.logged(3))
        for query in ["after=0&wait=30", "wait=30", "after=4&wait=30", "before=1&wait=30", "after=3&wait=0"] {
            #expect(try await send(.get, "/v1/records?\(query)", to: desk).status == 200)
        }
        #expect(await desk.recordQueries.count == 5)
    }

    @Test("a request that waits is answered with the record that is committed meanwhile, and with no other")
    func waits() async throws {
        let desk = StubDesk()
        await desk.write(Self.logged(3))
        async let answer = send(.get, "/v1/records?after=3&kind=breached&wait=30", to: desk)
        // It has looked once and found nothing.
        while await desk.recordQueries.isEmpty { await Task.yield() }
        await desk.write(Self.logged(4, .met))
        // It has looked again, behind what does not fit.
        while await desk.recordQueries.last?.after != 4 {
            desk.bell.ring()
            try await Task.sleep(for: .milliseconds(10))
        }
        await desk.write(Self.logged(5, .breached))
        let json = try await answer.json()
        #expect((json["records"] as? [[String: Any]])?.map { $0["number"] as? Int } == [5])
        #expect(json["next"] as? Int == 5)
    }

    @Test("when the time is up the answer is empty and tells where to go on")
    func timeIsUp() async throws {
        let desk = StubDesk()
        await desk.write(Self.logged(3))
        let start = ContinuousClock.now
        let json = try await send(.get, "/v1/records?after=3&wait=1", to: desk).json()
        #expect(ContinuousClock.now - start >= .milliseconds(900))
        #expect((json["records"] as? [Any])?.isEmpty == true)
        #expect(json["next"] as? Int == 3)
    }

    @Test("what is committed between the look and the wait is heard")
    func noneIsLost() async throws {
        let timeless = Self.timelessDesk()
        await timeless.write(afterNextRead: Self.logged(4))
        let found = try await send(.get, "/v1/records?after=0&wait=30", to: timeless).json()["records"]
        #expect((found as? [[String: Any]])?.map { $0["number"] as? Int } == [4])
        // And commits at any moment.
        let desk = StubDesk()
        for round in 0..<20 as Range<Int64> {
            async let answer = send(.get, "/v1/records?after=\(round * 2)&wait=30", to: desk)
            await desk.write(Self.logged(round * 2 + 2))
            let numbers = try await answer.json()["records"] as? [[String: Any]]
            #expect(numbers?.map { $0["number"] as? Int } == [Int(round * 2 + 2)])
        }
    }

    @Test("a stop ends every wait at once")
    func close() async throws {
        let desk = Self.timelessDesk()
        async let first = send(.get, "/v1/records?after=0&wait=30", to: desk)
        async let second = send(.get, "/v1/records?after=0&wait=30", to: desk)
        while await desk.recordQueries.count < 2 { await Task.yield() }
        desk.bell.close()
        #expect(try await first.status == 200)
        #expect(try await second.status == 200)
        #expect(try await send(.get, "/v1/records?after=0&wait=30", to: desk).status == 200)
    }

    private static func question(_ wait: Int) -> String {
        "GET /v1/records?after=0&wait=\(wait) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    }

    @Test("of one user so many requests are held and no more; those of clients that have gone make room")
    func bounded() async throws {
        let desk = Self.timelessDesk()
        try await withServer(desk, at: path) { path in
            let group = MultiThreadedEventLoopGroup.singleton
            var held: [any Channel] = []
            for _ in 0..<CommitBell.seatsOfOneUserMax {
                let channel = try await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get()
                try await channel.writeAndFlush(ByteBuffer(string: Self.question(30)))
                held.append(channel)
            }
            while await desk.recordQueries.count < held.count { try await Task.sleep(for: .milliseconds(5)) }
            let refused = try await talk(path, Self.question(30))
            #expect(refused.hasPrefix("HTTP/1.1 503 "))
            #expect(refused.contains(#""code":"busy""#))
            // Others are not kept waiting by them.
            #expect(try await talk(path, Self.question(0)).hasPrefix("HTTP/1.1 200 "))
            for channel in held { try await channel.close() }
            // Answered at once, if there is a place for it.
            await desk.put(Self.logged(1))
            var answer = ""
            repeat { answer = try await talk(path, Self.question(30)) } while answer.hasPrefix("HTTP/1.1 503 ")
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("requests that wait do not hold up the stop of the server")
    func stop() async throws {
        let desk = Self.timelessDesk()
        try await withServer(desk, at: path) { path in
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path).get()
            try await channel.writeAndFlush(ByteBuffer(string: Self.question(30)))
            while await desk.recordQueries.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(channel.isActive)
        }
    }
}
