import Foundation

/// A file that keeps a token, so that the URL is the same each time.
public enum TokenFile {
    /// It can't be used, and what to do.
    public struct Refused: Error, CustomStringConvertible {
        public var description: String
    }

    /// The token in the file at `path`, which is its owner's alone; a file that is not there is made with a new one.
    public static func token(_ path: String) throws -> Token {
        if let token = try read(path) { return token }
        try make(path)
        guard let token = try read(path) else { throw Refused(description: "'\(path)' went away while it was made") }
        return token
    }

    /// Nil where there is no file.
    private static func read(_ path: String) throws -> Token? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else {
            if access(path, F_OK) != 0, errno == ENOENT { return nil }
            throw refused(path, "cannot be read")
        }
        guard facts[.type] as? FileAttributeType == .typeRegular else {
            throw Refused(description: "'\(path)' is no file")
        }
        let (owner, mode) = (facts[.ownerAccountID] as? NSNumber, facts[.posixPermissions] as? NSNumber)
        guard owner?.uint32Value == geteuid(), let mode, mode.intValue & 0o077 == 0 else {
            throw Refused(
                description:
                    "others than you may read or change '\(path)': chmod 600 it, and put a new token in if they did"
            )
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw refused(path, "cannot be read") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = Foundation.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw refused(path, "cannot be read") }
        var text = Substring(decoding: bytes[..<count], as: UTF8.self)
        while text.last?.isWhitespace == true { text.removeLast() }
        guard let token = Token(chosen: String(text)) else {
            let lengths = "\(Token.lengths.lowerBound) to \(Token.lengths.upperBound)"
            throw Refused(
                description: "'\(path)' holds no token: one line of \(lengths) letters, digits or '-._~' is expected; "
                    + "delete the file to get a new one")
        }
        return token
    }

    /// Writes a new token beside and gives it the name when it is there in full; one that others made in the meantime stays.
    private static func make(_ path: String) throws {
        let part = "\(path).\(Token().text.prefix(8))"
        let descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw refused(path, "cannot be made") }
        defer { unlink(part) }
        let bytes = Array((Token().text + "\n").utf8)
        let count = write(descriptor, bytes, bytes.count)
        guard count == bytes.count, fsync(descriptor) == 0, close(descriptor) == 0 else {
            throw refused(path, "cannot be written")
        }
        guard link(part, path) == 0 || errno == EEXIST else { throw refused(path, "cannot be made") }
    }

    private static func refused(_ path: String, _ what: String) -> Refused {
        Refused(description: "'\(path)' \(what): \(String(cString: strerror(errno)))")
    }
}
