import Foundation

/// A real ssh-agent with some keys, ended with the last reference.
final class SSHAgent: Sendable {
    private let folder: TemporaryFolder
    private let program: Program
    let socket: String

    init(keys: [String]) throws {
        let folder = try TemporaryFolder()
        let socket = "\(folder.path)/agent"
        self.folder = folder
        self.socket = socket
        program = try Program(["ssh-agent", "-D", "-a", socket])
        guard holdsSoon({ access(socket, F_OK) == 0 }) else {
            throw ToolFailure(words: ["ssh-agent"], text: "did not start")
        }
        for key in keys { try runTool(["ssh-add", "-q", key], environment: ["SSH_AUTH_SOCK": socket]) }
    }
}

/// A TCP port that accepts connections and never says a word.
final class SilentListener: Sendable {
    let port: Int
    private let number: Int32

    init() throws {
        let number = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.number = number
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 && listen(number, 8) == 0 ? getsockname(number, $0, &size) : -1
            }
        }
        guard code == 0 else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(number) }
}
