import Glibc

/// How a file looks without being read.
public struct FileLook: Hashable, Sendable {
    /// What tells whether it is still the one that it was.
    public var mark: FileDigest.Mark
    /// It is a plain file, not a link, folder or other thing.
    public var isFile: Bool

    /// By lstat(2); nil, with errno, where nothing can be seen.
    public init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        mark = FileDigest.Mark(status)
        isFile = status.st_mode & S_IFMT == S_IFREG
    }

    /// Gives a file a time of last change, in nanoseconds since 1970; false, with errno, where that can't be done.
    @discardableResult
    public static func setTime(_ path: String, to changed: Int64) -> Bool {
        let time = timespec(tv_sec: Int(changed / 1_000_000_000), tv_nsec: Int(changed % 1_000_000_000))
        return utimensat(AT_FDCWD, path, [time, time], 0) == 0
    }
}
