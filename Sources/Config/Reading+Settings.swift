import Engine

extension Reading {
    /// Paths of Unix sockets end here: `sun_path` has 108 bytes, the last one is 0.
    private static let socketPathBytesMax = 107

    func settings(_ root: Section) -> Settings {
        var settings = Settings()
        if let entry = root.entry("listen"),
            let section = Section(
                entry.value,
                path: "listen",
                at: entry.keyPlace,
                keys: ["socket", "socket_mode"],
                self
            )
        {
            if let value = section["socket"], let path = path(value, section.path(of: "socket")) {
                if path.utf8.count > Self.socketPathBytesMax {
                    error(
                        .badPath,
                        value.place,
                        "listen.socket has \(path.utf8.count) bytes, the kernel takes \(Self.socketPathBytesMax)"
                    )
                }
                settings.socketPath = path
            }
            if let value = section["socket_mode"] { mode(value, section.path(of: "socket_mode"), into: &settings) }
        }
        if let value = root["state_directory"] { settings.stateDirectory = path(value, "state_directory") }
        if let entry = root.entry("outlets") { outlets(entry) }
        return settings
    }

    private func path(_ value: YAMLValue, _ path: String) -> String? {
        guard let text = text(value, path, expected: "an absolute path") else { return nil }
        guard text.hasPrefix("/"), text != "/" else {
            error(
                .badPath,
                value.place,
                "\(path) is \"\(shown(text))\", expected an absolute path",
                hint: "begin with /"
            )
            return nil
        }
        return text
    }

    private func mode(_ value: YAMLValue, _ path: String, into settings: inout Settings) {
        guard let text = text(value, path, expected: "a file mode such as \"0660\"") else { return }
        guard (3...4).contains(text.utf8.count), text.allSatisfy({ $0.isASCII && $0.isNumber }),
            let mode = UInt16(text, radix: 8), mode <= 0o777
        else {
            error(.badMode, value.place, "\(path) is \"\(shown(text))\", expected a file mode such as \"0660\"")
            return
        }
        if mode & 0o006 != 0 {
            warn(
                .openToAll,
                value.place,
                "\(path) \(text) lets everybody on this machine change cases",
                hint: "write \"0660\" and add people to the socket's group"
            )
        }
        settings.socketMode = mode
    }

    /// The journal is the outlet of this version; it is always on and has nothing to set.
    private func outlets(_ entry: YAMLValue.Entry) {
        let later = ["webhook", "mail", "command", "alertmanager"]
        let outlets = Section(
            entry.value,
            path: "outlets",
            at: entry.keyPlace,
            keys: ["journal"],
            later: later,
            self
        )
        guard let journal = outlets?.entry("journal"), !journal.value.isEmpty else { return }
        // The journal gets every entry at once (S35).
        let others = ["quiet_hours"]
        _ = Section(journal.value, path: "outlets.journal", at: journal.keyPlace, keys: [], later: others, self)
    }
}
