import Foundation

/// A stream of random numbers that is the same for the same seed on every machine: SplitMix64.
package struct Seeded: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The seeds of the property tests: 200, or as many as `SLAWATCH_SEEDS` says, for hours if need be.
    package static let seeds = 0..<(ProcessInfo.processInfo.environment["SLAWATCH_SEEDS"].flatMap { Int($0) } ?? 200)
}
