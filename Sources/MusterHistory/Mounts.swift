#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What is mounted where, as /proc/self/mountinfo tells it: proc_pid_mountinfo(5).
struct Mounts {
    private var types: [(point: String, type: String)] = []

    /// The machine's mounts now; none where that file is not.
    static var current: Mounts {
        guard let file = try? FileBytes("/proc/self/mountinfo", O_RDONLY), let bytes = try? file.readAll() else {
            return Mounts(mountinfo: "")
        }
        return Mounts(mountinfo: String(decoding: bytes, as: UTF8.self))
    }

    init(mountinfo: String) {
        for line in mountinfo.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 4, let dash = words.firstIndex(of: "-"), dash + 1 < words.count else { continue }
            types.append((String(words[4]).replacing("\\040", with: " "), String(words[dash + 1])))
        }
    }

    /// Type of the file system that holds the absolute path; of several mounts on one place the last counts.
    func type(of path: String) -> String? {
        var best: (point: String, type: String)?
        for mount in types where mount.point == "/" || path == mount.point || path.hasPrefix(mount.point + "/") {
            if mount.point.utf8.count >= best?.point.utf8.count ?? 0 { best = mount }
        }
        return best?.type
    }

    /// Whether `path`'s folder lies on a file system shared between machines.
    func isShared(_ path: String) -> Bool {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        guard let real = realpath(folder.isEmpty ? "/" : folder, nil) else { return false }
        defer { free(real) }
        let shared: Set<String> = [
            "nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "ceph", "afs", "9p", "panfs",
            "pvfs2", "orangefs", "wekafs", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.beegfs",
            "fuse.lustre",
        ]
        return type(of: String(cString: real)).map(shared.contains) ?? false
    }
}
