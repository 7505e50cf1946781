import Engine
package import Intake
package import TimeBase

/// What a first look at a log finds out, before it is told: when it begins and ends, whether its lines are in the order
/// in which they arrive, and which event is the last one of each case.
package struct LogOutline: Sendable {
    /// Events and refused lines.
    package private(set) var lineCount = 0
    package private(set) var eventCount = 0
    /// When the first event arrives, in the order of the lines; nil if there is none.
    package private(set) var start: Instant?
    /// When the latest event arrives, if the lines are in order; nil if there is none.
    package private(set) var end: Instant?
    /// Whether no event arrives before an earlier line of the file.
    package private(set) var isInOrder = true
    private var cases = LinkedCases()
    private var last: DatedLine?
    /// The latest `at` of the events before the last one.
    private var latestBefore: Instant?
    /// The events with the latest `at`, latest first.
    private var latest: [DatedLine] = []

    /// A line of the log and when its event happened.
    package struct DatedLine: Hashable, Sendable {
        package var number: Int
        package var at: Instant
    }

    /// How many events that are dated far ahead are named.
    package static let namedMax = 5
    /// From here on an event is far ahead of the others.
    package static let farAhead = Span.hours(366 * 24)

    package init() {}

    /// Takes the next line of the log.
    package mutating func add(_ line: LogLine) {
        lineCount += 1
        switch line.content {
        case .refused: break
        case .event(let event):
            eventCount += 1
            let arrival = line.receivedAt ?? event.at
            if start == nil { start = arrival }
            if let end, arrival < end { isInOrder = false } else { end = arrival }
            cases.note(event.caseID, event.link?.caseID, number: eventCount)
            if let last { latestBefore = max(latestBefore ?? last.at, last.at) }
            let dated = DatedLine(number: line.number, at: event.at)
            last = dated
            noteLatest(dated)
        }
    }

    /// Of lines that are told in another order than that of the file, which `file` is the outline of.
    package init(_ arrivals: Arrivals, as file: LogOutline) {
        for arrival in arrivals.list { add(arrival.line) }
        (lineCount, last, latestBefore, latest) = (file.lineCount, file.last, file.latestBefore, file.latest)
    }

    private mutating func noteLatest(_ line: DatedLine) {
        if latest.count == Self.namedMax, let least = latest.last, line.at <= least.at { return }
        let place = latest.firstIndex { $0.at < line.at } ?? latest.endIndex
        latest.insert(line, at: place)
        if latest.count > Self.namedMax { latest.removeLast() }
    }

    /// Events that are dated more than a year after the last line of the log, or, if that is the last line itself, after
    /// all others: mostly a mistyped year.
    ///
    /// At most `namedMax`, in the order of the log.
    package var linesFarAhead: [DatedLine] {
        guard let last else { return [] }
        if let latestBefore, last.at > latestBefore + Self.farAhead { return [last] }
        return latest.filter { $0.at > last.at + Self.farAhead }.sorted { $0.number < $1.number }
    }

    /// How many years a line is ahead of the others, at least 1; 0 for a line that is not.
    package func yearsAhead(_ line: DatedLine) -> Int {
        guard let last else { return 0 }
        let others = line == last ? latestBefore ?? last.at : last.at
        return Int((line.at - others).milliseconds / Span.hours(365 * 24).milliseconds)
    }

    /// Whether the first `count` events are all that concern a case, itself or one that it is merged with or split from.
    func isOver(_ id: CaseID, after count: Int) -> Bool { cases.last(of: id).map { $0 <= count } ?? false }

    /// The case and those that it is merged with or split from.
    func company(of id: CaseID) -> [CaseID] { cases.company(of: id) }
}

/// Which cases speak of each other, and the last event that any of them has: a union-find over their links.
private struct LinkedCases: Sendable {
    private var places: [CaseID: Int32] = [:]
    private var ids: [CaseID] = []
    private var parents: [Int32] = []
    /// The next one of the same company, in a ring.
    private var ring: [Int32] = []
    /// Of the roots: the number of the last event.
    private var lasts: [Int32] = []
    /// Of the roots: how many are in the company.
    private var sizes: [Int32] = []

    mutating func note(_ id: CaseID, _ other: CaseID?, number: Int) {
        let place = place(of: id)
        var root = root(of: place)
        if let other {
            let otherPlace = self.place(of: other)
            root = join(root, self.root(of: otherPlace))
        }
        lasts[Int(root)] = Int32(clamping: number)
    }

    func last(of id: CaseID) -> Int? { places[id].map { Int(lasts[Int(root(of: $0))]) } }

    func company(of id: CaseID) -> [CaseID] {
        guard let first = places[id] else { return [id] }
        var company: [CaseID] = []
        var place = first
        repeat {
            company.append(ids[Int(place)])
            place = ring[Int(place)]
        } while place != first
        return company
    }

    private mutating func place(of id: CaseID) -> Int32 {
        if let place = places[id] { return place }
        let place = Int32(ids.count)
        places[id] = place
        ids.append(id)
        parents.append(place)
        ring.append(place)
        lasts.append(0)
        sizes.append(1)
        return place
    }

    private func root(of place: Int32) -> Int32 {
        var place = place
        while parents[Int(place)] != place { place = parents[Int(place)] }
        return place
    }

    private mutating func join(_ left: Int32, _ right: Int32) -> Int32 {
        guard left != right else { return left }
        // The smaller company goes into the larger one: paths stay short.
        let isLeftLarger = sizes[Int(left)] >= sizes[Int(right)]
        let (root, other) = isLeftLarger ? (left, right) : (right, left)
        parents[Int(other)] = root
        sizes[Int(root)] += sizes[Int(other)]
        ring.swapAt(Int(root), Int(other))
        return root
    }
}
