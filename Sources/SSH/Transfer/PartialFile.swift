import Glibc

/// A file being received: it gets its name only when it is complete, and vanishes otherwise.
final class PartialFile {
    private let folder: Descriptor
    private let file: Descriptor
    private let name: String
    private let temporary: String
    private let mode: UInt32
    private let modified: Int64?
    private var isFinished = false

    /// Begins a file in a folder; `modified` in seconds since 1970, nil for the time of writing.
    init(
        in folder: borrowing Descriptor, name: String, mode: UInt32, modified: Int64?
    ) throws(LocalFileError) {
        var generator = SystemRandomNumberGenerator()
        temporary = ".partial-\(String(generator.next(), radix: 16))"
        self.name = name
        self.mode = mode
        self.modified = modified
        self.folder = Descriptor(fcntl(folder.number, F_DUPFD_CLOEXEC, 0), path: folder.path)
        let number = openat(folder.number, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else {
            throw LocalFileError(operation: "create", path: "\(folder.path)/\(name)", code: errno)
        }
        file = Descriptor(number, path: "\(folder.path)/\(name)")
    }

    convenience init(in folder: borrowing Descriptor, name: String, header: TarHeader) throws(LocalFileError) {
        try self.init(in: folder, name: name, mode: header.mode, modified: header.modified)
    }

    deinit { if !isFinished { unlinkat(folder.number, temporary, 0) } }

    func write(_ bytes: ArraySlice<UInt8>) throws(LocalFileError) {
        let result = bytes.withUnsafeBytes { bytes in Result { () throws(LocalFileError) in try file.write(bytes) } }
        try result.get()
    }

    /// Drops what was written beyond `size`.
    func cut(to size: Int64) throws(LocalFileError) {
        guard ftruncate(file.number, off_t(size)) == 0 else {
            throw LocalFileError(operation: "cut", path: file.path, code: errno)
        }
    }

    /// Gives the file its permissions, its time and its name, in this order.
    func finish() throws(LocalFileError) {
        fchmod(file.number, mode_t(mode))
        if let modified {
            let time = timespec(tv_sec: Int(modified), tv_nsec: 0)
            let times = [time, time]
            futimens(file.number, times)
        }
        guard renameat(folder.number, temporary, folder.number, name) == 0 else {
            throw LocalFileError(operation: "rename", path: file.path, code: errno)
        }
        isFinished = true
    }
}
