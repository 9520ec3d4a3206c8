import Foundation
import Testing

@testable import SSH

@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct LoginTests {
    private let options = ConnectOptions(timeout: .seconds(10))

    @Test(arguments: ["ed25519", "ecdsa", "rsa"])
    func logsInWithAKeyFile(type: String) throws {
        let server = try SSHServer()
        let key = "\(server.folder.path)/own"
        try SSHServer.makeKey(at: key, type: type)
        try server.folder.write(try server.folder.read("own.pub"), to: "authorized_keys")
        let session = try Session.connect([try server.settings { $0.identityFiles = [key] }], options: options)
        #expect(session.isConnected)
        #expect(try session.exec("echo here").outputText == "here\n")
    }

    @Test func logsInWithAnAgent() throws {
        let server = try SSHServer()
        let agent = try SSHAgent(keys: ["\(server.folder.path)/user_key"])
        let settings = try server.settings {
            $0.identityFiles = []
            $0.agent = .socket(agent.socket)
        }
        #expect(try Session.connect([settings], options: options).exec("exit 3").status == .exited(3))
    }

    @Test func anAgentWithManyKeysDoesNotUseUpTheAttempts() throws {
        let server = try SSHServer(options: ["MaxAuthTries 3"])
        let others = try (0..<8).map { number in
            let path = "\(server.folder.path)/other\(number)"
            try SSHServer.makeKey(at: path, type: "ed25519")
            return path
        }
        let agent = try SSHAgent(keys: others + ["\(server.folder.path)/user_key"])
        // Only the public half lies in the file system, as with a key on a token.
        let named = try server.folder.write(try server.folder.read("user_key.pub"), to: "named.pub")
        for path in [named, String(named.dropLast(4))] {
            let settings = try server.settings {
                $0.identityFiles = [path]
                $0.identitiesOnly = true
                $0.agent = .socket(agent.socket)
            }
            #expect(try Session.connect([settings], options: options).isConnected)
        }
        let bare = try server.settings {
            $0.identityFiles = []
            $0.agent = .socket(agent.socket)
        }
        let error = #expect(throws: SSHError.self) { try Session.connect([bare], options: options) }
        #expect(error?.kind == .authenticationFailed)
        #expect(error?.text.contains("Too many authentication failures") == true)
    }

    @Test func identitiesOnlyKeepsOtherAgentKeysBack() throws {
        let server = try SSHServer()
        let agent = try SSHAgent(keys: ["\(server.folder.path)/user_key"])
        let settings = try server.settings {
            $0.identityFiles = ["\(server.folder.path)/none"]
            $0.identitiesOnly = true
            $0.agent = .socket(agent.socket)
        }
        let error = #expect(throws: SSHError.self) { try Session.connect([settings], options: options) }
        #expect(error?.kind == .authenticationFailed)
        #expect(error?.text.contains("agent: holds no key of the identity files") == true)
    }

    @Test func aRefusedKeyIsNamedWithWhatTheServerAllows() throws {
        let server = try SSHServer()
        try SSHServer.makeKey(at: "\(server.folder.path)/stranger", type: "ed25519")
        let settings = try server.settings { $0.identityFiles = ["\(server.folder.path)/stranger", "/nowhere/key"] }
        let error = #expect(throws: SSHError.self) { try Session.connect([settings], options: options) }
        #expect(error?.kind == .authenticationFailed)
        #expect(error?.isTransient == false)
        #expect(error?.text.contains("allows publickey") == true)
        #expect(error?.text.contains("\(server.folder.path)/stranger: refused") == true)
        #expect(error?.text.contains("/nowhere/key: no such file") == true)
    }

    @Test func anEncryptedKeyAsksOnlyIfItWouldBeTaken() throws {
        let server = try SSHServer()
        let (mine, stranger) = ("\(server.folder.path)/mine", "\(server.folder.path)/stranger")
        for path in [mine, stranger] { try SSHServer.makeKey(at: path, type: "ed25519", passphrase: "open sesame") }
        try server.folder.write(try server.folder.read("mine.pub"), to: "authorized_keys")
        let settings = try server.settings { $0.identityFiles = [stranger, mine] }

        let refused = #expect(throws: SSHError.self) { try Session.connect([settings], options: options) }
        #expect(refused?.kind == .authenticationFailed)
        #expect(refused?.hint == "ssh-add \(mine)")

        let asked = Recorder<String>()
        var asking = options
        asking.passphrase = { question in
            asked.add("\(question.path) \(question.failures)")
            return question.failures == 0 ? "wrong" : "open sesame"
        }
        #expect(try Session.connect([settings], options: asking).isConnected)
        #expect(asked.all == ["\(mine) 0", "\(mine) 1"])
    }

    @Test func aKeyThatOthersCanReadIsNotUsed() throws {
        let server = try SSHServer()
        let path = "\(server.folder.path)/user_key"
        chmod(path, 0o644)
        let error = #expect(throws: SSHError.self) { try server.connect() }
        #expect(error?.kind == .authenticationFailed)
        #expect(error?.hint == "chmod 600 \(path)")
    }

    @Test func nothingListeningIsUnreachable() throws {
        let closed = try SilentListener(accepting: false)
        let settings = try SSHServer().settings { $0.port = closed.port }
        let error = #expect(throws: SSHError.self) { try Session.connect([settings], options: options) }
        #expect(error?.kind == .unreachable)
        #expect(error?.code == ECONNREFUSED)
        #expect(error?.isTransient == true)
    }

    @Test func aNameWithoutAddressIsUnreachable() throws {
        let settings = try SSHServer().settings { $0.hostName = "no-such-host.invalid" }
        let error = #expect(throws: SSHError.self) { try Session.connect([settings], options: options) }
        #expect(error?.kind == .unreachable)
        #expect(error?.text.contains("no-such-host.invalid") == true)
    }

    @Test func aSilentServerTimesOut() throws {
        let listener = try SilentListener()
        let settings = try SSHServer().settings { $0.port = listener.port }
        let begin = ContinuousClock.now
        let error = #expect(throws: SSHError.self) {
            try Session.connect([settings], options: ConnectOptions(timeout: .milliseconds(300)))
        }
        #expect(error?.kind == .timedOut)
        #expect(ContinuousClock.now - begin < .seconds(5))
    }

    @Test func theFastCipherIsChosenAndACipherOfTheUserWins() throws {
        let server = try SSHServer()
        #expect(try server.connect().cipher == "aes128-gcm@openssh.com")
        let settings = try server.settings { $0.ciphers = "aes256-ctr" }
        #expect(try Session.connect([settings], options: options).cipher == "aes256-ctr")
    }

    @Test func failedAndFinishedConnectionsLeaveNoDescriptorsBehind() throws {
        let server = try SSHServer()
        let agent = try SSHAgent(keys: ["\(server.folder.path)/user_key"])
        let good = try server.settings { $0.agent = .socket(agent.socket) }
        let bad = try server.settings { $0.identityFiles = [] }
        let mistaken = try server.settings { $0.ciphers = "no-such-cipher" }
        func round() throws {
            _ = try Session.connect([good], options: options).exec("true")
            _ = try Session.connect([good, good], options: options).exec("true")
            #expect(throws: SSHError.self) { try Session.connect([bad], options: options) }
            #expect(throws: SSHError.self) { try Session.connect([mistaken], options: options) }
        }
        let port = good.port
        let open = try Session.connect([good], options: options)
        #expect(try sockets(to: port) == 1)
        for _ in 0..<6 { try round() }
        // Tests beside this one open descriptors too: those count that lead to its own server.
        var left = 0
        #expect(
            try holdsSoon {
                left = try sockets(to: port)
                return left == 1
            }, "\(left)")
        #expect(try open.exec("true").status.isSuccess)
    }

    /// This process's open connections to a port of this machine: proc_net(5).
    private func sockets(to port: Int) throws -> Int {
        var inodes: Set<String> = []
        for table in ["/proc/self/net/tcp", "/proc/self/net/tcp6"] {
            for line in try lines(table) {
                let fields = line.split(separator: " ")
                guard let remote = fields[2].split(separator: ":").last, Int(remote, radix: 16) == port else {
                    continue
                }
                inodes.insert("socket:[\(fields[9])]")
            }
        }
        return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")).map(inodes.contains)
                ?? false
        }
    }

    /// The lines behind the header. Foundation reads a file of /proc as a whole by its size, which is none.
    private func lines(_ path: String) throws -> [Substring] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self).split(separator: "\n").dropFirst().map(
            \.self)
    }
}
