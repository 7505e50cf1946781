import API
import Config
import Engine
import Glibc
import Host
import Hummingbird
import Logging
import Outlets
import ServiceLifecycle
import Store
import TimeBase
import UnixSignals

/// The service: opens the store, adopts the policy, watches, listens, and stops in order.
package enum Daemon {
    package static let version = "0.1.0"

    /// Settles what belongs to the whole process; to be called before its first thread is there.
    package static func prepareProcess() {
        TaskThreads.takeOver()
        ProcessMemory.returnEarly()
        StderrJournal.ignoreBrokenPipes()
        // The store is nobody else's to read, also where no unit says so.
        umask(0o077)
        // Where threads may not be given their priority, libdispatch says so in the journal for each of them.
        unsafe setenv("LIBDISPATCH_LOG", "NO", 0)
    }

    /// Runs until SIGTERM or SIGINT.
    ///
    /// Returns the exit status of the process, having said why on standard error.
    package static func run(_ options: Options) async -> Int32 {
        let manager = ServiceManager()
        do throws(StartProblem) {
            let start = try Start(options)
            for line in start.warnings { say(line, priority: 4) }
            return await serve(start, manager)
        } catch {
            for line in error.lines { say(line) }
            try? manager.failed(code: error.errorNumber, status: error.lines.first ?? "cannot start")
            return error.exitStatus
        }
    }

    private static func serve(_ start: sending Start, _ manager: ServiceManager) async -> Int32 {
        let settings = start.settings
        let watch: Watch
        do {
            watch = try await Watch(start, manager)
        } catch {
            say("cannot start: \(error)")
            return StartProblem.ioStatus
        }
        var logger = Logger(label: "slawatchd")
        logger.logLevel = .warning
        let api = APIServer(
            router: makeRouter(desk: watch.desk, now: { SystemClock().now() }),
            socketPath: settings.socketPath,
            mode: UInt32(settings.socketMode),
            logger: logger,
            listening: { await watch.ready() }
        )
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: api), .init(service: HangupListener(watch: watch)),
                    .init(service: ZoneListener(watch: watch)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await withGracefulShutdownHandler {
                try await group.run()
            } onGracefulShutdown: {
                watch.stopping()
            }
        } catch {
            say("\(error)")
            try? manager.failed(code: 0, status: "\(error)")
            await watch.stop(reason: "it could not go on")
            return error is SocketProblem ? StartProblem.unavailableStatus : StartProblem.ioStatus
        }
        await watch.stop(reason: "asked to")
        return 0
    }

    /// What goes wrong before the journal is known to be there; systemd carries standard error into it.
    private static func say(_ line: String, priority: Int = 3) {
        try? StderrJournal().send(priority: priority, message: line)
    }
}

/// Takes in new zone data while the service runs (S7).
private struct ZoneListener: Service {
    let watch: Watch

    func run() async throws {
        for await names in watch.zones.changes.cancelOnGracefulShutdown() { await watch.desk.zonesChanged(names) }
    }
}

/// SIGHUP: reads the policy anew, and tells systemd when it is done (`Type=notify-reload` of systemd 253 and later).
private struct HangupListener: Service {
    let watch: Watch

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup, .sigusr2).cancelOnGracefulShutdown()
        for await signal in signals {
            switch signal {
            case .sigusr2: watch.hangIfTesting()
            default: await watch.reloadForSignal()
            }
        }
    }
}
