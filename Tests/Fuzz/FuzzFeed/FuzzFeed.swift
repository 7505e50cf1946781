import ICal
import TimeBase
import WorkingTime

/// Any bytes as a file of holidays: refused with a line of it, or dates and warnings with lines of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let lines = bytes.count { $0 == 0x0A } + 1
    do {
        let feed = try HolidayFeed(bytes: bytes, file: "fuzz.ics")
        let holidays = try feed.holidays(in: berlin) { name throws(ZoneProblem) in
            guard name == "Europe/Berlin" else { throw .unknown(name: name, path: "nowhere") }
            return berlin
        }
        let allowed = FeedLimits.firstDate...FeedLimits.lastDate
        precondition(holidays.dates.keys.allSatisfy(allowed.contains))
        for (date, spans) in holidays.closures {
            precondition(allowed.contains(date))
            for span in spans.keys {
                precondition(0 <= span.start && span.start < span.end && span.end <= 86_400, "\(date) \(span)")
            }
        }
        for warning in holidays.warnings {
            precondition(warning.line.map { (1...lines).contains($0) } ?? true, "\(warning)")
        }
        precondition(holidays.closedTimes.keys.allSatisfy { $0.lowerBound < $0.upperBound })
    } catch {
        precondition(error.line.map { (1...lines).contains($0) } ?? true, "\(error)")
    }
    return 0
}

private let berlin: ZoneRules = {
    guard let rules = try? ZoneRules(name: "Europe/Berlin", posix: "CET-1CEST,M3.5.0,M10.5.0/3") else {
        preconditionFailure("the rule of Berlin is not understood")
    }
    return rules
}()
