/// One mistake in a policy file: where, what, and what to write instead.
package struct Complaint: Error, Hashable, Sendable {
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in Unicode scalars, as editors count.
    package var column: Int
    package var severity: Severity
    package var mistake: Mistake
    /// One sentence without a full stop, in one line.
    package var message: String
    /// The next step: `did you mean pause_in?`, `write 30m`; nil if none is known.
    package var hint: String?

    /// What a complaint does to the file.
    package enum Severity: String, Sendable, CaseIterable {
        /// The file is refused.
        case error
        /// The file is taken; somebody should look.
        case warning
    }

    /// Stable, for scripts: `C010`.
    package var code: String { mistake.rawValue }
}

extension Complaint: CustomStringConvertible {
    /// `slawatch.yaml:21:3: error: tiers.1.tem is unknown; did you mean team? [C010]`, as compilers and editors know it.
    package var description: String {
        let advice = hint.map { "; \($0)" } ?? ""
        return "\(file):\(line):\(column): \(severity.rawValue): \(message)\(advice) [\(code)]"
    }
}

/// Why a policy file was refused: all its mistakes, in the order of the file, at least one of them an error.
package struct Complaints: Error, Sendable {
    package let list: [Complaint]

    /// One line for each, ready to print.
    package var lines: [String] { list.map(\.description) }
}
