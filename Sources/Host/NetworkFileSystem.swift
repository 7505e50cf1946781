import CSystemd
import Glibc

/// Tells whether a folder lies on a file system of the network, or on one that several machines share.
///
/// SQLite's write-ahead log needs memory that all processes of the store share, and locks that hold at once. Between
/// machines, and through many of their drivers, neither is so: the store can be damaged without a word.
package enum NetworkFileSystem {
    /// The type of the file system at `path`, as mount(8) names it, if it is one of these; nil if it is a local one, if it
    /// is not known, or if it cannot be asked.
    package static func type(at path: String) -> String? {
        var about = statfs()
        guard unsafe statfs(path, &about) == 0 else { return nil }
        let text = ProcFile.text("/proc/self/mountinfo") ?? ""
        let resolved = unsafe realpath(path, nil)
        defer { unsafe free(resolved) }
        let place = unsafe resolved.map { unsafe String(cString: $0) } ?? path
        return type(magic: UInt32(truncatingIfNeeded: about.f_type), mounted: mountType(of: place, in: text))
    }

    /// By the magic number of statfs(2), and by the type under which it is mounted, if that is known.
    ///
    /// The magic number decides, the type gives the name: an overlay has a number of its own, whatever lies below it, and
    /// FUSE has one number for all that is built on it.
    package static func type(magic: UInt32, mounted type: String?) -> String? {
        guard let name = names[magic] else { return nil }
        // A disk of this machine, through a driver in user space.
        guard type != "fuseblk" else { return nil }
        return type ?? name
    }

    /// The type of the mount that holds `path`, out of the lines of proc(5) `mountinfo`; nil if none does.
    package static func mountType(of path: String, in mountInfo: String) -> String? {
        var best: (length: Int, type: String)?
        for line in mountInfo.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 4, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.endIndex else { continue }
            let point = unescaped(fields[4])
            guard point == "/" || path == point || path.hasPrefix("\(point)/") else { continue }
            // Of two mounts on one folder the later one is on top.
            if point.utf8.count >= best?.length ?? 0 { best = (point.utf8.count, String(fields[dash + 1])) }
        }
        return best?.type
    }

    /// mountinfo writes spaces, tabs, line feeds and backslashes as `\040`, three octal digits.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"),
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(code)
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Magic numbers of statfs(2), from `linux/magic.h` and the drivers that are not in it.
    package static let names: [UInt32: String] = [
        0x6969: "nfs",
        0x517B: "smb",
        0xFF53_4D42: "cifs",
        0xFE53_4D42: "smb2",
        0x0102_1997: "9p",
        0x6573_5546: "fuse",
        0x00C3_6400: "ceph",
        0x5346_414F: "afs",
        0x6B41_4653: "afs",
        0x7375_7245: "coda",
        0x564C: "ncpfs",
        0x7461_636F: "ocfs2",
        0x0116_1970: "gfs2",
        0x0BD0_0BD0: "lustre",
        0x4750_4653: "gpfs",
        0x1983_0326: "beegfs",
        0x2003_0528: "orangefs",
        0x6163_6673: "acfs",
        0x786F_4256: "vboxsf",
        0xBACB_ACBC: "vmhgfs",
    ]
}

/// Small files of proc(5).
enum ProcFile {
    /// Nil if it cannot be read; what follows `bytesMax` is left out.
    static func text(_ path: String, bytesMax: Int = 1 << 20) -> String? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < bytesMax {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
