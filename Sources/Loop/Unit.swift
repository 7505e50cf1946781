package import Engine
package import TimeBase

/// Events that belong together: one request, one import (S24).
package struct Unit: Sendable {
    package var events: [Event]
    /// Cycles whose deadline lies before it are measured and never escalate; nil enforces all (S24).
    package var enforceFrom: Instant?

    package init(events: [Event], enforceFrom: Instant? = nil) {
        self.events = events
        self.enforceFrom = enforceFrom
    }
}

extension Unit {
    /// The same events in parts of at most `limit`, without parting the events of a case; a case with more than `limit`
    /// is a part of its own.
    ///
    /// Nothing due in a case is decided before its last line (S24), and the loop gets through in between.
    ///
    /// Returns each part with the indices its events had.
    package func parts(limit: Int) -> [(unit: Unit, indices: [Int])] {
        guard events.count > limit else { return [(self, Array(events.indices))] }
        var parts: [(unit: Unit, indices: [Int])] = []
        var indices: [Int] = []
        func close() {
            guard !indices.isEmpty else { return }
            parts.append((Unit(events: indices.map { events[$0] }, enforceFrom: enforceFrom), indices))
            indices = []
        }
        for group in Loop.byCase(events) {
            if indices.count + group.indices.count > limit { close() }
            indices += group.indices
        }
        close()
        return parts
    }
}
