import Foundation
import Testing

@testable import SSH

@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct JumpTests {
    private let options = ConnectOptions(timeout: .seconds(10))

    @Test func twoHopsWithAKeyOfTheirOwnEach() throws {
        let servers = try [SSHServer(), SSHServer(), SSHServer()]
        let route = try servers.enumerated().map { try $1.settings(alias: "host\($0)") }
        let session = try Session.connect(route, options: options)
        let client = try session.run("echo $SSH_CONNECTION").outputText.split(whereSeparator: \.isWhitespace)
        #expect(client[3] == "\(servers[2].port)")
        #expect(servers.allSatisfy { !$0.connections.isEmpty })
        let data = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        #expect(try session.run("cat", input: data).output == data)
    }

    @Test func endingTheOuterSessionEndsTheHops() throws {
        let servers = try [SSHServer(), SSHServer()]
        do {
            let session = try Session.connect(try servers.map { try $0.settings() }, options: options)
            #expect(try session.run("echo on").outputText == "on\n")
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while servers.contains(where: { !$0.connections.isEmpty }), ContinuousClock.now < deadline { poll(nil, 0, 5) }
        #expect(servers.allSatisfy { $0.connections.isEmpty })
    }

    @Test(arguments: [0, 1, 2])
    func aChangedKeyOnTheWayIsRefused(changed: Int) throws {
        let servers = try [SSHServer(), SSHServer(), SSHServer()]
        let other = "\(servers[changed].folder.path)/other"
        try SSHServer.makeKey(at: other, type: "ed25519")
        try servers[changed].folder.write(try servers[changed].knownHostsLine(key: "\(other).pub"), to: "known_hosts")
        let route = try servers.enumerated().map { try $1.settings(alias: "host\($0)") }
        let error = #expect(throws: SSHError.self) { try Session.connect(route, options: options) }
        #expect(error?.kind == .hostKeyChanged)
        #expect(error?.host == "host\(changed)")
    }

    @Test func aHopThatCannotReachTheNextSaysSo() throws {
        let hop = try SSHServer()
        let closed = try SilentListener(accepting: false)
        let gone = try SSHServer().settings(alias: "gone") { $0.port = closed.port }
        let error = #expect(throws: SSHError.self) {
            try Session.connect([try hop.settings(alias: "hop"), gone], options: options)
        }
        #expect(error?.kind == .unreachable)
        #expect(error?.host == "hop")
        #expect(error?.operation.contains("127.0.0.1:\(gone.port)") == true)
    }

    @Test func aHopThatForbidsForwardingSaysSo() throws {
        let hop = try SSHServer(options: ["AllowTcpForwarding no"])
        let error = #expect(throws: SSHError.self) {
            try Session.connect([try hop.settings(alias: "hop"), try SSHServer().settings()], options: options)
        }
        #expect(error?.kind == .unreachable)
    }

    @Test func aHopThatDiesDisconnects() throws {
        let servers = try [SSHServer(), SSHServer()]
        let session = try Session.connect(try servers.map { try $0.settings() }, options: options)
        let channel = try session.open(script: "sleep 60")
        servers[0].killAll()
        let begin = ContinuousClock.now
        var buffer = [UInt8](repeating: 0, count: 10)
        let error = #expect(throws: SSHError.self) {
            while ContinuousClock.now - begin < .seconds(10) {
                _ = try channel.read(.output, into: &buffer)
                try session.wait(upTo: .seconds(1))
            }
        }
        #expect(error?.kind == .disconnected)
        #expect(ContinuousClock.now - begin < .seconds(5))
    }
}
