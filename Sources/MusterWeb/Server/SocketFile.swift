import Foundation

/// The place of a socket in the file system.
enum SocketFile {
    /// It can't be used.
    struct Refused: Error, CustomStringConvertible {
        var description: String
    }

    /// Takes a socket away that nobody listens on any more; anything else at `path` is an error.
    static func clear(_ path: String) throws {
        guard var address = address(path) else {
            throw Refused(description: "'\(path)' is too long for a socket's path: 107 bytes are the most")
        }
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return }
        guard attributes[.type] as? FileAttributeType == .typeSocket else {
            throw Refused(description: "'\(path)' is there already and is no socket: name another path")
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let answer = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard answer != 0, errno == ECONNREFUSED else {
            throw Refused(description: "somebody listens on '\(path)' already, perhaps another 'muster serve'")
        }
        unlink(path)
    }

    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}
