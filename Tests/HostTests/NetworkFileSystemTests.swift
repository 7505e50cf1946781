import Foundation
import Host
import Testing

@Suite("Network file systems")
struct NetworkFileSystemTests {
    /// As in a file server's client that has a disk, a share and two file systems in user space.
    private static let mounts = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
        30 22 0:26 / /run rw,nosuid shared:5 - tmpfs tmpfs rw
        41 22 0:40 / /srv rw,relatime shared:9 - nfs4 server:/export rw,vers=4.2
        42 41 0:41 / /srv/local\\040disk rw,relatime - xfs /dev/vdb rw
        43 22 0:42 / /home/ada/far rw master:3 - fuse.sshfs ada@far:/ rw
        44 22 0:43 / /media/stick rw shared:8 - fuseblk /dev/sdc1 rw
        45 22 0:44 / /again rw - ext4 /dev/vdd rw
        46 45 0:45 / /again rw - cifs //server/share rw
        """

    @Test(
        "a folder belongs to the mount that is nearest above it",
        arguments: [
            ("/var/lib/slawatchd", "ext4"), ("/", "ext4"), ("/srv", "nfs4"), ("/srv/slawatchd", "nfs4"),
            ("/srvice", "ext4"), ("/srv/local disk/x", "xfs"), ("/home/ada/far/state", "fuse.sshfs"),
            ("/media/stick", "fuseblk"), ("/again/x", "cifs"),
        ]
    )
    func mount(_ path: String, _ type: String) {
        #expect(NetworkFileSystem.mountType(of: path, in: Self.mounts) == type)
    }

    @Test("without mounts, or with lines of another form, there is no type")
    func noMounts() {
        #expect(NetworkFileSystem.mountType(of: "/", in: "") == nil)
        #expect(NetworkFileSystem.mountType(of: "/", in: "22 1 254:0 /\n\n22 1 254:0 / / rw -") == nil)
    }

    @Test(
        "the magic number tells network file systems, the mount gives the name",
        arguments: [
            (0x6969, "nfs4", "nfs4"), (0x6969, nil, "nfs"), (0xFF53_4D42, "cifs", "cifs"), (0xFE53_4D42, nil, "smb2"),
            (0x0102_1997, "9p", "9p"), (0x6573_5546, "fuse.sshfs", "fuse.sshfs"), (0x6573_5546, nil, "fuse"),
            (0x00C3_6400, nil, "ceph"), (0x5346_414F, nil, "afs"),
        ] as [(UInt32, String?, String)]
    )
    func network(_ magic: UInt32, _ mounted: String?, _ type: String) {
        #expect(NetworkFileSystem.type(magic: magic, mounted: mounted) == type)
    }

    @Test(
        "a local file system is none, also if it is an overlay or a disk in user space",
        arguments: [
            (0xEF53, "ext4"), (0x5846_5342, "xfs"), (0x9123_683E, "btrfs"), (0x0102_1994, "tmpfs"),
            (0x794C_7630, "overlay"), (0x6573_5546, "fuseblk"), (0x2FC1_2FC1, "zfs"), (0, nil),
        ] as [(UInt32, String?)]
    )
    func local(_ magic: UInt32, _ mounted: String?) {
        #expect(NetworkFileSystem.type(magic: magic, mounted: mounted) == nil)
    }

    @Test("this machine is asked: /proc and /dev/shm are of no network, and a missing folder is nothing")
    func machine() {
        for path in ["/proc", "/dev/shm", "/nowhere"] { #expect(NetworkFileSystem.type(at: path) == nil) }
    }
}
