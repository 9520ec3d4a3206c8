import Glibc

/// TCP connections made here rather than by libssh: the cause of a failure stays an errno, and small packets leave at
/// once (TCP_NODELAY takes one exec from 45 to 3 ms).
enum TCP {
    /// Tries the host's addresses in the resolver's order until the deadline; returns a non-blocking descriptor.
    ///
    /// Looking up the name is the resolver's business and keeps to its own time limits.
    static func connect(to settings: HostSettings, until deadline: Deadline) throws(SSHError) -> Descriptor {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = AF_UNSPEC
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(settings.hostName, String(settings.port), &hints, &list)
        guard code == 0 else {
            let text = code == EAI_SYSTEM ? String(cString: strerror(errno)) : String(cString: gai_strerror(code))
            throw SSHError(
                .unreachable, "connect to", host: settings.alias, code: code,
                text: "the name \(settings.hostName) has no address: \(text)",
                hint: "check HostName in ~/.ssh/config and the network")
        }
        defer { freeaddrinfo(list) }
        var failure = ENOENT
        var next = list
        while let address = next?.pointee {
            do throws(LocalFileError) {
                return try connect(to: address, until: deadline)
            } catch {
                failure = error.code
            }
            next = address.ai_next
        }
        throw error(failure, settings)
    }

    private static func connect(
        to address: addrinfo, until deadline: Deadline
    ) throws(LocalFileError) -> Descriptor {
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let socket = Descriptor(Glibc.socket(address.ai_family, flags, address.ai_protocol), path: "socket")
        var yes: Int32 = 1
        setsockopt(socket.number, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
        setsockopt(socket.number, SOL_SOCKET, SO_KEEPALIVE, &yes, 4)
        guard Glibc.connect(socket.number, address.ai_addr, address.ai_addrlen) != 0 else { return socket }
        guard errno == EINPROGRESS else { throw failure(errno) }
        var poller = pollfd(fd: socket.number, events: Int16(POLLOUT), revents: 0)
        while poll(&poller, 1, deadline.pollTimeout) <= 0 {
            guard !deadline.hasPassed else { throw failure(ETIMEDOUT) }
        }
        var code: Int32 = 0
        var size = socklen_t(4)
        getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw failure(code) }
        return socket
    }

    private static func failure(_ code: Int32) -> LocalFileError {
        LocalFileError(operation: "connect", path: "socket", code: code)
    }

    private static func error(_ code: Int32, _ settings: HostSettings) -> SSHError {
        let place = "\(settings.hostName) port \(settings.port)"
        return SSHError(
            code == ETIMEDOUT ? .timedOut : .unreachable, "connect to", host: settings.alias, code: code,
            text: "\(place): \(String(cString: strerror(code)))",
            hint: code == ECONNREFUSED
                ? "check the port: nothing listens on \(place)"
                : "check the network or VPN, and whether \(place) needs a ProxyJump")
    }
}
