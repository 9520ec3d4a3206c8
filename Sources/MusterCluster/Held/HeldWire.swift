import Glibc
import MusterCore

/// One message between a command and the process that holds a session: a header in JSON behind its length in four bytes,
/// the highest first, and as many bytes as the header's `payload` says.
struct HeldMessage: Equatable {
    var header: JSON
    var payload: [UInt8] = []

    /// The most that a header may take, in bytes.
    static let mostHeader = 64 << 20
}

/// A connected socket of the AF_UNIX family, closed with its owner.
struct HeldSocket: ~Copyable, Sendable {
    let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Connects to a socket that a process of this user serves; nil where none does.
    static func connect(to path: String) -> HeldSocket? {
        let socket = HeldSocket(Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        guard socket.descriptor >= 0, let address = UnixAddress(path) else { return nil }
        let code = address.with { Glibc.connect(socket.descriptor, $0, $1) }
        guard code == 0, socket.peer == getuid() else { return nil }
        return socket
    }

    /// The user at the other end (unix(7), SO_PEERCRED); nil when that is not known.
    var peer: uid_t? {
        // `struct ucred`: process, user, group.
        var credentials: [UInt32] = [0, 0, 0]
        var length = socklen_t(12)
        let code = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length)
        return code == 0 && length == 12 ? credentials[1] : nil
    }

    /// Sends a message; false when the other end is gone.
    borrowing func send(_ message: HeldMessage) -> Bool {
        var header = message.header.members ?? []
        header.append(.init("payload", .int(Int64(message.payload.count))))
        let bytes = JSON.object(header).bytes
        let count = UInt32(bytes.count)
        let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
        return write(length + bytes) && write(message.payload)
    }

    /// Waits for a message; nil when the other end is gone or sends something else.
    borrowing func receive() -> HeldMessage? {
        guard let length = read(4) else { return nil }
        let count = length.reduce(0) { $0 << 8 | Int($1) }
        guard count <= HeldMessage.mostHeader, let bytes = read(count), let header = try? JSON(parsing: bytes),
            let size = header["payload"]?.int, size >= 0, let payload = read(Int(size))
        else { return nil }
        return HeldMessage(header: header, payload: payload)
    }

    private borrowing func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private borrowing func read(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(max(count, 1), 1 << 20))
        while bytes.count < count {
            let got = Glibc.recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            bytes += buffer[..<got]
        }
        return bytes
    }
}

/// The address of a socket in the file system (unix(7)).
struct UnixAddress {
    private var address = sockaddr_un()

    /// Nil when the path is too long for one.
    init?(_ path: String) {
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    }

    func with(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
