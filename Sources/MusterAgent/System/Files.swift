import Glibc
import MusterCore

/// The few things that the agent does with whole files and folders.
enum Files {
    /// The whole content. Also reads files of /proc, which have no size.
    static func read(_ path: String) throws(SystemError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while let part = try readSome(descriptor, path) { bytes.append(contentsOf: part) }
        return bytes
    }

    private static func readSome(_ descriptor: Int32, _ path: String) throws(SystemError) -> [UInt8]? {
        var count = 0
        var failure: SystemError?
        let part = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, used in
            repeat {
                count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            } while count < 0 && errno == EINTR
            if count < 0 { failure = .last("read", path) }
            used = max(0, count)
        }
        if let failure { throw failure }
        return count > 0 ? part : nil
    }

    /// The content as text; nil when it can't be read.
    static func text(_ path: String) -> String? {
        (try? read(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The JSON value in a file; nil when there is none.
    static func json(_ path: String) -> JSON? {
        (try? read(path)).flatMap { try? JSON(parsing: $0) }
    }

    /// Whether something of that name is there; a link that leads nowhere counts.
    static func exists(_ path: String) -> Bool { status(path) != nil }

    /// Whether surely nothing of that name is there: a failure to look is no proof.
    static func isMissing(_ path: String) -> Bool {
        var result = stat()
        return lstat(path, &result) != 0 && errno == ENOENT
    }

    /// What lstat(2) says.
    static func status(_ path: String) -> stat? {
        var result = stat()
        return lstat(path, &result) == 0 ? result : nil
    }

    /// The path without links; nil where nothing is there.
    static func realPath(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// Makes the folder and those above it; false where it was there.
    @discardableResult
    static func makeFolders(_ path: String) throws(SystemError) -> Bool {
        if mkdir(path, 0o777) == 0 { return true }
        if errno == EEXIST { return false }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .last("mkdir", path)
        }
        try makeFolders(String(path[..<slash]))
        if mkdir(path, 0o777) == 0 { return true }
        guard errno == EEXIST else { throw .last("mkdir", path) }
        return false
    }

    /// Removes a file, a link, or a folder with all in it; what can't be removed stays.
    static func removeTree(_ path: String) {
        var open = [path]
        var folders: [String] = []
        while let next = open.popLast() {
            guard let status = status(next) else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                folders.append(next)
                open += (names(in: next) ?? []).map { "\(next)/\($0)" }
            } else {
                unlink(next)
            }
        }
        for folder in folders.reversed() { rmdir(folder) }
    }

    /// Writes a file in a folder that nobody else reads yet.
    static func write(_ path: String, _ bytes: [UInt8]) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .last("open", path) }
        defer { close(descriptor) }
        try writeAll(descriptor, bytes, path)
    }

    /// Writes a file that appears, or changes, as a whole.
    static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let temporary = "\(path).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .last("open", temporary) }
        defer { close(descriptor) }
        try writeAll(descriptor, bytes, temporary)
        guard rename(temporary, path) == 0 else { throw .last("rename", path) }
    }

    /// Writes all of `bytes` at the descriptor's place.
    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8], _ path: String) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write", path) }
            done += count
        }
    }

    /// The bytes from `offset` on, at most `count`; short at the file's end.
    static func read(_ descriptor: Int32, from offset: Int64, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            while used < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + used }, count - used, off_t(offset) + used)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                used += got
            }
        }
    }

    /// Names in a folder without `.` and `..`; nil when it can't be read or a name is not UTF-8.
    static func names(in folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            guard let name else { return nil }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
