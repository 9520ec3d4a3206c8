import Glibc
import MusterCore

/// The few calls on files that an agent makes, without Foundation.
enum Disk {
    /// A call that failed.
    struct Failure: Error, CustomStringConvertible {
        var what: String
        var code: Int32
        var description: String { "cannot \(what): \(String(cString: strerror(code)))" }
    }

    static func read(_ path: String) -> [UInt8]? {
        let fd = open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        defer { close(fd) }
        var out: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(fd, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? nil : out }
            out.append(contentsOf: buffer[..<count])
        }
    }

    static func text(_ path: String) -> String? { read(path).map { String(decoding: $0, as: UTF8.self) } }

    /// The JSON value of a file; nil when it is not there or torn.
    static func json(_ path: String) -> JSON? { read(path).flatMap { try? JSON(parsing: $0) } }

    static func write(_ bytes: [UInt8], to fd: Int32) throws(Failure) {
        var at = 0
        while at < bytes.count {
            let count = bytes[at...].withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw Failure(what: "write", code: errno)
            }
            at += count
        }
    }

    /// Makes `path` with its whole content at once: written beside it, then renamed.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o644) throws(Failure) {
        let temporary = "\(path).tmp.\(getpid())"
        let fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard fd >= 0 else { throw Failure(what: "make \(temporary)", code: errno) }
        do { try write(bytes, to: fd) } catch {
            close(fd)
            unlink(temporary)
            throw error
        }
        close(fd)
        guard rename(temporary, path) == 0 else { throw Failure(what: "rename to \(path)", code: errno) }
    }

    static func makeFolders(_ path: String) throws(Failure) {
        if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw Failure(what: "make the folder \(path)", code: errno)
        }
        try makeFolders(String(path[..<slash]))
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw Failure(what: "make the folder \(path)", code: errno)
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// A file below a folder: its relative path and its size in bytes.
    struct Entry {
        var path: String
        var size: Int64
        var isFolder: Bool
    }

    /// Everything below `folder` but muster's own records; links are told as files and not followed.
    static func tree(_ folder: String, below prefix: String = "") -> [Entry] {
        var out: [Entry] = []
        for name in names(in: prefix.isEmpty ? folder : "\(folder)/\(prefix)").sorted() {
            let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
            if path == ".muster" { continue }
            var status = stat()
            guard lstat("\(folder)/\(path)", &status) == 0 else { continue }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            out.append(Entry(path: path, size: Int64(status.st_size), isFolder: isFolder))
            if isFolder { out += tree(folder, below: path) }
        }
        return out
    }

    /// The last `limit` bytes of a file as text.
    static func tail(_ path: String, limit: Int) -> String {
        let fd = open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return "" }
        defer { close(fd) }
        let end = lseek(fd, 0, SEEK_END)
        let start = max(0, end - off_t(limit))
        var buffer = [UInt8](repeating: 0, count: Int(end - start))
        let count = pread(fd, &buffer, buffer.count, start)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
