import Glibc

/// The variables the daemon was started with.
enum Environment {
    /// Nil if it is not set.
    static subscript(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
