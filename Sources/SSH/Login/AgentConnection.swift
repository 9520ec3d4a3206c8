import Glibc

/// A connection to an ssh agent (draft-ietf-sshm-ssh-agent): frames of a length, a type and a body.
struct AgentConnection: ~Copyable {
    /// A key that the agent holds.
    struct Identity: Equatable, Sendable {
        let body: [UInt8]
        let comment: String
    }

    private enum Message {
        static let requestIdentities: UInt8 = 11
        static let identities: UInt8 = 12
        static let sign: UInt8 = 13
    }

    /// OpenSSH's own limit of one frame.
    private static let frameLimit = 256 << 10
    private let socket: Descriptor

    init(path: String) throws(LocalFileError) {
        socket = Descriptor(
            Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0), path: path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else {
            throw LocalFileError(operation: "connect to", path: path, code: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket.number, $0, size) }
        }
        guard code == 0 else { throw LocalFileError(operation: "connect to", path: path, code: errno) }
    }

    init(socket: consuming Descriptor) { self.socket = socket }

    /// The keys, in the agent's order.
    func identities() throws(LocalFileError) -> [Identity] {
        let answer = try ask([Message.requestIdentities])
        guard let identities = AgentConnection.parse(answer) else {
            throw LocalFileError(operation: "understand the agent at", path: socket.path, code: EPROTO)
        }
        return identities
    }

    /// Answers a client until it hangs up: lists only `identities`, and passes on everything else to the agent.
    ///
    /// - Parameter keys: Keys that the agent has, by certificates of theirs that it has not.
    func serve(
        _ client: borrowing AgentConnection, offering identities: [Identity], signingBy keys: [[UInt8]: [UInt8]] = [:]
    ) throws(LocalFileError) {
        let list = AgentConnection.message(listing: identities)
        while let request = try client.receive() {
            let isList = request.first == Message.requestIdentities
            try client.send(isList ? list : try ask(AgentConnection.signing(request, by: keys)))
        }
    }

    /// A request to sign with a certificate's key asks for the key alone where the agent has only that.
    private static func signing(_ request: [UInt8], by keys: [[UInt8]: [UInt8]]) -> [UInt8] {
        guard request.first == Message.sign else { return request }
        var rest = WireReader(Array(request.dropFirst()))
        guard let body = rest.bytes(), let key = keys[body] else { return request }
        return [Message.sign] + bigEndian(key.count) + key + request.dropFirst(5 + body.count)
    }

    private func ask(_ request: [UInt8]) throws(LocalFileError) -> [UInt8] {
        try send(request)
        guard let answer = try receive() else {
            throw LocalFileError(operation: "hear from the agent at", path: socket.path, code: ECONNRESET)
        }
        return answer
    }

    private func send(_ body: [UInt8]) throws(LocalFileError) {
        let frame = bigEndian(body.count) + body
        var sent = 0
        while sent < frame.count {
            let count = frame[sent...].withUnsafeBytes {
                Glibc.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno != EINTR { throw LocalFileError(operation: "ask", path: socket.path, code: errno) }
            sent += max(0, count)
        }
    }

    /// The next frame's body; nil when the other side has hung up.
    private func receive() throws(LocalFileError) -> [UInt8]? {
        guard let header = try read(4) else { return nil }
        let count = header.reduce(0) { $0 << 8 | Int($1) }
        guard count > 0, count <= Self.frameLimit else {
            throw LocalFileError(operation: "understand the agent at", path: socket.path, code: EPROTO)
        }
        return try read(count)
    }

    private func read(_ count: Int) throws(LocalFileError) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let received = try socket.read(into: &buffer)
            if received == 0 { return nil }
            bytes += buffer[..<received]
        }
        return bytes
    }

    static func message(listing identities: [Identity]) -> [UInt8] {
        identities.reduce(into: [Message.identities] + bigEndian(identities.count)) { message, identity in
            let comment = Array(identity.comment.utf8)
            message += bigEndian(identity.body.count) + identity.body + bigEndian(comment.count) + comment
        }
    }

    static func parse(_ message: [UInt8]) -> [Identity]? {
        var rest = message[...]
        guard rest.popFirst() == Message.identities, let count = takeNumber(&rest) else { return nil }
        var identities: [Identity] = []
        for _ in 0..<count {
            guard let body = takeString(&rest), let comment = takeString(&rest) else { return nil }
            identities.append(Identity(body: body, comment: String(decoding: comment, as: UTF8.self)))
        }
        return identities
    }
}

private func bigEndian(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
}

private func takeNumber(_ bytes: inout ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= 4 else { return nil }
    defer { bytes = bytes.dropFirst(4) }
    return bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
}

private func takeString(_ bytes: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let count = takeNumber(&bytes), count <= bytes.count else { return nil }
    defer { bytes = bytes.dropFirst(count) }
    return Array(bytes.prefix(count))
}
