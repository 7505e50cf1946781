import ArgumentParser
import Config
import FoundationEssentials
import TimeBase
import WorkingTime

/// Where the calendars of a command come from.
struct PolicyOptions: ParsableArguments {
    static let defaultPolicy = "/etc/slawatchd/slawatch.yaml"

    @Option(
        help: ArgumentHelp("The policy file with the calendar, YAML or JSON; - is standard input.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var policy = Self.defaultPolicy

    var source: CalendarSource { CalendarSource(policy: policy) }
}

/// The calendars of a policy file.
struct CalendarSource {
    let policy: String

    /// The machine's zone data, or those of `TZDIR`.
    static var zones: ZoneFolder { ZoneFolder.system(tzdir: ProcessInfo.processInfo.environment["TZDIR"]) }

    /// All calendars of the file; its mistakes are a failure.
    func all() throws(Failure) -> [LoadedCalendar] {
        let bytes = try InputFile.bytes(of: policy)
        let file = policy == "-" ? "<stdin>" : policy
        let loaded = ConfigFile.calendars(
            bytes: bytes,
            file: file,
            zones: Self.zones.rules(for:),
            feeds: { feed throws(FeedUnreadable) in
                try InputFile.feed(at: ConfigFile.path(ofFeed: feed, ofPolicy: file))
            },
            now: WallClock.now()
        )
        switch loaded {
        case .success(let calendars): return calendars
        case .failure(let complaints):
            throw Failure(
                code: .configuration,
                message: "cannot use the calendars of \(InputFile.title(of: policy)): it has mistakes",
                lines: complaints.lines
            )
        }
    }

    /// The calendar with a name; `always` needs no file.
    func calendar(_ name: String) throws(Failure) -> LoadedCalendar {
        if name == LoadedCalendar.always.spec.name { return .always }
        let calendars = try all()
        if let found = calendars.first(where: { $0.spec.name == name }) { return found }
        let names = calendars.map(\.spec.name) + [LoadedCalendar.always.spec.name]
        let advice = ConfigFile.suggestion(for: name, among: names) ?? "it has \(names.joined(separator: ", "))"
        throw Failure(
            code: .usage,
            message: "cannot find calendar \"\(Printable.brief(name))\" in \(InputFile.title(of: policy)): "
                + "no such name, \(advice)"
        )
    }
}
