import Foundation
import Testing

@testable import SSH

@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct FaultTests {
    private let options = ConnectOptions(timeout: .seconds(10))

    @Test func aServerKilledInTheMiddleOfACommandDisconnectsAtOnce() throws {
        let server = try SSHServer()
        let session = try server.connect()
        let begin = ContinuousClock.now
        // The script's parent is the server's process for this connection.
        let error = #expect(throws: SSHError.self) { try session.run("kill -9 $PPID; sleep 60") }
        #expect(error?.kind == .disconnected)
        #expect(error?.isTransient == true)
        #expect(ContinuousClock.now - begin < .seconds(5))
        #expect(!session.isConnected)
        let later = #expect(throws: SSHError.self) { try session.run("true") }
        #expect(later?.kind == .disconnected)
    }

    @Test func aServerKilledInTheMiddleOfAnUploadDisconnects() throws {
        let server = try SSHServer()
        let session = try server.connect()
        try runTool(["sh", "-c", "head -c 300000000 /dev/zero > '\(server.folder.path)/large'"])
        let killer = Foundation.Thread { server.killAll() }
        killer.start()
        let error = #expect(throws: SSHError.self) {
            for _ in 0..<20 {
                try session.upload(file: "\(server.folder.path)/large", to: "\(server.folder.path)/copy")
            }
        }
        #expect(error?.kind == .disconnected)
    }

    @Test func aServerThatStopsAnsweringIsNoticed() throws {
        let server = try SSHServer()
        let settings = try server.settings {
            $0.serverAliveInterval = .milliseconds(100)
            $0.serverAliveCountMax = 2
        }
        let session = try Session.connect([settings], options: options)
        let stopped = server.connections
        for process in stopped { kill(process, SIGSTOP) }
        defer { for process in stopped { kill(process, SIGKILL) } }
        let begin = ContinuousClock.now
        let error = #expect(throws: SSHError.self) { try session.run("true") }
        #expect(error?.kind == .disconnected)
        #expect(error?.text.contains("no sign of life") == true)
        #expect(ContinuousClock.now - begin < .seconds(5))
    }

    @Test func questionsKeepAQuietConnectionAlive() throws {
        let server = try SSHServer()
        let settings = try server.settings {
            $0.serverAliveInterval = .milliseconds(50)
            $0.serverAliveCountMax = 1
        }
        let session = try Session.connect([settings], options: options)
        let begin = ContinuousClock.now
        #expect(try session.run("sleep 1; echo done").outputText == "done\n")
        while ContinuousClock.now - begin < .seconds(2) { try session.wait(upTo: .milliseconds(500)) }
        #expect(session.isConnected)
    }

    @Test func aServerThatDropsAnIdleConnectionIsNoticedByWaiting() throws {
        let server = try SSHServer()
        let session = try server.connect()
        server.killAll()
        let begin = ContinuousClock.now
        let error = #expect(throws: SSHError.self) {
            while ContinuousClock.now - begin < .seconds(10) { try session.wait(upTo: .seconds(1)) }
        }
        #expect(error?.kind == .disconnected)
        #expect(ContinuousClock.now - begin < .seconds(5))
    }
}
