import Foundation
import Synchronization
import Testing

/// A real sshd on loopback that lets this user in with a key of its own; ended with the last reference.
final class SSHServer {
    static let program = "/usr/sbin/sshd"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    /// How many this process has started: tests run at once, and each of them has a port of its own.
    private static let started = Atomic(0)

    private let process = Process()
    private let folder: String
    private let port: Int

    /// Starts it with its keys in `folder`, which is there.
    ///
    /// `options` are lines of sshd_config that win; `program` may be another name of sshd, under which PAM knows it.
    init(
        in folder: String, options: [String] = [], program: String = SSHServer.program,
        environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        for key in ["host", "user"] {
            try TestCluster.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(key)"])
        }
        let number = Self.started.wrappingAdd(1, ordering: .relaxed).oldValue
        port = 20000 + (Int(ProcessInfo.processInfo.processIdentifier) * 16 + number) % 10000
        let lines =
            options + [
                "HostKey \(folder)/host", "Port \(port)", "ListenAddress 127.0.0.1", "PidFile \(folder)/pid",
                "StrictModes no",
                "UsePAM no", "PermitRootLogin yes", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
                "AuthorizedKeysFile \(folder)/user.pub", "PrintMotd no", "SetEnv SHLVL=9",
            ]
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: "\(folder)/sshd_config"))
        let host = try TestCluster.text("\(folder)/host.pub").split(separator: " ")
        try Data("[127.0.0.1]:\(port) \(host[0]) \(host[1])\n".utf8).write(to: URL(filePath: "\(folder)/known"))
        // A shell around it, since sshd closes the descriptor by which Foundation sees that a process lives.
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "\"$@\"; exit", "sh", program, "-D", "-e", "-f", "\(folder)/sshd_config"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        let text = (try? TestCluster.text("\(folder)/pid"))?.split(separator: "\n").first ?? ""
        // The tests' own signal mask is inherited, so nothing milder would arrive.
        if let pid = Int32(text) { kill(pid, SIGKILL) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// A cluster file for it: this machine, as if it were another.
    func cluster(_ lab: Lab) throws -> String {
        // It writes its number down once it listens.
        _ = try lab.wait(for: "sshd") { FileManager.default.fileExists(atPath: "\(folder)/pid") ? true : nil }
        return """
            name: beside
            host: 127.0.0.1
            port: \(port)
            user: \(NSUserName())
            identity_file: \(folder)/user
            known_hosts: \(folder)/known
            workdir: \(lab.folder)/work
            """
    }
}
