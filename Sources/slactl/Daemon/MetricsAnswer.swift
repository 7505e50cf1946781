/// The samples of `GET /metrics` that slactl adds up: Prometheus text, one sample a line.
struct MetricsAnswer: Equatable {
    /// `slawatch_records_total{record="breached"}` to its value.
    private var samples: [String: Double] = [:]

    init(text: some StringProtocol) {
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            // Label values may hold spaces, so the value is what follows the last one.
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                continue
            }
            samples[String(line[..<space]), default: 0] += value
        }
    }

    /// How many records of a kind were written; nil if the daemon does not count them.
    func records(_ word: String) -> Int? {
        samples["slawatch_records_total{record=\"\(word)\"}"].map { Int($0) }
    }
}
