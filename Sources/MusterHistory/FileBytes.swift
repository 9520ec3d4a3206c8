#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An open file, closed with its owner; the lock on it goes with it.
struct FileBytes: ~Copyable {
    let descriptor: Int32
    let path: String

    /// Opens `path` with the flags of open(2); made files are the owner's only.
    init(_ path: String, _ flags: Int32) throws {
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        self.path = path
        if descriptor < 0 { throw Self.failure("open", path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    static func failure(_ call: String, _ path: String) -> HistoryError {
        .unusable(path: path, what: "\(call) failed: \(String(cString: strerror(errno)))")
    }

    /// Waits until no other process holds the lock (flock(2)).
    borrowing func lock() throws {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Self.failure("flock", path) }
        }
    }

    /// Length in bytes.
    borrowing func length() throws -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure("fstat", path) }
        return Int64(status.st_size)
    }

    borrowing func truncate(to length: Int64) throws {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw Self.failure("ftruncate", path) }
    }

    /// Writes all bytes and waits until the disk has them.
    borrowing func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Self.systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]))
            }
            guard count >= 0 || errno == EINTR else { throw Self.failure("write", path) }
            done += max(0, count)
        }
        guard fsync(descriptor) == 0 else { throw Self.failure("fsync", path) }
    }

    private static func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        #else
            Darwin.write(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    /// What is left to read.
    borrowing func readAll() throws -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("read", path) }
            if count == 0 { return all }
            all += buffer[..<count]
        }
    }
}
