import Glibc
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
        let text = try #require(throws: ZoneProblem.self) { try zone("zone.tab") }
        #expect(
            text.description == "cannot understand zone \"zone.tab\" in /usr/share/zoneinfo/zone.tab: "
                + "it does not begin with TZif, reinstall tzdata"
        )
        // Never ends, and is not a file.
        let device = try #require(throws: ZoneProblem.self) { try ZoneFolder(path: "/dev").rules(for: "zero") }
        #expect(device.description.contains("it is not a file"))
    }

    @Test("the folders to watch are those as written and those that links lead to")
    func folders() throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        #expect(unsafe mkdir("\(folder)/real", 0o700) == 0)
        #expect(unsafe mkdir("\(folder)/real/Europe", 0o700) == 0)
        try write([], to: "\(folder)/real/Berlin")
        #expect(unsafe symlink("../Berlin", "\(folder)/real/Europe/Berlin") == 0)
        #expect(unsafe symlink("real", "\(folder)/zones") == 0)
        let found = ZoneFolder(path: "\(folder)/zones").folders(of: ["Europe/Berlin", "../passwd"])
        let wanted = ["\(folder)/zones", folder, "\(folder)/zones/Europe"]
        #expect(Set(wanted).isSubset(of: found), "\(found)")
        #expect(found.contains { $0.hasSuffix("/real") })
        #expect(ZoneFolder(path: "zones").folders(of: []).contains("."))
    }

    @Test("links are followed, hard and symbolic ones")
    func links() throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        let berlin = "\(ZoneFolder.systemPath)/Europe/Berlin"
        let bytes = try bytes(ofFile: berlin)
        try write(bytes, to: "\(folder)/Real")
        #expect(unsafe link("\(folder)/Real", "\(folder)/Hard") == 0)
        #expect(unsafe symlink("Real", "\(folder)/Near") == 0)
        #expect(unsafe symlink(berlin, "\(folder)/Far") == 0)
        #expect(unsafe symlink("Nowhere", "\(folder)/Dangling") == 0)
        #expect(unsafe symlink("Circle", "\(folder)/Circle") == 0)
        let zones = ZoneFolder(path: folder)
        let summer = try at("2350-07-01T00:00:00Z")
        for name in ["Real", "Hard", "Near", "Far"] {
            let rules = try zones.rules(for: name)
            #expect(rules.name == name)
            #expect(rules.offset(at: summer) == 7_200, "\(name)")
        }
        #expect(throws: ZoneProblem.unknown(name: "Dangling", path: "\(folder)/Dangling")) {
            try zones.rules(for: "Dangling")
        }
        let circle = try #require(throws: ZoneProblem.self) { try zones.rules(for: "Circle") }
        #expect(circle.description.hasPrefix("cannot read zone \"Circle\" from \(folder)/Circle: "))
    }

    @Test("a broken file and one without leave to read it are named")
    func broken() throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        let bytes = try bytes(ofFile: "\(ZoneFolder.systemPath)/Europe/Berlin")
        try write(Array(bytes.dropLast(20)), to: "\(folder)/Cut")
        try write([], to: "\(folder)/Empty")
        for name in ["Cut", "Empty"] {
            let problem = try #require(throws: ZoneProblem.self) { try ZoneFolder(path: folder).rules(for: name) }
            #expect(problem.description.hasPrefix("cannot understand zone \"\(name)\" in \(folder)/\(name): "))
        }
    }

    @Test("TZDIR is honoured where it says something")
    func tzdir() {
        #expect(ZoneFolder.system(tzdir: nil).path == "/usr/share/zoneinfo")
        #expect(ZoneFolder.system(tzdir: "").path == "/usr/share/zoneinfo")
        #expect(ZoneFolder.system(tzdir: "/opt/zones").path == "/opt/zones")
    }
}
