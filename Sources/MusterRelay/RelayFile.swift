import CShims
import Glibc
import MusterCore

/// Why a relay can't go on: what was tried, on what, and what came back.
struct RelayFailure: Error, Equatable, CustomStringConvertible {
    /// One sentence.
    var description: String

    /// The failure of the call just made; to be used in the very next statement.
    static func last(_ operation: String, _ path: String) -> RelayFailure {
        let code = errno
        return RelayFailure(
            description: "\(operation) \(path): \(strerror(code).map { String(cString: $0) } ?? "\(code)")")
    }
}

/// An open file, closed with the last reference to it.
final class RelayFile {
    let path: String
    let descriptor: Int32

    /// Opens `path`; a file that is made is its owner's alone.
    init(_ path: String, _ flags: Int32) throws(RelayFailure) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last("open", path) }
    }

    deinit { close(descriptor) }

    /// Size and time of the last change; nil when that can't be told. One metadata call.
    var status: (size: Int64, changed: Int64)? {
        var result = stat()
        guard fstat(descriptor, &result) == 0 else { return nil }
        return (Int64(result.st_size), result.changed)
    }

    /// The bytes from `offset` on, at most `count`; short at the file's end.
    func read(from offset: Int64, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            while used < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + used }, count - used, off_t(offset) + used)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                used += got
            }
        }
    }

    /// Writes all of `bytes` at `offset`.
    func write(_ bytes: [UInt8], at offset: Int64) throws(RelayFailure) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset) + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write", path) }
            done += count
        }
    }

    /// Cuts the file off behind `size` bytes.
    func cut(to size: Int64) { _ = ftruncate(descriptor, off_t(size)) }

    /// The whole content, and nothing of what stood there before.
    func replace(with bytes: [UInt8]) throws(RelayFailure) {
        try write(bytes, at: 0)
        cut(to: Int64(bytes.count))
    }

    /// Locks the file for this process as long as it is open; false when another has it. Advisory, and seen by all
    /// machines of a network file system (fcntl(2), open file description locks).
    func lock() throws(RelayFailure) -> Bool {
        if control(RelayFile.setLock) { return true }
        guard errno == EAGAIN || errno == EACCES else { throw .last("lock", path) }
        return false
    }

    /// Whether another process has locked the file.
    var isLockedByOthers: Bool {
        var range = flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        let answered = withUnsafeMutablePointer(to: &range) { fcntl(descriptor, RelayFile.getLock, $0) } == 0
        return answered && range.l_type != Int16(F_UNLCK)
    }

    /// `F_OFD_GETLK` and `F_OFD_SETLK` of <asm-generic/fcntl.h>, which Swift's Glibc does not show.
    private static let getLock: Int32 = 36, setLock: Int32 = 37

    private func control(_ command: Int32) -> Bool {
        var range = flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        return withUnsafeMutablePointer(to: &range) { fcntl(descriptor, command, $0) } == 0
    }

    /// Writes a file that appears, or changes, as a whole; its owner's alone.
    static func publish(_ path: String, _ bytes: [UInt8]) throws(RelayFailure) {
        let temporary = "\(path).tmp.\(getpid())"
        let file = try RelayFile(temporary, O_WRONLY | O_CREAT | O_TRUNC)
        try file.write(bytes, at: 0)
        guard rename(temporary, path) == 0 else { throw .last("rename", path) }
    }

    /// Makes a folder for the owner alone, unless it is there.
    static func makeFolder(_ path: String) throws(RelayFailure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last("mkdir", path) }
    }

    /// The whole content as text; nil when it can't be read.
    static func text(_ path: String) -> String? {
        guard let file = try? RelayFile(path, O_RDONLY), let size = file.status?.size else { return nil }
        return String(decoding: file.read(from: 0, count: Int(size)), as: UTF8.self)
    }

    /// Names in a folder without `.` and `..`; empty when it can't be read.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != "..", !name.contains(".tmp.") { names.append(name) }
        }
        return names
    }
}

extension stat {
    /// When the content changed, in nanoseconds.
    var changed: Int64 { Int64(st_mtim.tv_sec) * 1_000_000_000 + Int64(st_mtim.tv_nsec) }
}
