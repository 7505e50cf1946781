import Dispatch
import Glibc

/// Runs a shell command and returns its exit status and output, standard error included.
///
/// On a queue of its own: waiting for a child would block the threads that run the other tests.
func shell(_ command: String) async -> (status: Int32, output: String) {
    await withCheckedContinuation { continuation in
        // Not a global queue: those have no more threads than there are cores, and other tests wait on them too.
        DispatchQueue(label: "test.shell")
            .async {
                guard let stream = unsafe popen("exec 2>&1; \(command)", "r") else {
                    return continuation.resume(returning: (-1, "cannot start a shell"))
                }
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = unsafe fread(&buffer, 1, buffer.count, stream)
                    guard count > 0 else { break }
                    bytes += buffer.prefix(count)
                }
                let status = unsafe pclose(stream)
                continuation.resume(returning: ((status >> 8) & 0xFF, String(decoding: bytes, as: UTF8.self)))
            }
    }
}

func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
}
