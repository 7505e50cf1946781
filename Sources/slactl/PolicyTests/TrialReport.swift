import Config

/// What all policy tests came to.
struct TrialReport: Encodable {
    private(set) var passed = 0
    private(set) var failed = 0
    private(set) var tests: [Row] = []
    private var files = 0
    private var lines: [String] = []

    private enum CodingKeys: CodingKey {
        case passed, failed, tests
    }

    /// One test as programs read it.
    struct Row: Encodable {
        let file: String
        let line: Int
        let name: String
        let passed: Bool
        /// Of a test that failed: what was expected and did not happen.
        let missing: [String]
        /// Of a test that failed: what happened and was not expected.
        let unexpected: [String]
    }

    mutating func begin() { files += 1 }

    mutating func add(_ trial: PolicyTrial, file: String, _ paint: Paint) {
        let isPassed = trial.isPassed
        if isPassed { passed += 1 } else { failed += 1 }
        tests.append(
            Row(
                file: file,
                line: trial.test.line,
                name: trial.test.name,
                passed: isPassed,
                missing: trial.timeline.filter { $0.mark == .missing }.map(\.text),
                unexpected: trial.timeline.filter { $0.mark == .unexpected }.map(\.text)
            )
        )
        guard !isPassed else { return }
        lines.append("\(file):\(trial.test.line): \(paint(.red, "failed")): \(Printable.text(trial.test.name))")
        let width = trial.timeline.map(\.text.count).max() ?? 0
        for entry in trial.timeline {
            let text = Printable.text(entry.text)
            let padding = String(repeating: " ", count: max(0, width - entry.text.count))
            switch entry.mark {
            case .met: lines.append("    \(text)")
            case .missing:
                let line = entry.line.map { "line \($0)" } ?? "the file"
                lines.append(paint(.red, "  - \(text)") + "\(padding)   \(line) expects it, it did not happen")
            case .unexpected: lines.append(paint(.green, "  + \(text)") + "\(padding)   happened, nothing expects it")
            }
        }
    }

    var text: String {
        let sum =
            failed == 0
            ? "\(passed.counted("test")) in \(files.counted("file")): all passed"
            : "\((passed + failed).counted("test")) in \(files.counted("file")): \(failed.grouped) failed"
        return (lines + [sum]).map { $0 + "\n" }.joined()
    }
}
