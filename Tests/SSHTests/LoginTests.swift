import Foundation
import Testing

@testable import SSH

@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct LoginTests {
    @Test func logsInWithAKeyFile() throws {
        let server = try SSHServer()
        let session = try server.connect()
        #expect(session.isConnected)
        #expect(try session.exec("echo here").outputText == "here\n")
    }
}
