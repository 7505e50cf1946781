import Config
import Engine
import Support
import Testing

@Suite("The shipped file, damaged")
struct MutationTests {
    /// One piece of damage, of a kind that people, editors and disks do.
    private func damage(_ bytes: [UInt8], _ dice: inout Seeded) -> [UInt8] {
        var bytes = bytes
        let at = Int.random(in: 0..<bytes.count, using: &dice)
        let length = Int.random(in: 1...min(40, bytes.count - at), using: &dice)
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        let line = Int.random(in: 0..<lines.count, using: &dice)
        switch Int.random(in: 0..<8, using: &dice) {
        case 0: bytes.removeSubrange(at...)
        case 1: bytes.removeSubrange(at..<at + length)
        case 2: bytes[at] = UInt8.random(in: 0...255, using: &dice)
        case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: Int.random(in: 0...bytes.count, using: &dice))
        case 4: bytes.insert(Array("[]{}:,&*#!|>'\"%@`\t\n-?~<".utf8).randomElement(using: &dice) ?? 0x5B, at: at)
        case 5: bytes = Array((lines[..<line] + lines[(line + 1)...]).joined(separator: [0x0A]))
        case 6: bytes = Array((lines[...line] + lines[line...]).joined(separator: [0x0A]))
        default: bytes.swapAt(at, Int.random(in: 0..<bytes.count, using: &dice))
        }
        return bytes.isEmpty ? [0x0A] : bytes
    }

    @Test("gives a policy or a complaint with a line of the file, and never crashes", arguments: 0..<300)
    private func damaged(seed: Int) throws {
        var dice = Seeded(seed)
        var bytes = Array(try ShippedFileTests.text(seed % 3 == 0 ? "demo.yaml" : "slawatch.yaml").utf8)
        for _ in 0...(seed % 4) { bytes = damage(bytes, &dice) }
        let lines = bytes.count { $0 == 0x0A } + 1
        let complaints: [Complaint]
        switch ConfigFile.load(bytes: bytes, file: "damaged.yaml", zones: Given.zone, now: Given.now) {
        case .success(let config):
            #expect(!config.policy.tiers.isEmpty && !config.policy.targetRules.isEmpty)
            #expect(config.warnings.allSatisfy { $0.severity == .warning })
            complaints = config.warnings
        case .failure(let refusal):
            #expect(refusal.list.contains { $0.severity == .error })
            complaints = refusal.list
        }
        check(complaints, lines: lines, seed)
    }

    @Test("the shipped tests, damaged, are tests or a complaint, and never crash", arguments: 0..<300)
    private func damagedTests(seed: Int) throws {
        var dice = Seeded(seed)
        var bytes = Array(try ShippedFileTests.text(seed % 3 == 0 ? "tests/demo.yaml" : "tests/slawatch.yaml").utf8)
        for _ in 0...(seed % 4) { bytes = damage(bytes, &dice) }
        switch PolicyTestFile.load(bytes: bytes, file: "damaged.yaml", zones: Given.zone) {
        case .success(let file):
            for test in file.tests { #expect(test.until >= test.start, "seed \(seed)") }
        case .failure(let refusal):
            #expect(refusal.list.contains { $0.severity == .error })
            check(refusal.list, lines: bytes.count { $0 == 0x0A } + 1, seed)
        }
    }

    private func check(_ complaints: [Complaint], lines: Int, _ seed: Int) {
        for complaint in complaints {
            #expect((1...lines).contains(complaint.line), "seed \(seed): \(complaint)")
            #expect(complaint.column >= 1)
            #expect(!complaint.description.contains { $0.isNewline }, "seed \(seed): \(complaint)")
        }
    }
}
