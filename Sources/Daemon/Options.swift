/// What the command line says; nil leaves it to the policy file, the environment or the default.
package struct Options: Sendable {
    package var configPath: String
    package var stateDirectory: String?
    package var socketPath: String?
    package var journal: JournalChoice

    package static let configPathDefault = "/etc/slawatchd/slawatch.yaml"
    package static let stateDirectoryDefault = "/var/lib/slawatchd"

    package init(
        configPath: String,
        stateDirectory: String? = nil,
        socketPath: String? = nil,
        journal: JournalChoice = .auto
    ) {
        self.journal = journal
        self.configPath = configPath
        self.stateDirectory = stateDirectory
        self.socketPath = socketPath
    }
}

/// Where notices are said.
package enum JournalChoice: String, Sendable, CaseIterable {
    /// In systemd's journal where there is one, else on standard error.
    case auto
    case stderr
}
