import TimeBase

/// Reads the ledger over all cases, page by page, and waits for what is written next.
struct RecordFeed {
    private let daemon: DaemonClient
    /// Which records.
    private let query: [(name: String, value: String)]

    init(_ daemon: DaemonClient, _ query: [(name: String, value: String)] = []) {
        self.daemon = daemon
        self.query = query
    }

    /// An answer as it came and as it reads.
    struct Page {
        let answer: RecordsAnswer
        private let raw: DaemonAnswer

        init(_ raw: DaemonAnswer) throws(Failure) {
            answer = try raw.decoded()
            self.raw = raw
        }

        /// The records with all their members, also those that this slactl does not know; one object a line.
        var lines: String {
            get throws(Failure) { try raw.decoded(as: RawRecords.self).records.map { JSONText.of($0) }.joined() }
        }
    }

    private struct RawRecords: Decodable {
        let records: [JSONValue]
    }

    /// Records in one request.
    private static let pageSize = 1_000
    /// How long the daemon may hold a request; it answers at once if there is something.
    static let wait = Span.seconds(25)
    /// How long to wait before a daemon that is away is looked for again.
    static let pause = Duration.seconds(1)

    private func ask(
        _ place: (name: String, number: Int64)?,
        limit: Int = pageSize,
        wait: Span? = nil
    ) async throws -> Page {
        var query = query
        if let place { query.append((place.name, "\(place.number)")) }
        query.append(("limit", "\(limit)"))
        if let wait { query.append(("wait", "\(wait.milliseconds / 1_000)")) }
        return try Page(try await daemon.get("/v1/records", query, patience: wait.map { .held($0) } ?? .brief))
    }

    /// The same, held by the daemon for so long while there is nothing.
    ///
    /// If it holds too many requests already, it is asked once more after a pause, without that.
    private func askHeld(_ place: (name: String, number: Int64), limit: Int = pageSize, wait: Span) async throws -> Page
    {
        do {
            return try await ask(place, limit: limit, wait: wait)
        } catch let failure as Failure where failure.isBusy {
            try await Task.sleep(for: Self.pause)
            return try await ask(place, limit: limit)
        }
    }

    /// The newest records, pages in order, and where to go on after them.
    func newest(_ count: Int) async throws -> (pages: [Page], end: RecordCursor) {
        // A question for none still tells where the end is.
        let first = try await ask(nil, limit: min(max(count, 1), Self.pageSize))
        let end = RecordCursor(first.answer)
        guard count > 0 else { return ([], end) }
        var pages = [first]
        var missing = count - first.answer.records.count
        var previous = first.answer.previous
        // Each answer has looked at many records: of a rare kind there may be few in it.
        while missing > 0, let before = previous {
            let page = try await ask(("before", before), limit: min(missing, Self.pageSize))
            missing -= page.answer.records.count
            previous = page.answer.previous
            if !page.answer.records.isEmpty { pages.append(page) }
        }
        return (pages.reversed(), end)
    }

    /// Hands on what there is after a number, page by page, and returns where that ends.
    func onward(after number: Int64, _ take: (Page) throws -> Void) async throws -> RecordCursor {
        var page = try await ask(("after", number))
        guard page.answer.newest >= number else {
            throw Failure(
                code: .refused,
                message: "cannot go on after record \(number): the newest is \(page.answer.newest)"
            )
        }
        var cursor = RecordCursor(page.answer)
        try take(page)
        while page.answer.hasMore {
            page = try await ask(("after", cursor.number))
            cursor.advance(to: page.answer)
            try take(page)
        }
        return cursor
    }

    /// Returns when something was written after `cursor`, or after `limit`: where the ledger ends now.
    func change(after cursor: RecordCursor, within limit: Span) async throws -> RecordCursor {
        let answer = try await askHeld(("after", cursor.number), limit: 1, wait: limit).answer
        var cursor = cursor
        cursor.skip(to: answer)
        return cursor
    }

    /// Hands on what is written after `cursor`, for ever.
    ///
    /// A daemon that is away is looked for again; `say` gets one sentence when it goes and one when it is back, and one if
    /// the ledger is not the one of before. Throws if the daemon refuses the question, or `take` does.
    func follow(
        _ cursor: RecordCursor,
        say: (String) -> Void,
        _ take: (Page) throws -> Void
    ) async throws {
        var cursor = cursor
        var isAway = false
        while true {
            let page: Page
            do {
                let place = ("after", cursor.number)
                page = isAway ? try await ask(place) : try await askHeld(place, wait: Self.wait)
            } catch let failure as Failure where failure.code != .refused {
                if !isAway { say("\(failure.message); waiting for it") }
                isAway = true
                try await Task.sleep(for: Self.pause)
                continue
            }
            if isAway { say("slawatchd answers again") }
            isAway = false
            if cursor.isLost(in: page.answer) {
                say(
                    "the ledger ends at record \(page.answer.newest) and not at \(cursor.number) or later: it was "
                        + "replaced by another one or by a backup; going on from its end"
                )
            } else {
                try take(page)
            }
            cursor.advance(to: page.answer)
        }
    }
}
