import TimeBase

/// Falls over a date that a fuzzer which is blind to what happens inside does not find in a minute.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count == 6 else { return 0 }
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if bytes[0] == 0x63, bytes[1] == 0x61, bytes[2] == 0x6E, bytes[3] == 0x61, bytes[4] == 0x72, bytes[5] == 0x79 {
        preconditionFailure("the canary sings")
    }
    return 0
}
