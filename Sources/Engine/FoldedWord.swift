/// Words of conditions are the same whatever their case (S27).
package enum FoldedWord {
    /// Whether two words are equal by Unicode simple case folding.
    ///
    /// Words of ASCII, which almost all are, are compared without a copy.
    package static func isSame(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        var (leftBytes, rightBytes) = (left.utf8.makeIterator(), right.utf8.makeIterator())
        while let first = leftBytes.next() {
            guard let second = rightBytes.next() else { return false }
            guard first < 0x80, second < 0x80 else { return folded(left) == folded(right) }
            guard lowered(first) == lowered(second) else { return false }
        }
        return rightBytes.next() == nil
    }

    /// Whether one of the words is the same as `word`.
    static func contains(_ words: [String], _ word: String) -> Bool {
        // By index: a loop over the words would copy each of them.
        words.indices.contains { isSame(words[$0], word) }
    }

    /// The word with each of its characters folded: what equal words have in common.
    package static func folded(_ word: String) -> String {
        // As most words are.
        if word.utf8.allSatisfy({ $0 < 0x80 && lowered($0) == $0 }) { return word }
        var folded = String.UnicodeScalarView()
        for scalar in word.unicodeScalars { folded.append(Self.folded(scalar)) }
        return String(folded)
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// Simple folding maps one character to one: the small letter of the capital, if each is a single character.
    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard scalar.value >= 0x80 else { return Unicode.Scalar(lowered(UInt8(scalar.value))) }
        // The Turkish letters i with and without a dot fold to themselves.
        guard scalar.value != 0x130, scalar.value != 0x131 else { return scalar }
        let capital = single(scalar.properties.uppercaseMapping) ?? scalar
        return single(capital.properties.lowercaseMapping) ?? capital
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        var scalars = text.unicodeScalars.makeIterator()
        guard let first = scalars.next(), scalars.next() == nil else { return nil }
        return first
    }
}
