import Glibc
import TimeBase
import WorkingTime

/// Open time over ten years of an office: five intervals a week, ten holidays a year.
///
/// `calendar.c` answers the same questions from the table that `write` hands it; the sums of the answers must be equal.
enum CalendarMeasures {
    /// From 2025 to 2034.
    private static let years = 2025...2034
    private static let span = Int64(1_735_689_600_000)..<Int64(2_051_222_400_000)

    static func office() throws -> WorkingCalendar {
        var random = Mixer(state: 10)
        var holidays: Set<CivilDate> = []
        for year in years {
            while holidays.count < 10 * (year - years.lowerBound + 1) {
                let month = 1 + Int(random.next() % 12)
                let date = CivilDate(year: year, month: month, day: 1 + Int(random.next() % 28))
                if let date, date.weekday < .saturday { holidays.insert(date) }
            }
        }
        let hours = [LocalSpan(9 * 3_600, 17 * 3_600)]
        let weekly = Dictionary(uniqueKeysWithValues: Weekday.allCases.prefix(5).map { ($0, hours) })
        return try WorkingCalendar(
            spec: CalendarSpec(name: "office", zone: "Europe/Berlin", weekly: weekly, holidays: holidays),
            zone: ZoneFolder.system(tzdir: nil).rules(for: "Europe/Berlin")
        )
    }

    /// Writes the ten years as pairs of numbers for `calendar.c`, some weeks before and after them included.
    static func write(path: String) throws {
        let calendar = try office()
        let margin = Span.hours(24 * 400)
        let stretches = calendar.stretches(
            from: Instant(milliseconds: span.lowerBound) - margin,
            to: Instant(milliseconds: span.upperBound) + margin
        )
        guard let file = unsafe fopen(path, "w") else { throw Usage(description: "cannot write \(path)") }
        defer { unsafe fclose(file) }
        for stretch in stretches {
            _ = unsafe "\(stretch.start.milliseconds) \(stretch.end.milliseconds)\n".withCString { unsafe fputs($0, file) }
        }
    }

    /// The same random questions as those of `calendar.c`: instants of the ten years, and durations of up to 80 h.
    private static func questions() -> (starts: [Int64], ends: [Int64], durations: [Int64]) {
        var random = Mixer(state: 498)
        var questions: (starts: [Int64], ends: [Int64], durations: [Int64]) = ([], [], [])
        let length = UInt64(span.upperBound - span.lowerBound)
        for _ in 0..<65_536 {
            questions.starts.append(span.lowerBound + Int64(random.next() % length))
            questions.ends.append(span.lowerBound + Int64(random.next() % length))
            questions.durations.append(1 + Int64(random.next() % (80 * 3_600_000)))
        }
        return questions
    }

    /// A calendar laid out and ready over the ten years, in milliseconds; `rounds` times all the adds and betweens.
    static func run(rounds: Int) throws {
        let (starts, ends, durations) = questions()
        let first = Instant(milliseconds: span.lowerBound)
        let last = Instant(milliseconds: span.upperBound)
        var calendar = try office()
        let built = try milliseconds {
            calendar = try office()
            _ = calendar.open(from: first, to: last)
        }
        var sum: Int64 = 0
        let adds = try milliseconds {
            for _ in 0..<rounds {
                for index in starts.indices {
                    let start = Instant(milliseconds: starts[index])
                    let deadline = try calendar.deadline(from: start, after: Span(milliseconds: durations[index]))
                    sum &+= deadline.milliseconds
                }
            }
        }
        let betweens = milliseconds {
            for _ in 0..<rounds {
                for index in starts.indices {
                    let start = Instant(milliseconds: starts[index])
                    sum &+= calendar.open(from: start, to: Instant(milliseconds: ends[index])).milliseconds
                }
            }
        }
        let count = Double(rounds * starts.count) * 1_000
        printJSON([
            "build_ms": built, "adds": count / adds, "betweens": count / betweens,
            "sum": Double(sum & 0xFFFF_FFFF_FFFF),
        ])
    }

    /// SplitMix64, as in `calendar.c`.
    private struct Mixer {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }
}
