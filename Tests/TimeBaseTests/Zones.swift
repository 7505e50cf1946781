import Glibc
import Testing
import TimeBase

/// An instant from its text.
func at(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

/// A zone of this machine.
func zone(_ name: String) throws -> ZoneRules { try ZoneFolder.system(tzdir: nil).rules(for: name) }

/// Zones with something odd about them, and some without.
let oddZones = [
    "Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia", "America/Nuuk", "America/New_York", "America/Sao_Paulo",
    "America/St_Johns", "Antarctica/Troll", "Asia/Gaza", "Asia/Kathmandu", "Asia/Manila", "Asia/Tehran", "Asia/Tokyo",
    "Australia/Lord_Howe", "Europe/Berlin", "Europe/Dublin", "Europe/London", "Pacific/Apia", "Pacific/Chatham",
    "Pacific/Kiritimati", "Pacific/Kwajalein", "UTC",
]

/// An empty folder of its own.
func makeFolder() throws -> String {
    var template = Array("/tmp/slawatch-zones.XXXXXX".utf8CString)
    return unsafe String(cString: try #require(unsafe mkdtemp(&template)))
}

/// Removes a folder that has files only.
func removeFolder(_ path: String) {
    guard let folder = unsafe opendir(path) else { return }
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
            unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        unsafe _ = unlink("\(path)/\(name)")
    }
    unsafe closedir(folder)
    unsafe _ = rmdir(path)
}

/// Read without the code under test.
func bytes(ofFile path: String) throws -> [UInt8] {
    let file = unsafe try #require(fopen(path, "rb"))
    defer { unsafe _ = fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
}

func write(_ bytes: [UInt8], to path: String) throws {
    let file = unsafe try #require(fopen(path, "wb"))
    defer { unsafe _ = fclose(file) }
    try #require(unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count)
}
