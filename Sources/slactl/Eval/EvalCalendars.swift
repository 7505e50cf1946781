import Config
import TimeBase
import WorkingTime

/// The calendars of the questions, each laid out once: test suites ask the same few over and over.
struct EvalCalendars {
    private let zones: ZoneFolder
    private let named: [String: WorkingCalendar]
    private let hasPolicy: Bool
    private var rules: [String: ZoneRules] = [:]
    private var written: [ArraySlice<UInt8>: Result<WorkingCalendar, EvalRefusal>] = [:]

    /// How many that were written out are kept; one of ten years of holidays takes some 100 KB.
    static let writtenMax = 256

    /// `policy` has the calendars that may be named beside `always`; nil if no policy was given.
    init(zones: ZoneFolder, policy: [LoadedCalendar]?) {
        self.zones = zones
        hasPolicy = policy != nil
        var named = [WorkingCalendar.always.name: WorkingCalendar.always]
        for loaded in policy ?? [] { named[loaded.spec.name] = loaded.calendar }
        self.named = named
    }

    /// The calendar that a question names or writes out.
    mutating func calendar(_ value: EvalLine.CalendarValue) throws(EvalRefusal) -> WorkingCalendar {
        switch value {
        case .named(let name):
            if let calendar = named[name] { return calendar }
            throw EvalRefusal(
                "cannot find calendar \"\(Printable.brief(name))\": "
                    + (hasPolicy ? "the policy has none of that name" : "name the policy that has it with --policy")
            )
        case .written(let text):
            if let known = written[text] { return try known.get() }
            let read = read(text)
            if written.count >= Self.writtenMax { written.removeAll(keepingCapacity: true) }
            // A copy of its own: the slice would keep the whole line.
            written[ArraySlice(Array(text))] = read
            return try read.get()
        }
    }

    private mutating func read(_ text: ArraySlice<UInt8>) -> Result<WorkingCalendar, EvalRefusal> {
        let loaded = ConfigFile.calendar(bytes: Array(text), name: "calendar") { name throws(ZoneProblem) in
            if let known = rules[name] { return known }
            let read = try zones.rules(for: name)
            rules[name] = read
            return read
        }
        switch loaded {
        case .success(let loaded):
            guard loaded.spec.hasHours else {
                return .failure(EvalRefusal("cannot use the calendar: it has no hours, no time would ever count"))
            }
            return .success(loaded.calendar)
        case .failure(let complaints):
            let causes = complaints.list.filter { $0.severity == .error }
                .map { $0.message + ($0.hint.map { " (\($0))" } ?? "") }
            return .failure(EvalRefusal("cannot use the calendar: " + causes.joined(separator: "; ")))
        }
    }
}
