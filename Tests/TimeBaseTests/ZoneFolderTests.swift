import Testing
import TimeBase

@Suite("The folder of zones")
struct ZoneFolderTests {
    @Test(
        "names that lead elsewhere or nowhere are refused",
        arguments: [
            "", ".", "..", "../passwd", "Europe/../../passwd", "/etc/passwd", "Europe/", "/Europe", "Europe//Berlin",
            "Europe/.hidden", "Europe/Berlin\u{0}", "Europe Berlin", "Europe/Bérlin", "-v",
            String(repeating: "a", count: 256),
        ]
    )
    func badNames(name: String) {
        #expect(throws: ZoneProblem.badName(name)) { try zone(name) }
    }

    @Test("a zone that is not there is named with the file that was looked for")
    func unknown() throws {
        let problem = try #require(throws: ZoneProblem.self) { try zone("Europe/Atlantis") }
        #expect(
            problem.description == "cannot find zone \"Europe/Atlantis\": no file /usr/share/zoneinfo/Europe/Atlantis, "
                + "check the spelling or install tzdata"
        )
        #expect(throws: ZoneProblem.unknown(name: "UTC", path: "/nowhere/UTC")) {
            try ZoneFolder(path: "/nowhere").rules(for: "UTC")
        }
    }

    @Test("a folder and a text are not zones")
    func notZones() throws {
        let folder = try #require(throws: ZoneProblem.self) { try zone("Europe") }
        #expect(folder.description.hasPrefix("cannot read zone \"Europe\" from /usr/share/zoneinfo/Europe: "))
        #expect(throws: ZoneProblem.malformed(name: "zone.tab", cause: "it does not begin with TZif")) {
            try zone("zone.tab")
        }
        // Never ends, and is not a file.
        let device = try #require(throws: ZoneProblem.self) { try ZoneFolder(path: "/dev").rules(for: "zero") }
        #expect(device.description.contains("it is not a file"))
    }

    @Test("TZDIR is honoured where it says something")
    func tzdir() {
        #expect(ZoneFolder.system(tzdir: nil).path == "/usr/share/zoneinfo")
        #expect(ZoneFolder.system(tzdir: "").path == "/usr/share/zoneinfo")
        #expect(ZoneFolder.system(tzdir: "/opt/zones").path == "/opt/zones")
    }
}
