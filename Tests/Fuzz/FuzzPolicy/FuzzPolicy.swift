import Config
import TimeBase

/// Any bytes as a policy file: refused with a place in it, or a policy.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let loaded = ConfigFile.load(
        bytes: bytes,
        file: "fuzz.yaml",
        zones: { name throws(ZoneProblem) in
            guard name == "UTC" || name == "Europe/Berlin" else { throw .unknown(name: name, path: "nowhere") }
            return .utc
        },
        now: Instant(milliseconds: 1_795_262_400_000)
    )
    let lines = bytes.count { $0 == 0x0A } + 1
    let complaints =
        switch loaded {
        case .success(let config): config.warnings
        case .failure(let complaints): complaints.list
        }
    for complaint in complaints {
        precondition((1...lines).contains(complaint.line) && complaint.column >= 1, "\(complaint)")
    }
    return 0
}
