public import Glibc

/// A file's content by its digest, with what the file looked like while it was read.
public struct FileDigest: Hashable, Sendable {
    /// What tells whether a file is still the one that it was.
    public struct Mark: Hashable, Sendable {
        /// The file system's number of the file, its bytes, and nanoseconds of its last change since 1970.
        public var inode: UInt64, size: Int64, changed: Int64

        /// Describes a file.
        public init(inode: UInt64, size: Int64, changed: Int64) {
            (self.inode, self.size, self.changed) = (inode, size, changed)
        }

        /// Out of what stat(2) says.
        public init(_ status: stat) {
            self.init(
                inode: UInt64(status.st_ino), size: Int64(status.st_size),
                changed: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
        }
    }

    /// How the file looked.
    public var mark: Mark
    /// SHA-256 as 64 hex digits.
    public var sha256: String

    /// What is read at a time, in bytes.
    private static let part = 1 << 20

    /// Reads a file to its end, at most `limit` bytes from `offset` on; nil, with errno, where it can't be read, and nil with
    /// 0 where it changed meanwhile.
    public init?(path: String, from offset: Int64 = 0, limit: Int64 = .max) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var before = stat(), after = stat()
        guard fstat(descriptor, &before) == 0 else { return nil }
        guard before.st_mode & S_IFMT == S_IFREG else {
            errno = EINVAL
            return nil
        }
        var digest = ContentDigest()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.part, alignment: 64)
        defer { buffer.deallocate() }
        var at = offset
        while at - offset < limit {
            let wanted = Int(min(Int64(Self.part), limit - (at - offset)))
            let count = pread(descriptor, buffer.baseAddress, wanted, off_t(at))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            at += Int64(count)
        }
        guard fstat(descriptor, &after) == 0 else { return nil }
        mark = Mark(after)
        guard mark == Mark(before) else {
            errno = 0
            return nil
        }
        sha256 = digest.finishHex()
    }
}
