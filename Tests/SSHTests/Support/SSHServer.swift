import Foundation
import Synchronization

@testable import SSH

/// A real sshd on loopback with throw-away keys, ended with the last reference.
final class SSHServer: Sendable {
    static let program = "/usr/sbin/sshd"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let folder: TemporaryFolder
    let port: Int
    private let program: Program

    /// Starts a server that lets the key `user_key` of its folder in.
    ///
    /// `options` are lines of sshd_config, in which `$FOLDER` is its folder; `hostKeys` the types of its keys.
    /// `program` may be another name of sshd, under which PAM knows it.
    init(
        options: [String] = [], hostKeys: [String] = ["ed25519"], program: String = SSHServer.program,
        folder: TemporaryFolder? = nil
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        mkdir("/run/sshd", 0o755)
        for type in hostKeys { try SSHServer.makeKey(at: "\(folder.path)/host_\(type)", type: type) }
        try SSHServer.makeKey(at: "\(folder.path)/user_key", type: "ed25519")
        try folder.write(try folder.read("user_key.pub"), to: "authorized_keys")
        var failure = ""
        for _ in 0..<5 {
            let candidate = try SSHServer.freePort()
            let lines =
                hostKeys.map { "HostKey \(folder.path)/host_\($0)" }
                + options.map { $0.replacingOccurrences(of: "$FOLDER", with: folder.path) } + [
                    "Port \(candidate)", "ListenAddress 127.0.0.1", "PidFile \(folder.path)/pid", "StrictModes no",
                    "UsePAM no", "PermitRootLogin yes", "PubkeyAuthentication yes", "PasswordAuthentication no",
                    "KbdInteractiveAuthentication no", "AuthorizedKeysFile \(folder.path)/authorized_keys",
                    "PrintMotd no", "MaxStartups 100:1:100",
                    // Makes bash pass over the start files of whoever runs the tests.
                    "SetEnv SHLVL=9",
                ]
            let config = try folder.write(lines.joined(separator: "\n") + "\n", to: "sshd_config")
            let log = "\(folder.path)/log"
            let program = try Program([program, "-D", "-e", "-f", config], output: log)
            if SSHServer.isListening(on: candidate, while: program.process) {
                port = candidate
                self.program = program
                return
            }
            failure = (try? folder.read("log")) ?? ""
        }
        throw ToolFailure(words: [SSHServer.program], text: failure)
    }

    static func makeKey(at path: String, type: String, passphrase: String = "") throws {
        try runTool(["ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", path, "-C", "test key"])
    }

    /// The line of known_hosts for this server.
    func knownHostsLine(_ type: String = "ed25519", key: String? = nil) throws -> String {
        let words = try String(contentsOfFile: key ?? "\(folder.path)/host_\(type).pub", encoding: .utf8)
            .split(separator: " ")
        return "[127.0.0.1]:\(port) \(words[0]) \(words[1])\n"
    }

    /// Settings to reach this server with its own key, its host key on record.
    func settings(alias: String = "test", _ change: (inout HostSettings) -> Void = { _ in }) throws -> HostSettings {
        let known = "\(folder.path)/known_hosts"
        if !FileManager.default.fileExists(atPath: known) { try folder.write(try knownHostsLine(), to: "known_hosts") }
        let config = SSHConfig(
            files: [],
            environment: ConfigEnvironment(
                home: folder.path, userName: NSUserName(), userID: getuid()))
        var settings = try config.settings(
            for: alias,
            overrides: HostOverrides(
                hostName: "127.0.0.1", port: port, identityFiles: ["\(folder.path)/user_key"],
                knownHostsFiles: [known]))
        change(&settings)
        return settings
    }

    func connect(options: ConnectOptions = ConnectOptions(timeout: .seconds(10))) throws -> Session {
        try Session.connect([try settings()], options: options)
    }

    /// Ends the server and every connection it serves.
    func killAll() {
        for child in SSHServer.descendants(of: program.process) { kill(child, SIGKILL) }
        kill(program.process, SIGKILL)
    }

    /// The processes that serve connections.
    var connections: [pid_t] { SSHServer.descendants(of: program.process) }

    private static func descendants(of parent: pid_t) -> [pid_t] {
        let path = "/proc/\(parent)/task/\(parent)/children"
        let children = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
            .split(separator: " ").compactMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        return children + children.flatMap { descendants(of: $0) }
    }

    private static func freePort() throws -> Int {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(number) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 ? getsockname(number, $0, &size) : -1
            }
        }
        guard code == 0 else { throw POSIXError(.EADDRINUSE) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func answers(_ port: Int) -> Bool {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(number) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Waits until the port answers; false if the program ends first, perhaps because another one took the port.
    private static func isListening(on port: Int, while process: pid_t) -> Bool {
        var answered = false
        _ = holdsSoon {
            answered = answers(port)
            return answered || kill(process, 0) != 0
        }
        return answered
    }
}
