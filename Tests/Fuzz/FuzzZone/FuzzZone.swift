import TimeBase

/// Any bytes as a TZif file: refused, or rules that answer any question.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let zone = try? ZoneRules(name: "Fuzz/Zone", tzif: bytes) else { return 0 }
    // A day at a time is slow and finds no more: these meet every year and every time of day.
    for index in 0..<500 {
        let dayNumber = -25_567 + index * 367
        let instant = zone.instant(dayNumber: dayNumber, secondsOfDay: index * 7_919 % 86_400)
        let shown = zone.dayNumber(at: instant)
        // A gap moves a wall time forward, by no more than two offsets differ.
        precondition(shown >= dayNumber && shown <= dayNumber + 3, "\(dayNumber) became \(shown)")
        if let change = zone.change(after: instant) {
            precondition(change > instant, "a change at \(change) after \(instant)")
            precondition(zone.offset(at: change) != zone.offset(at: change - .seconds(1)), "no change at \(change)")
        }
    }
    return 0
}
