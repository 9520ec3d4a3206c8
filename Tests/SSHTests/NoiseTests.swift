import Foundation
import Testing

@testable import SSH

/// Login shells that talk, and login shells that are no POSIX shells.
@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct NoiseTests {
    /// A server on which every command goes through this shell after this prologue.
    private func server(shell: String, prologue: String = "") throws -> SSHServer {
        let server = try SSHServer(options: ["ForceCommand $FOLDER/shell"])
        try server.folder.write(
            "#!/bin/sh\n\(prologue)\nexec \(shell) -c \"$SSH_ORIGINAL_COMMAND\"\n", to: "shell", mode: 0o755)
        return server
    }

    @Test func noiseOfStartFilesIsCutOff() throws {
        let noise = """
            echo Welcome to the machine; printf 'no line end'; echo begin-; echo warning >&2
            head -c 200000 /dev/urandom; head -c 70000 /dev/zero >&2
            """
        let session = try server(shell: "/bin/bash", prologue: noise).connect()
        #expect(try session.exec("echo x").output.count > 200_000)
        for _ in 0..<5 {
            let result = try session.run("echo clean; echo also >&2; exit 3")
            #expect(result.outputText == "clean\n")
            #expect(result.errorText == "also\n")
            #expect(result.status == .exited(3))
        }
        let input = [UInt8](repeating: 9, count: 500_000)
        #expect(try session.run("cat", input: input).output == input)
    }

    @Test(arguments: ["/bin/sh", "/bin/bash", "/usr/bin/tcsh", "/usr/bin/csh", "/usr/bin/fish", "/usr/bin/zsh"])
    func scriptsRunWhateverTheLoginShell(shell: String) throws {
        guard FileManager.default.isExecutableFile(atPath: shell) else { return }
        let session = try server(shell: shell).connect()
        let script = "x='it''s !here \\\\ $HOME'\nprintf '%s\\n' \"$x\" \"!!\" '`'; exit 5"
        let result = try session.run(script)
        #expect(result.outputText == "its !here \\\\ $HOME\n!!\n`\n")
        #expect(result.errorText == "")
        #expect(result.status == .exited(5))
    }

    @Test func aShellThatRefusesIsQuoted() throws {
        let session = try server(shell: "/bin/sh", prologue: "echo This account is not available.; exit 1").connect()
        let error = #expect(throws: SSHError.self) { try session.run("true") }
        #expect(error?.kind == .channelFailed)
        #expect(error?.text.contains("This account is not available.") == true)
        #expect(error?.text.contains("status 1") == true)
    }

    @Test func endlessNoiseIsGivenUp() throws {
        let session = try server(shell: "/bin/sh", prologue: "cat /dev/zero").connect()
        let error = #expect(throws: SSHError.self) { try session.run("true") }
        #expect(error?.kind == .channelFailed)
        #expect(error?.text.contains("1048576 bytes") == true)
    }

    @Test(arguments: [1, 2, 7, 1000])
    func aMarkerIsFoundHoweverItIsCut(piece: Int) {
        let stream = Array("noise begin-1 begin-12\nbegin-123\nrest\nbegin-123\n".utf8)
        var marker = StartMarker("begin-123")
        var found: [UInt8] = []
        for start in stride(from: 0, to: stream.count, by: piece) {
            found += marker.consume(stream[start..<min(start + piece, stream.count)])
        }
        #expect(String(decoding: found, as: UTF8.self) == "rest\nbegin-123\n")
        #expect(marker.noise == Array("noise begin-1 begin-12\n".utf8))
    }
}
