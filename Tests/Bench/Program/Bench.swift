import Config
import Engine
import Host
import Store
import TimeBase

/// The part of the benchmark that runs inside the rooms, without a daemon around them.
///
/// Fills a store, and measures engine, loop and store. `Tests/Bench/run` calls it; what it prints is JSON, an object a line.
@main
struct Bench {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("fill", 4): try fill(folder: arguments[2], policyPath: arguments[1], cases: number(arguments[3]))
        case ("decide", 3): try decide(policyPath: arguments[1], cases: number(arguments[2]))
        case ("history", 3): try HistoryMeasures.run(policyPath: arguments[1], rounds: number(arguments[2]))
        case ("preview", 3): try PreviewMeasures.run(policyPath: arguments[1], folder: arguments[2])
        case ("burst", 6):
            try burst(
                folder: arguments[2],
                policyPath: arguments[1],
                cases: number(arguments[3]),
                size: number(arguments[4]),
                runs: number(arguments[5])
            )
        case ("table", 2): try CalendarMeasures.write(path: arguments[1])
        case ("calendar", 2): try CalendarMeasures.run(rounds: number(arguments[1]))
        default:
            throw Usage(
                description: """
                    usage: bench fill POLICY FOLDER CASES
                           bench decide POLICY CASES
                           bench history POLICY ROUNDS
                           bench preview POLICY FOLDER
                           bench burst POLICY FOLDER CASES SIZE RUNS
                           bench table FILE
                           bench calendar ROUNDS
                    """
            )
        }
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0 else { throw Usage(description: "\(text) is not a positive number") }
        return number
    }
}

/// Called in a way it does not know.
struct Usage: Error, CustomStringConvertible {
    var description: String
}

/// Milliseconds that `body` takes.
func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = SystemClock().monotonicMicroseconds()
    try body()
    return Double(SystemClock().monotonicMicroseconds() - start) / 1_000
}

/// One JSON object of numbers, keys in the order given.
func printJSON(_ values: KeyValuePairs<String, Double>) {
    print("{" + values.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}")
}
