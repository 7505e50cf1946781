/// Where a text begins in its file or body, so that what is wrong in it is named by the place that an editor shows.
package struct TextPlace: Hashable, Sendable {
    /// From 1.
    package var line: Int
    /// From 1, in bytes of that line.
    package var byte: Int

    package init(line: Int, byte: Int = 1) {
        self.line = line
        self.byte = byte
    }

    /// `byte 17`, or `line 12, byte 3` if that byte of the text is on a later line than its first.
    func name(ofByte offset: Int, in text: Bytes) -> String {
        var found = self
        for index in 0..<min(offset, text.count) {
            if text[index] == UInt8(ascii: "\n") {
                found = TextPlace(line: found.line + 1)
            } else {
                found.byte += 1
            }
        }
        return found.line == line ? "byte \(found.byte)" : "line \(found.line), byte \(found.byte)"
    }
}
