import Dispatch
import Foundation
import Host
import Testing

@Suite("Folder watch", .timeLimit(.minutes(5)))
struct FolderWatchTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "fw-\(UInt32.random(in: .min ... .max))")
    private var path: String { folder.path(percentEncoded: false) }

    @Test("files written, put in the place of others and removed are told of")
    func tells() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = try FolderWatch(queue: DispatchQueue(label: "test.folder")) { change.yield() }
        #expect(watch.watch([path]).isEmpty)
        #expect(watch.watch([path]).isEmpty)
        var told = changes.makeAsyncIterator()
        let file = folder.appending(path: "zone")
        try Data("a".utf8).write(to: file)
        _ = await told.next()
        try Data("b".utf8).write(to: file, options: .atomic)
        _ = await told.next()
        try FileManager.default.removeItem(at: file)
        _ = await told.next()
    }

    @Test("a folder that is not there is named")
    func missing() throws {
        let watch = try FolderWatch(queue: DispatchQueue(label: "test.folder")) {}
        #expect(watch.watch(["\(path)/none"]) == [.cannotWatchFolder(path: "\(path)/none", code: ENOENT)])
    }
}
