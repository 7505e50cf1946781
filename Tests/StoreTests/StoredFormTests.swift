import Engine
import Testing
import TimeBase

@testable import Store

@Suite("the stored form")
struct StoredFormTests {
    @Test("a case reads back as it was written", arguments: 0..<300)
    func caseRoundTrip(seed: Int) throws {
        var random = Seeded(seed)
        let state = random.state(CaseID("T-1"))
        var bytes = ByteWriter()
        state.write(to: &bytes)
        #expect(try Case(id: state.id, stored: bytes.bytes) == state)
    }

    @Test("a fact and its key read back as they were written", arguments: 0..<300)
    func factRoundTrip(seed: Int) throws {
        var random = Seeded(seed)
        let fact = random.fact(of: CaseID("T-1"), eventID: random.text(), source: random.text())
        var bytes = ByteWriter()
        FactKey(source: fact.event.source, eventID: fact.event.id).write(to: &bytes)
        let key = try FactKey(stored: bytes.bytes)
        fact.write(to: &bytes)
        #expect(try Fact(caseID: fact.event.caseID, key: key, stored: bytes.bytes) == fact)
    }

    @Test("a ledger record reads back as it was written", arguments: 0..<300)
    func recordRoundTrip(seed: Int) throws {
        var random = Seeded(seed)
        let record = random.record()
        var bytes = ByteWriter()
        record.write(to: &bytes)
        #expect(try LedgerRecord(stored: bytes.bytes) == record)
    }

    @Test("every word of every enum reads back")
    func words() throws {
        var bytes = ByteWriter()
        var random = Seeded(1)
        for kind in LedgerRecord.Kind.allCases {
            let record = LedgerRecord(kind: kind, at: at(1), noticedAt: at(2))
            record.write(to: &bytes)
            #expect(try LedgerRecord(stored: bytes.bytes) == record)
        }
        for kind in Event.Kind.allCases {
            var fact = random.fact(of: CaseID("T-1"), eventID: "e", source: "s")
            fact.event.kind = kind
            fact.write(to: &bytes)
            let key = FactKey(source: "s", eventID: "e")
            #expect(try Fact(caseID: fact.event.caseID, key: key, stored: bytes.bytes) == fact)
        }
        for status in Status.allCases {
            for verdict in Seeded.verdicts {
                var state = plainCase("T-1")
                state.status = status
                state.timers[0].verdict = verdict
                state.write(to: &bytes)
                #expect(try Case(id: state.id, stored: bytes.bytes) == state)
            }
        }
    }

    @Test("a case cut short anywhere is damage, not a crash", arguments: 0..<5)
    func truncated(seed: Int) {
        var random = Seeded(seed)
        var bytes = ByteWriter()
        random.state(CaseID("T-1")).write(to: &bytes)
        for count in 0..<bytes.bytes.count {
            #expect(throws: Damage.self) { try Case(id: CaseID("T-1"), stored: Array(bytes.bytes.prefix(count))) }
        }
    }

    @Test("a flipped bit anywhere is damage", arguments: 0..<10)
    func flipped(seed: Int) {
        var random = Seeded(seed)
        var bytes = ByteWriter()
        random.record().write(to: &bytes)
        for index in bytes.bytes.indices {
            var damaged = bytes.bytes
            damaged[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            #expect(throws: Damage.self) { try LedgerRecord(stored: damaged) }
        }
    }

    @Test("nonsense under a right checksum throws or reads, and never traps", arguments: 0..<200)
    func nonsense(seed: Int) throws {
        var random = Seeded(seed)
        var whole = ByteWriter()
        random.state(CaseID("T-1")).write(to: &whole)
        var body = Array(whole.bytes.dropFirst().dropLast(Checksum.size))
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            body[Int.random(in: 0..<body.count, using: &random)] = .random(in: 0...255, using: &random)
        }
        var bytes = ByteWriter()
        bytes.begin()
        for byte in body { bytes.byte(byte) }
        bytes.end()
        do {
            // What reads must be a value of its own: it survives another round.
            let state = try Case(id: CaseID("T-1"), stored: bytes.bytes)
            state.write(to: &bytes)
            #expect(try Case(id: CaseID("T-1"), stored: bytes.bytes) == state)
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    @Test("an unknown format, an unknown part and an over-long number are named")
    func unknown() {
        func read(_ body: [UInt8]) -> String {
            var bytes = ByteWriter()
            bytes.begin()
            for byte in body { bytes.byte(byte) }
            bytes.end()
            do { return "\(try LedgerRecord(stored: bytes.bytes))" } catch { return error.description }
        }
        #expect(read([99]) == "ledger kind 99 is unknown")
        #expect(read([0, 2, 2, 0x80, 0x80, 0x80, 0x80, 0x01]) == "it has parts that are unknown")
        #expect(read([0] + Array(repeating: 0xFF, count: 11)) == "a number is too large")
        #expect(read([0, 2, 2, 0, 0]) == "1 bytes are left over")
        var newer = ByteWriter()
        LedgerRecord(kind: .met, at: at(1), noticedAt: at(1)).write(to: &newer)
        #expect(throws: Damage("format 2 is unknown")) { try LedgerRecord(stored: [2] + newer.bytes.dropFirst()) }
    }

    @Test("a case of usual size takes less than 200 bytes")
    func size() {
        var state = plainCase("T-1", dueAt: at(1_795_289_582_290))
        state.timers.append(state.timers[0])
        state.fields.subject = "My order has not arrived"
        var bytes = ByteWriter()
        state.write(to: &bytes)
        #expect(bytes.bytes.count < 200)
    }
}
