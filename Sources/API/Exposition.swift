/// Measurements as text for Prometheus: its own format 0.0.4, or OpenMetrics 1.0.
package enum Exposition {
    /// What a scraper can ask for by `Accept`.
    package enum Format: Sendable {
        case prometheus
        case openMetrics

        /// What the client likes better; the older format where it does not say.
        package init(accept: String?) {
            var quality: [Format: Double] = [:]
            for range in (accept ?? "").lowercased().split(separator: ",") {
                let parts = range.split(separator: ";").map { $0.filter { $0 != " " } }
                guard let type = parts.first else { continue }
                let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
                switch type {
                case "application/openmetrics-text": quality[.openMetrics] = max(quality[.openMetrics] ?? 0, weight)
                case "text/plain", "text/*", "*/*": quality[.prometheus] = max(quality[.prometheus] ?? 0, weight)
                default: continue
                }
            }
            let liking = quality[.openMetrics] ?? 0
            self = liking > 0 && liking >= quality[.prometheus] ?? 0 ? .openMetrics : .prometheus
        }

        package var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    /// All samples of a name stand together, in the order in which the names first come.
    package static func text(of measurements: [Measurement], format: Format) -> String {
        var names: [String] = []
        var families: [String: [Measurement]] = [:]
        for measurement in measurements {
            if families[measurement.name] == nil { names.append(measurement.name) }
            families[measurement.name, default: []].append(measurement)
        }
        var text = ""
        for name in names { write(families[name] ?? [], named: name, format: format, to: &text) }
        if case .openMetrics = format { text += "# EOF\n" }
        return text
    }

    private static func write(_ samples: [Measurement], named name: String, format: Format, to text: inout String) {
        guard let first = samples.first else { return }
        var family = name
        var sample = name
        var help = first.help.replacing("\\", with: #"\\"#).replacing("\n", with: #"\n"#)
        switch format {
        case .prometheus: break
        case .openMetrics:
            // There the family of a counter has no suffix and its sample must have one.
            if first.isCounter {
                family = name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
                sample = family + "_total"
            }
            help = help.replacing("\"", with: #"\""#)
        }
        text += "# HELP \(family) \(help)\n# TYPE \(family) \(first.isCounter ? "counter" : "gauge")\n"
        for measurement in samples {
            text += "\(sample)\(labels(measurement.labels)) \(number(measurement.value))\n"
        }
    }

    private static func labels(_ labels: [(name: String, value: String)]) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.map { label in
            let value = label.value.replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#)
            return "\(label.name)=\"\(value.replacing("\n", with: #"\n"#))\""
        }
        return "{\(pairs.joined(separator: ","))}"
    }

    private static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }
}
