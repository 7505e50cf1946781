import Dispatch
import Glibc
import Host
import Testing

@Suite("Journal on standard error")
struct StderrJournalTests {
    /// A pipe whose writing end is `StderrJournal`'s.
    private func makePipe() -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        precondition(unsafe pipe(&ends) == 0, "cannot make a pipe: errno \(errno)")
        return (ends[0], ends[1])
    }

    private func readAll(_ descriptor: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
        }
    }

    /// What systemd would set for this descriptor.
    private func stream(_ descriptor: Int32) -> String {
        var about = stat()
        precondition(unsafe fstat(descriptor, &about) == 0)
        return "\(about.st_dev):\(about.st_ino)"
    }

    @Test(
        "by hand, in a terminal or not, a line has no prefix",
        arguments: [nil, "", "8:1", "systemd"]
    )
    func byHand(_ stream: String?) throws {
        let (reading, writing) = makePipe()
        try StderrJournal(descriptor: writing, stream: stream).send(priority: 3, message: "cannot start: no policy")
        close(writing)
        #expect(readAll(reading) == "cannot start: no policy\n")
        close(reading)
    }

    @Test("in a stream that leads to journald each line begins with its priority")
    func prefix() throws {
        let (reading, writing) = makePipe()
        let journal = StderrJournal(descriptor: writing, stream: stream(writing))
        try journal.send(priority: 4, message: "Breached: case 1")
        try journal.send(priority: 9, message: "two\n\r\nlines\n")
        close(writing)
        #expect(readAll(reading) == "<4>Breached: case 1\n<7>two\n<7>lines\n")
        close(reading)
    }

    @Test("a slow reader on a non-blocking pipe gets the whole line", .timeLimit(.minutes(5)))
    func slowReader() async throws {
        let (reading, writing) = makePipe()
        #expect(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
        let message = String(repeating: "x", count: 500_000)
        let (texts, received) = AsyncStream.makeStream(of: String.self)
        DispatchQueue(label: "test.reader").async { received.yield(readAll(reading)) }
        DispatchQueue(label: "test.writer")
            .async {
                do {
                    try StderrJournal(descriptor: writing).send(priority: 6, message: message)
                } catch {
                    Issue.record(error)
                }
                close(writing)
            }
        for await text in texts {
            #expect(text == "\(message)\n")
            break
        }
        close(reading)
    }

    @Test("a closed pipe is an error, not the end of the process")
    func closedPipe() async {
        await #expect(processExitsWith: .success) {
            var ends: [Int32] = [-1, -1]
            precondition(unsafe pipe(&ends) == 0)
            close(ends[0])
            StderrJournal.ignoreBrokenPipes()
            do {
                try StderrJournal(descriptor: ends[1]).send(priority: 3, message: "nobody reads")
                preconditionFailure("a line to nobody was written")
            } catch {
                precondition("\(error)".hasSuffix("broken pipe"), "\(error)")
            }
        }
    }
}
