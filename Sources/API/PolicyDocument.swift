import Hummingbird
import Intake

/// The body of `POST /v1/policy/preview`, on its way to a proposal.
struct PolicyDocument {
    private var scanner = JSONScanner()
    private var name: String?
    private var policy: [UInt8]?
    private var files: [String: [UInt8]] = [:]

    /// Reads the whole body, one JSON object.
    static func proposal(from body: Bytes) throws(Problem) -> PolicyProposal {
        var document = PolicyDocument()
        try document.read(body)
        guard let policy = document.policy else {
            throw refused("no_policy", "the body has no policy: send the text of the file as \"policy\"")
        }
        return PolicyProposal(name: document.name ?? "policy", text: policy, files: document.files)
    }

    private mutating func read(_ body: Bytes) throws(Problem) {
        try expect("{", body)
        if !scanner.take(UInt8(ascii: "}"), in: body) {
            repeat { try readMember(try key(body), body) } while scanner.take(UInt8(ascii: ","), in: body)
            try expect("}", body)
        }
        guard scanner.peek(in: body) == nil else { throw Self.noJSON(scanner.unexpected(in: body)) }
    }

    private mutating func readMember(_ key: String, _ body: Bytes) throws(Problem) {
        switch key {
        case "policy": policy = try bytes(of: key, body)
        case "name": name = try Self.text(try bytes(of: key, body))
        case "files": try readFiles(body)
        default:
            throw Self.refused("unknown_key", "unknown key \(key.prefix(64)): known are policy, name and files")
        }
    }

    private mutating func readFiles(_ body: Bytes) throws(Problem) {
        try expect("{", body)
        guard !scanner.take(UInt8(ascii: "}"), in: body) else { return }
        repeat {
            let file = try key(body)
            files[file] = try bytes(of: file, body)
        } while scanner.take(UInt8(ascii: ","), in: body)
        try expect("}", body)
    }

    /// The name of the member that comes next, and the colon behind it.
    private mutating func key(_ body: Bytes) throws(Problem) -> String {
        let key = try Self.text(try bytes(of: "a key", body))
        try expect(":", body)
        return key
    }

    private mutating func expect(_ character: Unicode.Scalar, _ body: Bytes) throws(Problem) {
        do throws(JSONScanner.Problem) {
            try scanner.expect(UInt8(ascii: character), in: body)
        } catch {
            throw Self.noJSON(error)
        }
    }

    /// The string that comes next, the value of `key`.
    private mutating func bytes(of key: String, _ body: Bytes) throws(Problem) -> [UInt8] {
        guard let first = scanner.peek(in: body), first == UInt8(ascii: "\"") else {
            throw Self.refused("invalid_value", "the body is not as described: \(key.prefix(64)) has to be a text")
        }
        let token: JSONScanner.Token
        do throws(JSONScanner.Problem) {
            token = try scanner.string(in: body)
        } catch {
            throw Self.noJSON(error)
        }
        switch token {
        case .decoded(let bytes): return bytes
        case .plain(let range):
            var bytes: [UInt8] = []
            bytes.reserveCapacity(range.count)
            for index in range { bytes.append(body[index]) }
            return bytes
        }
    }

    private static func text(_ bytes: [UInt8]) throws(Problem) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refused("invalid_json", "the body is not UTF-8")
        }
        return text
    }

    private static func noJSON(_ problem: JSONScanner.Problem) -> Problem {
        let cause =
            switch problem {
            case .endsTooSoon: "it ends too soon"
            case .unexpected(let offset): "byte \(offset) does not belong there"
            case .controlCharacter(let offset): "byte \(offset) is a control character, escape it"
            case .loneSurrogate(let offset): "byte \(offset) begins half a surrogate pair"
            case .tooDeep: "it is nested too deep"
            }
        return refused("invalid_json", "the body is not a JSON object: \(cause)")
    }

    private static func refused(_ code: String, _ detail: String) -> Problem { Problem(.badRequest, code, detail) }
}
