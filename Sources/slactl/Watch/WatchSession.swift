import ArgumentParser
import Engine
import Glibc
import NIOPosix
import TimeBase
import UnixSignals

/// A screen of cases on the terminal, from its first frame until somebody leaves.
struct WatchSession {
    let daemon: DaemonClient
    /// As `GET /v1/cases` wants it.
    let query: [(name: String, value: String)]
    /// What is said in the ledger of a case that is taken.
    var reason: String?
    let times: TimeText
    let title: String
    let hasKeys: Bool
    let limit: Int
    /// The list is asked for again after so long, if nothing is committed before.
    let refreshEvery: Span

    /// The shortest time between two questions for the list.
    private static let refreshGap = Duration.milliseconds(500)
    /// How long to wait before a daemon that is away is looked for again.
    private static let pause = Duration.seconds(1)
    private static let signals: [UnixSignal] = [.sigwinch, .sigcont, .sigint, .sigterm, .sighup, .sigquit]

    /// Runs until somebody leaves; throws `ExitCode` if a signal ended it, as the shell would show it.
    ///
    /// Throws a `Failure` before the first frame if the daemon cannot be asked.
    func run() async throws {
        let first: CasesAnswer = try await cases()
        let signals = await UnixSignalsSequence(trapping: Self.signals)
        let (inputs, sink) = AsyncStream.makeStream(of: WatchScreen.Input.self, bufferingPolicy: .bufferingNewest(256))
        let terminal = Terminal()
        terminal.take()
        defer { terminal.giveBack() }
        var screen = WatchScreen(title: title, hasKeys: hasKeys, limit: limit, size: Terminal.size, times)
        _ = screen.take(.cases(first))
        let paint = Paint.forOutput
        terminal.draw(screen.frame(at: WallClock.now(), paint))
        let signal = await withTaskGroup(of: Void.self) { group -> Int32? in
            group.addTask { await refresh(sink) }
            group.addTask { await tick(sink) }
            group.addTask { await listen(to: signals, sink) }
            if hasKeys { group.addTask { await readKeys(sink) } }
            defer { group.cancelAll() }
            for await input in inputs {
                switch screen.take(input) {
                case .acknowledge(let id): group.addTask { sink.yield(await acknowledge(id)) }
                case .show(let id): group.addTask { sink.yield(await story(of: id)) }
                case .leave(let signal): return signal
                case nil: break
                }
                if case .resized = input { terminal.take() }
                terminal.draw(screen.frame(at: WallClock.now(), paint))
            }
            return nil
        }
        terminal.giveBack()
        if let signal { throw ExitCode(128 + signal) }
    }

    // MARK: What is heard

    private typealias Sink = AsyncStream<WatchScreen.Input>.Continuation

    private func tick(_ sink: Sink) async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { sink.yield(.tick) }
    }

    private func listen(to signals: UnixSignalsSequence, _ sink: Sink) async {
        for await signal in signals {
            switch signal {
            case .sigwinch, .sigcont: sink.yield(.resized(Terminal.size))
            default: sink.yield(.ended(signal: signal.rawValue))
            }
        }
    }

    private func readKeys(_ sink: Sink) async {
        var reader = KeyReader()
        while !Task.isCancelled {
            // Reading blocks, so a thread that is there for that does it.
            guard let bytes = try? await NIOThreadPool.singleton.runIfActive({ Terminal.read() }) else {
                sink.yield(.ended(signal: nil))
                return
            }
            for key in bytes.isEmpty ? reader.keysAtRest() : reader.keys(in: bytes) { sink.yield(.key(key)) }
        }
    }

    /// Asks for the list whenever something was committed, and now and then without that.
    private func refresh(_ sink: Sink) async {
        let feed = RecordFeed(daemon)
        var cursor: RecordCursor?
        while !Task.isCancelled {
            do {
                // Where the ledger ends is asked first: what is committed after that brings the next question.
                let end = if let cursor { cursor } else { try await feed.newest(0).end }
                sink.yield(.cases(try await cases()))
                cursor = try await feed.change(after: end, within: refreshEvery)
                try await Task.sleep(for: Self.refreshGap)
            } catch let failure as Failure {
                cursor = nil
                sink.yield(.away(failure.message))
                try? await Task.sleep(for: Self.pause)
            } catch {
                // Cancelled: somebody leaves.
                return
            }
        }
    }

    // MARK: What is asked

    private func cases() async throws -> CasesAnswer {
        try await daemon.get("/v1/cases", query, patience: .long()).decoded()
    }

    private func acknowledge(_ id: String) async -> WatchScreen.Input {
        var document = EventDocument(kind: .acknowledged, caseID: id, now: WallClock.now())
        document.reason = reason
        do {
            let body = Array(JSONText.of(document).utf8)
            let answer = try await daemon.post("/v1/events", body: body, patience: .brief)
            let events: EventsAnswer = try answer.decoded()
            guard events.refused == 0 else {
                let cause = events.results?.first?.reason ?? "refused"
                return .said("cannot acknowledge \(id): \(cause)", isTrouble: true)
            }
            return .said("acknowledged \(id)", isTrouble: false)
        } catch {
            return .said(Self.sentence(error), isTrouble: true)
        }
    }

    private func story(of id: String) async -> WatchScreen.Input {
        do {
            let path = "/v1/cases/" + DaemonClient.escaped(id)
            let file: CaseFileAnswer = try await daemon.get(path, [("limit", "1000"), ("offset", "0")]).decoded()
            let text = CaseStory(file, Paint(isOn: false), times).text
            return .story(id, text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        } catch {
            return .story(id, [Printable.text(Self.sentence(error))])
        }
    }

    private static func sentence(_ error: any Error) -> String { (error as? Failure)?.message ?? "\(error)" }
}
