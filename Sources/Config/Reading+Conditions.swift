import Engine

extension Reading {
    private static let conditionKeys = [
        "tier", "priority", "plan", "channel", "source", "customer", "tags", "all", "any", "not",
    ]

    /// Deeper ones nobody understands, and comparing them with each other would take ever longer.
    private static let conditionDepthMax = 8

    /// What routing rules will ask for.
    private static let laterKeys = ["subject", "text", "topic", "language", "team", "calendar"]

    /// What a mapping asks for: every key must hold; `all`, `any` and `not` combine further mappings.
    func condition(_ value: YAMLValue, _ path: String, _ names: Names, depth: Int = 1) -> Condition? {
        guard depth <= Self.conditionDepthMax else {
            error(.tooComplex, value.place, "\(path) nests more than \(Self.conditionDepthMax) conditions")
            return nil
        }
        guard case .map(let entries) = value.content,
            Section(value, path: path, at: value.place, keys: Self.conditionKeys, later: Self.laterKeys, self) != nil
        else {
            if case .map = value.content { return nil }
            mismatch(value, path, expected: "a mapping such as { tier: 1, priority: high }")
            return nil
        }
        var parts: [Condition] = []
        var isComplete = true
        for entry in entries {
            if let part = part(entry, "\(path).\(shown(entry.key))", names, depth) {
                parts.append(part)
            } else {
                isComplete = false
            }
        }
        guard isComplete else { return nil }
        if parts.count == 1, let only = parts.first { return only }
        return .all(parts)
    }

    private func part(_ entry: YAMLValue.Entry, _ path: String, _ names: Names, _ depth: Int) -> Condition? {
        switch entry.key {
        case "tier": numbers(entry.value, path, names).map(Condition.tier)
        case "priority": words(entry.value, path).map(Condition.priority)
        case "plan": words(entry.value, path).map(Condition.plan)
        case "channel": words(entry.value, path).map(Condition.channel)
        case "source": words(entry.value, path).map(Condition.source)
        case "customer": words(entry.value, path).map(Condition.customer)
        case "tags": words(entry.value, path).map(Condition.tags)
        case "all": conditions(entry.value, path, names, depth).map(Condition.all)
        case "any": conditions(entry.value, path, names, depth).map(Condition.any)
        case "not": condition(entry.value, path, names, depth: depth + 1).map(Condition.not)
        default: nil  // `Section` has complained.
        }
    }

    private func numbers(_ value: YAMLValue, _ path: String, _ names: Names) -> [Int]? {
        complete(oneOrMore(value, path)) { tierNumber($0, path, names) }
    }

    private func words(_ value: YAMLValue, _ path: String) -> [String]? {
        complete(oneOrMore(value, path)) { item in
            guard let word = text(item, path, expected: "a word or a list of words") else { return nil }
            noteSpelling(of: word, key: path.split(separator: ".").last.map(String.init) ?? path, item.place)
            return word
        }
    }

    /// Two words that differ only in case mean the same (S27): whoever writes both may have meant two.
    private func noteSpelling(of word: String, key: String, _ place: Place) {
        let folded = Spelling.Key(key: key, folded: FoldedWord.folded(word))
        guard let first = spellings[folded] else {
            spellings[folded] = Spelling(word: word, place: place)
            return
        }
        guard first.word != word else { return }
        warn(
            .sameButForCase,
            place,
            "\(key) \(shown(word)) differs from \(shown(first.word)) in line \(first.place.line) only in case, and means the same",
            hint: "write both alike"
        )
    }

    private func conditions(_ value: YAMLValue, _ path: String, _ names: Names, _ depth: Int) -> [Condition]? {
        guard let items = list(value, path, of: "conditions") else { return nil }
        guard !items.isEmpty else {
            mismatch(value, path, expected: "at least one condition")
            return nil
        }
        return complete(items) { condition($0, path, names, depth: depth + 1) }
    }

    /// All results, or nil if one is missing or there is none; every item is looked at.
    private func complete<Element>(_ items: [YAMLValue], _ read: (YAMLValue) -> Element?) -> [Element]? {
        let results = items.map(read)
        let found = results.compactMap(\.self)
        return found.count == items.count && !items.isEmpty ? found : nil
    }
}
