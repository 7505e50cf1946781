import Intake
import Simulation

/// A log of events, read and in the order in which its lines arrive.
struct LogFile {
    let arrivals: Arrivals
    /// Names of keys that were not looked at, in the order of their first appearance.
    let ignored: [String]

    /// Reads a file, packed with gzip or not; `-` is standard input.
    static func read(_ name: String) throws(Failure) -> LogFile {
        let log = LogFile(bytes: try InputFile.unpackedBytes(of: name))
        if log.arrivals.list.isEmpty {
            StandardStream.error.write("there is no event in \(InputFile.title(of: name))\n")
        }
        return log
    }

    init(bytes: [UInt8]) {
        var reader = LogReader()
        var lines: [LogLine] = []
        var ignored: [String] = []
        let bytes = bytes.span
        // Some programs put a byte order mark before UTF-8.
        let hasMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
        var start = hasMark ? 3 : 0
        var number = 1
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            if let line = reader.read(bytes.extracting(start..<end), number: number) {
                for name in line.ignored where !ignored.contains(name) { ignored.append(name) }
                lines.append(line)
            }
            start = end + 1
            number += 1
        }
        arrivals = Arrivals(lines)
        self.ignored = ignored
    }
}
