import FoundationEssentials
import Testing

@testable import slactl

@Suite("reading gzip")
struct GzipTests {
    private static let text = "{\"a\":1}\n{\"b\":2}\n"
    /// Made by `printf '{"a":1}\n{"b":2}\n' | gzip -n`.
    private static let packed = bytes("H4sIAAAAAAAAA6tWSlSyMqzlqlZKUrIyquUCAMiyzp8QAAAA")
    /// Made by `head -c 600000 /dev/zero | gzip -9n`: more than a chunk comes out.
    private static let zeros =
        bytes("H4sIAAAAAAACA+3BMQEAAADCoPVPbQ0PoAAA") + [UInt8](repeating: 0, count: 579)
        + bytes("eDSz0/3QwCcJAA==")

    private static func bytes(_ base64: String) -> [UInt8] {
        guard let data = Data(base64Encoded: base64) else { preconditionFailure("\(base64) is not base64") }
        return Array(data)
    }

    private func text(_ packed: [UInt8]) throws -> String {
        String(decoding: try Gzip.unpacked(packed, bytesMax: 1_000), as: UTF8.self)
    }

    @Test("a file is known by its first two bytes, not by its name")
    func magic() {
        #expect(Gzip.isGzip(Self.packed))
        #expect(!Gzip.isGzip(Array(Self.text.utf8)))
        #expect(!Gzip.isGzip([0x1F]))
        #expect(!Gzip.isGzip([]))
    }

    @Test("one member, several members, and zeros behind the last")
    func members() throws {
        #expect(try text(Self.packed) == Self.text)
        #expect(try text(Self.packed + Self.packed) == Self.text + Self.text)
        #expect(try text(Self.packed + [0, 0, 0]) == Self.text)
    }

    @Test("a file that ends too early says so, wherever it ends", arguments: 2..<packed.count)
    func truncated(count: Int) {
        #expect(throws: Gzip.Damage.truncated) { try text(Array(Self.packed.prefix(count))) }
    }

    @Test("rubbish behind a member is not passed over in silence")
    func rubbishBehind() {
        #expect(throws: Gzip.Damage.corrupt(afterBytes: Self.packed.count)) { try text(Self.packed + [1, 2, 3]) }
    }

    @Test("a damaged byte is found or harmless, never believed", arguments: 2..<packed.count)
    func damaged(place: Int) {
        for bit in 0..<8 {
            var damaged = Self.packed
            damaged[place] ^= 1 << bit
            // Header bytes such as the operating system may change without harm.
            #expect((try? text(damaged)) ?? Self.text == Self.text)
        }
    }

    @Test("more than the limit is refused while it is unpacked")
    func bomb() throws {
        #expect(try Gzip.unpacked(Self.zeros, bytesMax: 600_000).count == 600_000)
        #expect(throws: Gzip.Damage.tooLarge(limit: 599_999)) { try Gzip.unpacked(Self.zeros, bytesMax: 599_999) }
    }
}
