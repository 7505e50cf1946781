import Engine
import TimeBase

/// Files of policy tests.
extension Reading {
    func policyTests(_ value: YAMLValue, zones: ConfigFile.Zones) -> PolicyTestFile? {
        let keys = ["policy", "time_zone", "tests"]
        guard let root = Section(value, path: "", at: .start, keys: keys, self) else { return nil }
        let policy = root.required("policy", "policy: slawatch.yaml").flatMap { text($0.value, "policy") }
        let zone: ZoneRules? = root["time_zone"].map { zoneRules($0, "time_zone", zones) } ?? .utc
        let tests = root.required("tests").flatMap { list($0.value, "tests", of: "tests") }
        guard let zone, let tests else { return nil }
        let times = TestTimes(zone: zone)
        let read = tests.enumerated().map { test($1, "tests[\($0 + 1)]", times) }
        guard let policy, !hasErrors else { return nil }
        return PolicyTestFile(policy: policy, times: times, tests: read.compactMap(\.self), file: file)
    }

    private func zoneRules(_ value: YAMLValue, _ path: String, _ zones: ConfigFile.Zones) -> ZoneRules? {
        guard let name = text(value, path, expected: "a time zone such as Europe/Berlin") else { return nil }
        do {
            return try zones(name)
        } catch {
            self.error(.unknownZone, value.place, "\(path) is \"\(shown(name))\": \(error)")
            return nil
        }
    }

    private func test(_ value: YAMLValue, _ path: String, _ times: TestTimes) -> PolicyTest? {
        let keys = ["name", "start", "history", "expect", "until"]
        guard let section = Section(value, path: path, at: value.place, keys: keys, self) else { return nil }
        let name = section.required("name", "name: a missed first reply goes to the manager")
            .flatMap { text($0.value, section.path(of: "name")) }
        let start = section.required("start", "start: 2026-11-20").flatMap { date($0.value, section.path(of: "start")) }
        let history = section.required("history").flatMap { list($0.value, "\(path).history", of: "events") }
        let expected = section.required("expect", "expect: []")
            .flatMap { list($0.value, "\(path).expect", of: "what is announced") }
        guard let name, let start, let history, let expected else { return nil }
        let midnight = times.start(of: start)
        var told: [PolicyTest.Told] = []
        var before = midnight
        for entry in history {
            guard let line = self.told(entry, "\(path).history", times, after: before) else { continue }
            before = line.receivedAt
            told.append(line)
        }
        var expectations: [PolicyTest.Expected] = []
        var last = midnight
        for entry in expected {
            guard let line = self.expected(entry, "\(path).expect", times, after: last) else { continue }
            last = line.at
            expectations.append(line)
        }
        var until = max(before, last)
        if let value = section["until"], let text = text(value, section.path(of: "until")) {
            var words = TestWords.split(text)[...]
            guard let instant = times.take(&words, .from(until)), words.isEmpty else {
                timeMismatch(value, section.path(of: "until"), text)
                return nil
            }
            until = instant
        }
        return PolicyTest(
            name: name,
            line: value.place.line,
            start: midnight,
            history: told,
            expected: expectations,
            until: until
        )
    }

    private func date(_ value: YAMLValue, _ path: String) -> CivilDate? {
        guard let text = text(value, path, expected: "a date such as 2026-11-20") else { return nil }
        if let date = CivilDate(text: text) {
            if Self.startYears.contains(date.year) { return date }
            let years = "\(Self.startYears.lowerBound) to \(Self.startYears.upperBound)"
            error(.outOfRange, value.place, "\(path) is \(date), expected a date of the years \(years)")
            return nil
        }
        error(.badDate, value.place, "\(path) is \"\(shown(text))\", expected a date such as 2026-11-20")
        return nil
    }

    /// With room on both sides for what instants can say.
    private static let startYears = 1901...2398

    private func timeMismatch(_ value: YAMLValue, _ path: String, _ text: String) {
        error(
            .badDate,
            value.place,
            "\(path) is \"\(shown(text))\", expected a time first",
            hint: "write Mon 13:00, 13:00:30, +7h or 2026-11-23 13:00"
        )
    }

    /// A line of a test, written `Mon 13:00 words` or `Mon 13:00: words`, which YAML takes for a mapping.
    private func line(_ value: YAMLValue, _ path: String) -> String? {
        guard case .map(let entries) = value.content else {
            return text(value, path, expected: "a line such as Mon 13:00 agent_reply")
        }
        guard let entry = entries.first, entries.count == 1 else {
            mismatch(value, path, expected: "one line such as Mon 13:00 agent_reply")
            return nil
        }
        return text(entry.value, path, expected: "words behind the time").map { "\(entry.key) \($0)" }
    }

    private func told(
        _ value: YAMLValue,
        _ path: String,
        _ times: TestTimes,
        after before: Instant
    ) -> PolicyTest.Told? {
        guard let text = line(value, path) else { return nil }
        var words = TestWords.split(text)[...]
        guard let receivedAt = times.take(&words, .from(before)) else {
            timeMismatch(value, path, text)
            return nil
        }
        guard let word = words.popFirst() else {
            error(.missingKey, value.place, "\(path): nothing behind the time", hint: "name an event, such as opened")
            return nil
        }
        guard let kind = Event.Kind.fromOutside.first(where: { $0.word == word }) else {
            let kinds = Event.Kind.fromOutside.map(\.word)
            error(
                .unknownWord,
                value.place,
                "\(path): \"\(shown(word))\" is no event",
                hint: suggestion(for: word, among: kinds) ?? "known are \(kinds.joined(separator: ", "))"
            )
            return nil
        }
        var at = receivedAt
        var pairs: [(key: String, value: String)] = []
        for word in words {
            guard let mark = word.firstIndex(of: "="), mark > word.startIndex else {
                error(
                    .unknownWord,
                    value.place,
                    "\(path): \"\(shown(word))\" is no word of an event",
                    hint: "write key=value, such as author=bot"
                )
                return nil
            }
            let (key, text) = (String(word[..<mark]), String(word[word.index(after: mark)...]))
            if key == "at" {
                var words = TestWords.split(text)[...]
                guard let instant = times.take(&words, .until(receivedAt)), words.isEmpty else {
                    timeMismatch(value, path, text)
                    return nil
                }
                at = instant
            } else {
                pairs.append((key, text))
            }
        }
        return PolicyTest.Told(
            receivedAt: receivedAt,
            at: at,
            kind: kind,
            words: pairs,
            line: value.place.line,
            column: value.place.column
        )
    }

    private func expected(
        _ value: YAMLValue,
        _ path: String,
        _ times: TestTimes,
        after before: Instant
    ) -> PolicyTest.Expected? {
        guard let text = line(value, path) else { return nil }
        var words = TestWords.split(text)[...]
        guard let at = times.take(&words, .from(before)) else {
            timeMismatch(value, path, text)
            return nil
        }
        do throws(TestWords.Problem) {
            return try TestWords.expected(words, at: at, times, text: text, line: value.place.line)
        } catch {
            self.error(.unknownWord, value.place, "\(path): \(error.message)", hint: error.hint)
            return nil
        }
    }
}
