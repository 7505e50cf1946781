import Host

/// Passes values on to a listener that is connected later: whoever tells is made before whoever listens.
///
/// From any thread. What is told before somebody listens is lost.
final class Relay<Value: Sendable>: Sendable {
    // A closure never lies in a generic container as it is: each `inout` access to it there would convert it to its own
    // form and back, and leave two more wrappers around it. As the field of a struct it keeps one form.
    private struct Listener: Sendable {
        let hear: @Sendable (Value) -> Void
    }

    private let listener = Locked<Listener?>(nil)

    /// Replaces the listener; it is called on the thread of whoever tells, and must not wait.
    func connect(_ listener: @escaping @Sendable (Value) -> Void) {
        self.listener.withLock { $0 = Listener(hear: listener) }
    }

    func tell(_ value: Value) { listener.withLock { $0 }?.hear(value) }
}
