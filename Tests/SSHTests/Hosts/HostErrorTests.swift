import Foundation
import MusterCore
import TestSupport
import Testing

@testable import MusterCluster
@testable import SSH

/// The same failures in the same classes, whatever speaks to the host.
@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct HostErrorTests {
    private func failure(_ host: any LoginHost, _ script: String = "true", timeout: Double = 60) async -> HostError? {
        await #expect(throws: HostError.self) { try await host.run(script, input: [], timeout: timeout) }
    }

    @Test(arguments: Transport.allCases) func aRefusedKey(by transport: Transport) async throws {
        let server = try SSHServer()
        try SSHServer.makeKey(at: "\(server.folder.path)/stranger", type: "ed25519")
        try server.folder.write("", to: "authorized_keys")
        let error = await failure(try server.host(transport) { $0.identityFiles = ["\(server.folder.path)/stranger"] })
        #expect(error?.kind == .authentication && error?.message.contains("publickey") == true, "\(error as Any)")
        withExtendedLifetime(server) {}
    }

    @Test(arguments: Transport.allCases) func hostKeysThatAreUnknownOrChanged(by transport: Transport) async throws {
        let server = try SSHServer()
        let none = try server.folder.write("", to: "none")
        let unknown = await failure(try server.host(transport) { $0.knownHostsFiles = [none] })
        #expect(unknown?.kind == .hostKey, "\(unknown as Any)")
        try SSHServer.makeKey(at: "\(server.folder.path)/other", type: "ed25519")
        let line = try server.knownHostsLine(key: "\(server.folder.path)/other.pub")
        let wrong = try server.folder.write(line, to: "wrong")
        let changed = await failure(try server.host(transport) { $0.knownHostsFiles = [wrong] })
        #expect(changed?.kind == .hostKey && changed?.message.contains("SHA256:") == true, "\(changed as Any)")
        #expect(try server.folder.read("none") == "")
        withExtendedLifetime(server) {}
    }

    @Test(arguments: Transport.allCases) func nobodyThere(by transport: Transport) async throws {
        let server = try SSHServer()
        let closed = try SilentListener(accepting: false)
        let refused = await failure(try server.host(transport) { $0.port = closed.port })
        #expect(refused?.kind == .unreachable && refused?.message.contains("onnection refused") == true)
        let unknown = await failure(try server.host(transport) { $0.hostName = "no-such-host.invalid" })
        #expect(unknown?.kind == .unreachable && unknown?.message.contains("no-such-host") == true)
        withExtendedLifetime(server) {}
    }

    @Test(arguments: Transport.allCases) func aConnectionThatBreaksIsMadeAnew(by transport: Transport) async throws {
        let server = try SSHServer()
        let host = try server.host(transport)
        _ = try await host.run("true")
        for process in server.connections { kill(process, SIGKILL) }
        let error = await failure(host)
        #expect(error?.kind == .unreachable, "\(error as Any)")
        #expect(try await host.run("echo again").text == "again\n")
        // In the middle of a command.
        let cut = await failure(host, "kill -9 $PPID; sleep 60")
        #expect(cut?.kind == .unreachable, "\(cut as Any)")
        withExtendedLifetime(server) {}
    }

    @Test(arguments: Transport.allCases) func aCommandThatTakesTooLong(by transport: Transport) async throws {
        let server = try SSHServer()
        let host = try server.host(transport)
        let error = await failure(host, "echo begun; sleep 20", timeout: 0.5)
        #expect(error?.kind == .timedOut)
        #expect(try await host.run("echo on").text == "on\n")
        withExtendedLifetime(server) {}
    }

    @Test(.enabled(if: PAMService.isPossible, "needs PAM and root"), arguments: Transport.allCases)
    func whatOnlyAPersonCanAnswer(by transport: Transport) async throws {
        let folder = try TemporaryFolder()
        let service = try PAMService(in: folder.path)
        let server = try SSHServer(
            options: ["UsePAM yes", "KbdInteractiveAuthentication yes", "AuthenticationMethods keyboard-interactive"],
            program: service.program, folder: folder)
        let error = await failure(try server.host(transport))
        #expect(error?.kind == .authentication && error?.hint?.contains("muster connect") == true, "\(error as Any)")
        #expect(service.answers == 0)
        withExtendedLifetime(server) {}
    }

    @Test func nothingIsLeftOfAConnectionOfOurOwn() async throws {
        let server = try SSHServer()
        let folder = "\(server.folder.path)/sockets"
        func use() async throws {
            let host = try server.host(.openssh)
            _ = try await host.run("true")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.count == 1 && server.connections.count >= 1)
            #expect(try LocalFile.facts(folder).st_mode & 0o777 == 0o700)
        }
        try await use()
        for _ in 0..<1000 where !server.connections.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(server.connections.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        withExtendedLifetime(server) {}
    }

    @Test func wordsOfTheProgramTellTheClass() {
        func kind(_ text: String) -> SSHError.Kind { ProgramWords.error(text, host: "h").kind }
        #expect(kind("u@h: Permission denied (publickey,password).\r\n") == .personWanted)
        #expect(kind("u@h: Permission denied (publickey,gssapi-with-mic).") == .authenticationFailed)
        #expect(kind("ssh: connect to host h port 22: Connection timed out") == .timedOut)
        #expect(kind("kex_exchange_identification: Connection closed by remote host") == .unreachable)
        #expect(
            kind("c: line 1: Bad configuration option: x\nc: terminating, 1 bad configuration options")
                == .configInvalid)
        #expect(ProgramWords.error("Broken pipe", host: "h", isEstablished: true).kind == .disconnected)
    }

    @Test func aConnectionIsSharedWhereTheFilesSay() {
        func settings(_ text: String) -> ProgramSettings { ProgramSettings(parsing: text) }
        let named = settings("controlmaster false\ncontrolpath /run/c\nuser u\nhostname h\nport 7\n")
        #expect(ProgramSharing.chosen(named, isPresent: true, own: "/o") == .present)
        #expect(ProgramSharing.chosen(named, isPresent: false, own: "/o") == .own("/o"))
        #expect(named.address == "u@h:7")
        let made = settings("controlmaster auto\ncontrolpath /run/c\n")
        #expect(ProgramSharing.chosen(made, isPresent: false, own: "/o") == .users)
        let plain = settings("controlmaster auto\nserveraliveinterval 0\nsessiontype none\nremotecommand tmux a\n")
        #expect(ProgramSharing.chosen(plain, isPresent: false, own: "/o") == .own("/o"))
        #expect(
            plain.supplements == [
                "-o", "RemoteCommand=none", "-o", "SessionType=default", "-o", "ServerAliveInterval=30", "-o",
                "ConnectTimeout=30",
            ])
        #expect(settings("remotecommand none\nserveraliveinterval 5\nconnecttimeout 7\n").supplements == [])
    }
}
