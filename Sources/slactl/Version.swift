/// The version of this binary.
enum Version {
    static let text = "0.1.0"
}
