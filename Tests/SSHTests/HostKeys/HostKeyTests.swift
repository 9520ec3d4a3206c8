import Foundation
import Testing

@testable import SSH

@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct HostKeyTests {
    private let options = ConnectOptions(timeout: .seconds(10))

    @Test func anUnknownHostIsRefusedWhereNobodyIsAsked() throws {
        let server = try SSHServer()
        try server.folder.write("", to: "known_hosts")
        let error = #expect(throws: SSHError.self) { try server.connect() }
        #expect(error?.kind == .hostKeyUnknown)
        #expect(error?.text.contains("SHA256:") == true)
        #expect(try server.folder.read("known_hosts") == "")
    }

    @Test(arguments: [false, true])
    func anAcceptedKeyIsRecordedAndThenKnown(hashed: Bool) throws {
        let server = try SSHServer()
        try server.folder.write("", to: "known_hosts")
        let settings = try server.settings { $0.hashKnownHosts = hashed }
        let recorder = Recorder<ConnectOptions.UnknownHost>()
        var asking = options
        asking.acceptUnknownHost = {
            recorder.add($0)
            return true
        }
        #expect(try Session.connect([settings], options: asking).isConnected)
        let asked = recorder.all
        #expect(asked.count == 1)
        #expect(asked[0].name == "[127.0.0.1]:\(server.port)")
        #expect(
            try runTool(["ssh-keygen", "-lf", "\(server.folder.path)/host_ed25519.pub"])
                .contains(asked[0].key.fingerprint))
        #expect(try server.folder.read("known_hosts").hasPrefix(hashed ? "|1|" : "[127.0.0.1]"))
        #expect(try Session.connect([settings], options: options).isConnected)
    }

    @Test func aRefusedKeyIsNotRecorded() throws {
        let server = try SSHServer()
        try server.folder.write("", to: "known_hosts")
        var asking = options
        asking.acceptUnknownHost = { _ in false }
        let error = #expect(throws: SSHError.self) { try server.connect(options: asking) }
        #expect(error?.kind == .hostKeyUnknown)
        #expect(try server.folder.read("known_hosts") == "")
    }

    @Test func strictCheckingDoesNotEvenAsk() throws {
        let server = try SSHServer()
        try server.folder.write("", to: "known_hosts")
        let settings = try server.settings { $0.unknownHosts = .refuse }
        var asking = options
        asking.acceptUnknownHost = { _ in
            Issue.record("asked")
            return true
        }
        #expect(throws: SSHError.self) { try Session.connect([settings], options: asking) }
    }

    @Test(arguments: ["ed25519", "rsa"])
    func aChangedKeyIsAlwaysRefused(recorded: String) throws {
        let server = try SSHServer()
        let other = "\(server.folder.path)/other"
        try SSHServer.makeKey(at: other, type: recorded)
        try server.folder.write("# mine\n" + (try server.knownHostsLine(key: "\(other).pub")), to: "known_hosts")
        var asking = options
        asking.acceptUnknownHost = { _ in
            Issue.record("asked")
            return true
        }
        let settings = try server.settings { $0.unknownHosts = .accept }
        let error = try #require(#expect(throws: SSHError.self) { try Session.connect([settings], options: asking) })
        #expect(error.kind == .hostKeyChanged)
        #expect(!error.isTransient)
        #expect(error.text.contains("\(server.folder.path)/known_hosts:2"))
        for file in ["\(other).pub", "\(server.folder.path)/host_ed25519.pub"] {
            let fingerprint = try runTool(["ssh-keygen", "-lf", file]).split(separator: " ")[1]
            #expect(error.text.contains(fingerprint))
        }
        #expect(error.hint?.contains("ssh-keygen -R '[127.0.0.1]:\(server.port)'") == true)
    }

    @Test func aRevokedKeyIsRefused() throws {
        let server = try SSHServer()
        let line = try server.knownHostsLine()
        try server.folder.write("\(line)@revoked \(line)", to: "known_hosts")
        let error = #expect(throws: SSHError.self) { try server.connect() }
        #expect(error?.kind == .hostKeyRevoked)
        #expect(error?.text.contains("known_hosts:2") == true)
    }

    @Test func hashedRecordsOfSSHKeygenAreKnown() throws {
        let server = try SSHServer()
        let path = try server.folder.write(try server.knownHostsLine(), to: "known_hosts")
        try runTool(["ssh-keygen", "-H", "-f", path])
        #expect(try server.connect().isConnected)
    }

    @Test(arguments: ["ed25519", "ecdsa", "rsa"])
    func theTypeOnRecordIsTheOneAskedFor(type: String) throws {
        let server = try SSHServer(hostKeys: ["rsa", "ecdsa", "ed25519"])
        try server.folder.write(try server.knownHostsLine(type), to: "known_hosts")
        #expect(try server.connect().isConnected)
    }

    @Test func anAliasStandsForTheHostsName() throws {
        let server = try SSHServer()
        let line = try server.knownHostsLine().split(separator: " ").dropFirst().joined(separator: " ")
        try server.folder.write("alps-key \(line)", to: "known_hosts")
        let settings = try server.settings { $0.hostKeyAlias = "Alps-Key" }
        #expect(try Session.connect([settings], options: options).isConnected)
        #expect(throws: SSHError.self) { try server.connect() }
    }
}
