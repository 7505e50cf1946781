/// `did you mean …?` for the candidate nearest to what was written; nil if none of the first 1,000 is near.
func suggestion(for written: String, among candidates: some Sequence<String>) -> String? {
    let word = written.lowercased()
    let length = word.count
    guard length > 0, length <= 64 else { return nil }
    let limit = (length + 2) / 3
    var best: (distance: Int, candidate: String)?
    for candidate in candidates.prefix(1_000) {
        var distance = editDistance(word, candidate.lowercased())
        if length >= 4 {
            // Someone who writes `pauze` means `pause_in`: a word that stops early counts as one mistake.
            distance = min(distance, editDistance(word, String(candidate.lowercased().prefix(length))) + 1)
        }
        guard distance <= limit else { continue }
        // The first of equals wins, so that the answer does not depend on a hash order.
        if let known = best, (known.distance, known.candidate) <= (distance, candidate) { continue }
        best = (distance, candidate)
    }
    return best.map { "did you mean \($0.candidate)?" }
}

/// The number of insertions, deletions, replacements and swaps of neighbours from one word to the other.
func editDistance(_ left: String, _ right: String) -> Int {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var distance = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                distance = min(distance, beforeLast[j - 1] + 1)
            }
            row.append(distance)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
