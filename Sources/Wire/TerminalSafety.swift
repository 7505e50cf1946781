extension Unicode.Scalar {
    /// Whether a terminal does something with it besides showing it: moves the cursor, begins a line, or changes the
    /// order of what stands around it.
    ///
    /// Controls (Cc), the separators of lines and paragraphs, and the bidirectional controls.
    package var isUnsafeOnTerminals: Bool {
        switch value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
