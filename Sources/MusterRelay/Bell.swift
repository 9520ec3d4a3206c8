import Glibc
import ZeroMQ

/// A port of this machine that waits for a word and answers with another: whether nodes would reach a relay here.
struct Bell {
    private var address = ""
    private var port: Int?
    private var words: [String] = []

    /// Reads the words behind `bell`.
    init(_ arguments: [String]) throws(RelayOptions.Mistake) {
        var rest = arguments.makeIterator()
        while let word = rest.next() {
            switch word {
            case "--address": address = rest.next() ?? ""
            case "--port": port = rest.next().flatMap { Int($0) }
            default: words.append(word)
            }
        }
        guard !address.isEmpty, words.count == 2 else {
            throw RelayOptions.Mistake(text: "'bell' takes --address ADDRESS and two words")
        }
    }

    /// Where a relay would listen: libzmq finds the address of an interface, so it is asked.
    private func place() throws -> (host: String, port: UInt16) {
        let context = try Context()
        let socket = try Socket(context, .router)
        let bound = try socket.bind("tcp://\(address):\(port.map(String.init) ?? "*")").dropFirst(6)
        guard let colon = bound.lastIndex(of: ":"), let number = UInt16(bound[bound.index(after: colon)...]) else {
            throw RelayFailure(description: "no port in \(bound)")
        }
        return (String(bound[..<colon]), number)
    }

    /// Prints `HOST PORT` and answers until the input ends.
    func run() throws {
        let (host, port) = try place()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw RelayFailure.last("socket", address) }
        defer { close(listener) }
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &name.sin_addr) == 1 else {
            throw RelayFailure(description: "'\(host)' is no address of IPv4")
        }
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, length) }
        }
        guard bound == 0, listen(listener, 4) == 0 else { throw RelayFailure.last("listen", "\(host):\(port)") }
        print("\(host) \(port)")
        fflush(nil)
        var ready = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&ready, 2, -1) >= 0 || errno == EINTR {
            var byte: UInt8 = 0
            if ready[0].revents != 0, read(STDIN_FILENO, &byte, 1) <= 0 { return }
            if ready[1].revents != 0 { serve(listener) }
        }
    }

    private func serve(_ listener: Int32) {
        let visitor = accept(listener, nil, nil)
        guard visitor >= 0 else { return }
        defer { close(visitor) }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(visitor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var said = [UInt8](repeating: 0, count: 128)
        let count = recv(visitor, &said, said.count, 0)
        guard count > 0, Array(said[..<count]) == Array("\(words[0])\n".utf8) else { return }
        let answer = Array("\(words[1])\n".utf8)
        _ = send(visitor, answer, answer.count, Int32(MSG_NOSIGNAL))
    }
}
