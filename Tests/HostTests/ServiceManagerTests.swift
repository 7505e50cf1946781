import Dispatch
import Glibc
import Testing
import TimeBase

@testable import Host

@Suite("Service manager")
struct ServiceManagerTests {
    @Test("a status is sent when it changes, once a second at most, and the last one always")
    func throttle() {
        var throttle = StatusThrottle()
        #expect(throttle.offer("1 open", at: 0) == .sendNow)
        #expect(throttle.take(at: 0) == "1 open")
        #expect(throttle.offer("1 open", at: 5) == .nothing)
        #expect(throttle.offer("2 open", at: 300_000) == .sendAfter(700_000))
        #expect(throttle.offer("3 open", at: 400_000) == .nothing)
        #expect(throttle.take(at: 1_000_000) == "3 open")
        #expect(throttle.offer("4 open", at: 2_000_000) == .sendNow)
        #expect(throttle.take(at: 2_000_000) == "4 open")
    }

    @Test("a status that changed back, or went out with READY, is not sent again")
    func changedBack() {
        var throttle = StatusThrottle()
        throttle.noteSent("ready", at: 0)
        #expect(throttle.offer("busy", at: 10) == .sendAfter(999_990))
        #expect(throttle.offer("ready", at: 20) == .nothing)
        #expect(throttle.take(at: 1_000_000) == nil)
        #expect(throttle.offer("busy", at: 1_000_010) == .sendNow)
        throttle.noteSent("reloaded", at: 1_000_015)
        #expect(throttle.take(at: 1_000_020) == nil)
    }

    @Test("each message is one datagram in sd_notify's words")
    func words() throws {
        let sent = Locked<[String]>([])
        let manager = ServiceManager(
            send: { line in
                sent.withLock { $0.append(line) }
                return 1
            },
            monotonicMicroseconds: { 42 }
        )
        try manager.ready(status: "1 open\nREADY=0")
        try manager.reloading()
        try manager.ping()
        try manager.stopping(status: "stopping")
        try manager.failed(code: ENOSPC, status: "cannot open the store")
        #expect(
            sent.withLock { $0 } == [
                "READY=1\nSTATUS=1 open READY=0", "RELOADING=1\nMONOTONIC_USEC=42", "WATCHDOG=1",
                "STOPPING=1\nSTATUS=stopping", "ERRNO=28\nSTATUS=cannot open the store",
            ]
        )
    }

    @Test("a refusal names the cause")
    func refused() {
        let manager = ServiceManager(send: { _ in -EACCES })
        #expect(throws: HostProblem.cannotNotify(code: EACCES)) { try manager.ping() }
        #expect("\(HostProblem.cannotNotify(code: EACCES))".contains("permission denied"))
    }

    @Test("trouble hides the live line and gives it back", .timeLimit(.minutes(5)))
    func trouble() async {
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let now = Locked<UInt64>(0)
        let manager = ServiceManager(
            send: { text in
                line.yield(text)
                return 1
            },
            monotonicMicroseconds: {
                now.withLock {
                    $0 += 2_000_000
                    return $0
                }
            }
        )
        var received = lines.makeAsyncIterator()
        manager.status("1 open")
        #expect(await received.next() == "STATUS=1 open")
        manager.trouble("UNHEALTHY: no wake for 22s")
        #expect(await received.next() == "STATUS=UNHEALTHY: no wake for 22s")
        manager.status("2 open")
        manager.trouble(nil)
        #expect(await received.next() == "STATUS=2 open")
    }

    @Test("the real library speaks to a real socket, and knows the watchdog's period")
    func socket() async {
        // In a process of its own, since the protocol lives in environment variables.
        await #expect(processExitsWith: .success) {
            let path = "/tmp/slawatch-notify-\(getpid()).sock"
            let receiver = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
            let bound = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(receiver, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            precondition(bound == 0, "cannot bind \(path): errno \(errno)")
            defer { unsafe unlink(path) }
            func receive() -> String {
                var buffer = [UInt8](repeating: 0, count: 4_096)
                let count = unsafe recv(receiver, &buffer, buffer.count, 0)
                return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
            }
            precondition(ServiceManager.watchdogInterval() == nil)
            try ServiceManager().ping()
            unsafe setenv("NOTIFY_SOCKET", path, 1)
            unsafe setenv("WATCHDOG_USEC", "30000000", 1)
            unsafe setenv("WATCHDOG_PID", "\(getpid())", 1)
            precondition(ServiceManager.watchdogInterval() == .seconds(30))
            let manager = ServiceManager()
            try manager.ready(status: "watching")
            let ready = receive()
            precondition(ready == "READY=1\nSTATUS=watching", ready)
            try manager.reloading()
            let reloading = receive()
            precondition(reloading.hasPrefix("RELOADING=1\nMONOTONIC_USEC="), reloading)
            try manager.ping()
            let ping = receive()
            precondition(ping == "WATCHDOG=1", ping)
            unsafe setenv("WATCHDOG_PID", "1", 1)
            precondition(ServiceManager.watchdogInterval() == nil, "pings of another process")
            unsafe setenv("NOTIFY_SOCKET", "/tmp/nobody-listens-here", 1)
            do {
                try manager.ping()
                preconditionFailure("a ping to nobody was sent")
            } catch {
                precondition("\(error)".hasPrefix("cannot notify the service manager"), "\(error)")
            }
        }
    }
}
