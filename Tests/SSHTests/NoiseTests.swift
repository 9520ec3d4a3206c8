import Foundation
import Testing

@testable import SSH

/// Login shells that talk, and login shells that are no POSIX shells.
@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct NoiseTests {
    /// Connects to a server on which every command goes through this shell after this prologue.
    private func connected(
        shell: String, prologue: String = "", _ body: (Session) throws -> Void
    ) throws {
        let server = try SSHServer(options: ["ForceCommand $FOLDER/shell"])
        try server.folder.write(
            "#!/bin/sh\n\(prologue)\nexec \(shell) -c \"$SSH_ORIGINAL_COMMAND\"\n", to: "shell", mode: 0o755)
        try body(try server.connect())
        withExtendedLifetime(server) {}
    }

    @Test func noiseOfStartFilesIsCutOff() throws {
        let noise = """
            echo Welcome to the machine; printf 'no line end'; echo begin-; echo warning >&2
            head -c 200000 /dev/urandom; head -c 70000 /dev/zero >&2
            """
        try connected(shell: "/bin/bash", prologue: noise) { session in
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
    }

    /// The shells that are here; the rest of the list belongs to other machines.
    static let shells = ["/bin/sh", "/bin/bash", "/usr/bin/tcsh", "/usr/bin/fish", "/usr/bin/zsh"]
        .filter { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(arguments: shells)
    func scriptsRunWhateverTheLoginShell(shell: String) throws {
        try connected(shell: shell) { session in
            let script = "x='its !here \\\\ $HOME'\nprintf '%s\\n' \"$x\" '!!' '`'; exit 5"
            let result = try session.run(script)
            #expect(result.outputText == "its !here \\\\ $HOME\n!!\n`\n")
            #expect(result.errorText == "")
            #expect(result.status == .exited(5))
        }
    }

    @Test func aShellThatRefusesIsQuoted() throws {
        try connected(shell: "/bin/sh", prologue: "echo This account is not available.; exit 1") { session in
            let error = #expect(throws: SSHError.self) { try session.run("true") }
            #expect(error?.kind == .channelFailed)
            #expect(error?.text.contains("This account is not available.") == true)
            #expect(error?.text.contains("status 1") == true, "\(error?.text ?? "")")
        }
    }

    @Test func endlessNoiseIsGivenUp() throws {
        try connected(shell: "/bin/sh", prologue: "cat /dev/zero") { session in
            let error = #expect(throws: SSHError.self) { try session.run("true") }
            #expect(error?.kind == .channelFailed)
            #expect(error?.text.contains("1048576 bytes") == true)
        }
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
