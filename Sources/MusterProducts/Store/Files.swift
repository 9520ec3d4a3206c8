import Digest
import Glibc
import MusterCore

/// What the system says to an errno.
func errorText(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The few things that are done with files and folders here. What is written is on the disk when a call returns.
enum Files {
    static func failure(_ name: String, _ subject: String) -> ProductError {
        .system(SystemCall(name: name, subject: subject, code: errno))
    }

    /// What lstat(2) says; nil when nothing of that name is there.
    static func status(_ path: String) throws(ProductError) -> stat? {
        var result = stat()
        if lstat(path, &result) == 0 { return result }
        guard errno == ENOENT || errno == ENOTDIR else { throw failure("lstat", path) }
        return nil
    }

    /// What stat(2) says, through links; nil when nothing is there.
    static func target(_ path: String) throws(ProductError) -> stat? {
        var result = stat()
        if stat(path, &result) == 0 { return result }
        guard errno == ENOENT || errno == ENOTDIR else { throw failure("stat", path) }
        return nil
    }

    /// Hands the content to `body` in parts.
    static func read(_ path: String, _ body: ([UInt8]) -> Void) throws(ProductError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        while true {
            var count = 0
            let part = [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, used in
                repeat {
                    count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                } while count < 0 && errno == EINTR
                used = max(0, count)
            }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { return }
            body(part)
        }
    }

    /// The whole content.
    static func content(_ path: String) throws(ProductError) -> [UInt8] {
        var bytes: [UInt8] = []
        try read(path) { bytes += $0 }
        return bytes
    }

    /// The SHA-256 of the content, as hex.
    static func digest(_ path: String) throws(ProductError) -> String {
        var digest = ContentDigest()
        try read(path) { digest.update($0) }
        return digest.finishHex()
    }

    /// Writes a new file, or over an old one.
    static func write(_ path: String, _ bytes: [UInt8]) throws(ProductError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            done += count
        }
        guard fsync(descriptor) == 0 else { throw failure("fsync", path) }
    }

    /// Has the disk take what was written to the file or folder.
    static func sync(_ path: String) throws(ProductError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        // Some network file systems take no fsync of a folder.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("fsync", path) }
    }

    /// Removes the files of a folder that `names`, relative to it, does not name, and folders that are empty then; also the
    /// folder itself. True when something is left.
    @discardableResult
    static func keepOnly(_ names: Set<String>, in folder: String, under prefix: String = "") throws(ProductError)
        -> Bool
    {
        var isLeft = false
        for name in try Self.names(in: folder) {
            let (path, relative) = ("\(folder)/\(name)", prefix + name)
            if names.contains(relative) {
                isLeft = true
            } else if let status = try status(path), status.st_mode & S_IFMT == S_IFDIR {
                if try keepOnly(names, in: path, under: relative + "/") { isLeft = true }
            } else {
                try remove(path)
            }
        }
        if !isLeft { try remove(folder) }
        return isLeft
    }

    /// Has the disk take a folder with all that is in it.
    static func syncAll(_ path: String) throws(ProductError) {
        guard let status = try status(path) else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG: try sync(path)
        case S_IFDIR:
            for name in try names(in: path) { try syncAll("\(path)/\(name)") }
            try sync(path)
        default: break
        }
    }

    static func move(_ from: String, to path: String) throws(ProductError) {
        guard rename(from, path) == 0 else { throw failure("rename", "\(from) to \(path)") }
    }

    /// Makes the folder and those above it.
    static func makeFolders(_ path: String) throws(ProductError) {
        if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw failure("mkdir", path)
        }
        try makeFolders(String(path[..<slash]))
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failure("mkdir", path) }
    }

    /// Names in a folder, sorted, without `.` and `..`.
    static func names(in folder: String) throws(ProductError) -> [String] {
        guard let stream = opendir(folder) else { throw failure("opendir", folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes the file, link or folder with all that is in it; links are not followed. Nothing there is well too.
    static func remove(_ path: String) throws(ProductError) {
        guard let status = try status(path) else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard unlink(path) == 0 || errno == ENOENT else { throw failure("unlink", path) }
            return
        }
        for name in try names(in: path) { try remove("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure("rmdir", path) }
    }
}
