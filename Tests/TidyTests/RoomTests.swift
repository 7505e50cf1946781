import Testing

@Suite("Rooms")
struct RoomTests {
    /// The arrows of the design: what each room may import, as `Sources/README.md` draws them.
    static let mayImport: [String: Set<String>] = [
        "TimeBase": [],
        "WorkingTime": ["TimeBase"],
        "Engine": ["TimeBase", "WorkingTime"],
        "Loop": ["TimeBase", "WorkingTime", "Engine"],
        "ICal": ["TimeBase", "WorkingTime", "CLibical"],
        "Config": ["TimeBase", "WorkingTime", "Engine", "ICal", "Yams"],
        "Store": ["TimeBase", "WorkingTime", "Engine", "Loop", "GRDB", "GRDBSQLite"],
        "Wire": ["TimeBase", "Engine"],
        "Intake": ["TimeBase", "Engine"],
        "Simulation": ["TimeBase", "WorkingTime", "Engine", "Loop", "Intake", "Wire"],
        "Outlets": ["TimeBase", "Engine"],
        "Host": ["TimeBase", "CConcurrency", "CSystemd"],
        "API": [
            "TimeBase", "Engine", "Intake", "Wire", "Hummingbird", "HummingbirdCore", "HTTPTypes",
            "NIOConcurrencyHelpers", "NIOCore", "NIOPosix",
            "Logging",
            "ServiceLifecycle",
        ],
        "Daemon": [
            "TimeBase", "WorkingTime", "Engine", "Loop", "Config", "Store", "Intake", "Outlets", "Host", "API",
            "Hummingbird", "ServiceLifecycle", "UnixSignals", "Logging",
        ],
        "slawatchd": ["Daemon", "ArgumentParser"],
        "slactl": [
            "TimeBase", "WorkingTime", "Engine", "Config", "ICal", "Intake", "Wire", "Simulation", "CZlib",
            "ArgumentParser", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOPosix", "UnixSignals",
        ],
        "CConcurrency": [],
        "CLibical": [],
        "CSystemd": [],
        "CZlib": [],
    ]

    /// What a room, or a single file of it, may use of the platform.
    ///
    /// Rooms that decide get nothing: no clock, no file, no thread.
    static let mayUse: [String: Set<String>] = [
        "Config": ["FoundationEssentials", "Glibc"],
        "TimeBase/ZoneFolder.swift": ["Glibc"],
        "WorkingTime/NewestTable.swift": ["Synchronization"],
        "Store": ["Dispatch", "Foundation"],
        "Store/FolderLock.swift": ["Glibc"],
        "Intake": ["FoundationEssentials"],
        "Host": ["Dispatch", "Glibc", "Synchronization"],
        "API/Peer.swift": ["Glibc"],
        "API/SocketFile.swift": ["CNIOLinux", "Glibc"],
        "Daemon": ["Dispatch", "FoundationEssentials", "Glibc", "Synchronization"],
        "slawatchd": ["Glibc"],
        "slactl": ["FoundationEssentials", "Glibc"],
    ]

    @Test("every folder in Sources is a room of the design")
    func everyFolderHasARow() throws {
        #expect(try Repository.rooms() == Self.mayImport.keys.sorted())
    }

    @Test("a room imports only what its row allows", arguments: mayImport.keys.sorted())
    func arrows(of room: String) throws {
        for file in try Repository.swiftFiles(below: "Sources/\(room)") {
            let allowed = Self.mayImport[room, default: []].union(Self.mayUse[room, default: []])
                .union(Self.mayUse[String(file.path.dropFirst("Sources/".count)), default: []])
            for (number, line) in SourceText.code(of: file.text).enumerated() {
                for module in SourceText.importedModules(line) where !allowed.contains(module) {
                    Issue.record("\(file.path):\(number + 1) imports \(module), which \(room) may not")
                }
            }
        }
    }

    @Test("arrows go one way: no room reaches itself")
    func noCircles() {
        for room in Self.mayImport.keys {
            var reached: Set<String> = []
            var waiting = Array(Self.mayImport[room, default: []])
            while let next = waiting.popLast() {
                if reached.insert(next).inserted { waiting += Self.mayImport[next, default: []] }
            }
            #expect(!reached.contains(room), "\(room) reaches itself")
        }
    }

    @Test("the map of the rooms names each of them")
    func mapIsComplete() throws {
        let map = try Repository.text(of: "Sources/README.md")
        for room in try Repository.rooms() {
            #expect(map.contains("`\(room)`"), "Sources/README.md does not mention \(room)")
        }
    }
}
