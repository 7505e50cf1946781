import Config
import Engine
import TimeBase

/// A policy file for a simulation.
enum SimulatedPolicy {
    /// Reads and checks a file as the daemon does at its start: a calendar without open time is a warning, and its timers
    /// are suspended (S5).
    ///
    /// `now` is when the simulation begins. Warnings go to standard error.
    static func read(_ name: String, now: Instant) throws(Failure) -> Policy {
        let bytes = try InputFile.bytes(of: name)
        let zones = CalendarSource.zones
        let title = name == "-" ? "<stdin>" : name
        let loaded = ConfigFile.load(
            bytes: bytes,
            file: title,
            zones: zones.rules(for:),
            feeds: { feed throws(FeedUnreadable) in
                try InputFile.feed(at: ConfigFile.path(ofFeed: feed, ofPolicy: title))
            },
            now: now,
            occasion: .start
        )
        switch loaded {
        case .success(let config):
            for warning in config.warnings { StandardStream.error.write(Printable.text(warning.description) + "\n") }
            return config.policy
        case .failure(let complaints):
            let mistakes = complaints.list.count { $0.severity == .error }
            throw Failure(
                code: .configuration,
                message: "cannot simulate under \(InputFile.title(of: name)): \(mistakes.counted("mistake")), "
                    + "nothing was simulated",
                lines: complaints.lines
            )
        }
    }
}
