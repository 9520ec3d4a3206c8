import Glibc

/// Adds lines to the user's own known_hosts file.
enum KnownHostsFile {
    /// Appends one entry in one write, so that two programs adding at once do not tear each other's lines.
    ///
    /// A missing file is made for its owner only, and so is a missing folder.
    static func append(_ key: PublicKey, name: String, hashed: Bool, to path: String) throws(LocalFileError) {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            let folder = String(path[..<slash])
            if mkdir(folder, 0o700) != 0, errno != EEXIST {
                throw LocalFileError(operation: "make the folder", path: folder, code: errno)
            }
        }
        let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, mode: 0o600)
        let name = hashed ? hash(name) : name
        let separator = try endsInsideLine(file) ? "\n" : ""
        try file.write(Array("\(separator)\(name) \(key.line)\n".utf8))
    }

    /// The hashed form of a name under a new salt.
    static func hash(_ name: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return "|1|\(Base64.encode(salt))|\(Base64.encode(SHA1.hmac(key: salt, Array(name.utf8))))"
    }

    /// Whether somebody left the last line without an end: ours would be glued to it.
    private static func endsInsideLine(_ file: borrowing Descriptor) throws(LocalFileError) -> Bool {
        let size = lseek(file.number, 0, SEEK_END)
        guard size > 0 else { return false }
        var last: UInt8 = 0
        guard pread(file.number, &last, 1, size - 1) == 1 else {
            throw LocalFileError(operation: "read", path: file.path, code: errno)
        }
        return last != UInt8(ascii: "\n")
    }
}
