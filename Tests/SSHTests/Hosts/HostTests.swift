import Foundation
import MusterCore
import TestSupport
import Testing

@testable import MusterCluster
@testable import SSH

/// What every login node must do, whatever speaks to it.
@Suite(.enabled(if: SSHServer.isInstalled, "needs openssh-server"))
struct HostTests {
    @Test(arguments: Transport.allCases) func commandsGiveWhatTheyWroteAndHowTheyEnded(by transport: Transport)
        async throws
    {
        let server = try SSHServer(options: ["ForceCommand echo noise; eval \"$SSH_ORIGINAL_COMMAND\""])
        let host = try server.host(transport)
        let result = try await host.run(
            "cat; echo out; echo \"it's \\\\ $#\" >&2; exit 7", input: [104, 10], timeout: 60)
        #expect(result.text == "h\nout\n" && result.errorText == "it's \\ 0\n" && result.status == 7)
        #expect(try await host.run("exit 255").status == 255)
        #expect(try await host.run("kill -TERM $$").status >= 128)
        #expect(try await host.run("echo on").text == "on\n")
        withExtendedLifetime(server) {}
    }

    @Test(arguments: Transport.allCases) func filesComeWholeBothWays(by transport: Transport) async throws {
        let server = try SSHServer()
        let host = try server.host(transport)
        let path = server.folder.path
        try await host.write(
            [HostFile(path: "a/it's", mode: 0o750, text: "one"), HostFile(path: "b", text: "two")], to: "\(path)/far")
        #expect(try server.folder.read("far/a/it's") == "one" && server.folder.read("far/b") == "two")
        #expect(try LocalFile.facts("\(path)/far/a/it's").st_mode & 0o777 == 0o750)
        try server.folder.write("three", to: "local")
        try await host.upload("\(path)/local", to: "\(path)/deep/er/c", mode: 0o700)
        #expect(try server.folder.read("deep/er/c") == "three")
        try server.folder.write("", to: "near/.keep")
        try await host.download(["far", "deep/er/c"], from: path, to: "\(path)/near")
        #expect(try server.folder.read("near/far/a/it's") == "one" && server.folder.read("near/deep/er/c") == "three")
        let error = await #expect(throws: HostError.self) {
            try await host.download(["none"], from: path, to: "\(path)/near")
        }
        #expect(error?.kind == .file)
    }

    @Test(arguments: Transport.allCases) func programsAreHeardWhileTheyRun(by transport: Transport) async throws {
        let server = try SSHServer()
        let host = try server.host(transport)
        try await expectEcho(on: host, in: server.folder)
        withExtendedLifetime(server) {}
    }

    @Test(arguments: Transport.allCases) func programsAreHeardOverAHeldSession(by transport: Transport) async throws {
        let server = try SSHServer()
        let socket = "\(server.folder.path)/held/one.sock"
        let holder = try SessionHolder(try server.host(transport), at: socket)
        let thread = Foundation.Thread { holder.serve(for: 60) }
        thread.start()
        let host = try #require(HeldHost(at: socket))
        try await expectEcho(on: host, in: server.folder)
        #expect(try await host.run("echo beside").text == "beside\n")
        // Whoever goes without a word takes its program along.
        func forgetful() async throws {
            let host = HeldHost(at: socket)
            _ = try await host?.open("cd '\(server.folder.path)'; touch began; cat; touch gone")
            try await expectSoon("it begins") { FileManager.default.fileExists(atPath: "\(server.folder.path)/began") }
            withExtendedLifetime(host) {}
        }
        try await forgetful()
        try await expectSoon("its program ends") {
            FileManager.default.fileExists(atPath: "\(server.folder.path)/gone")
        }
        #expect(await host.end())
        try await expectSoon("the holder ends") { thread.isFinished }
        withExtendedLifetime(server) {}
    }

    /// A program that answers, beside a command, and that ends with its streams.
    private func expectEcho(on host: any StreamHost, in folder: TemporaryFolder) async throws {
        let stream = try await host.open(
            "while read -r line; do echo \"<$line>\"; echo err >&2; done; touch '\(folder.path)/end'")
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var news = try await host.look(at: stream, input: Array("one\n".utf8))
        for _ in 0..<1000 where output.isEmpty || errors.isEmpty {
            (output, errors) = (output + news.output, errors + news.errors)
            news = try await host.look(at: stream)
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(output == Array("<one>\n".utf8) && errors == Array("err\n".utf8) && !news.isOver)
        #expect(try await host.run("echo beside").text == "beside\n")
        await host.close(stream)
        try await expectSoon("it ends") { FileManager.default.fileExists(atPath: "\(folder.path)/end") }
        let error = await #expect(throws: HostError.self) { try await host.look(at: stream) }
        #expect(error?.kind == .unreachable)
        let short = try await host.open("echo all")
        var all: [UInt8] = []
        for _ in 0..<1000 {
            let news = try await host.look(at: short)
            all += news.output
            if news.isOver { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(all == Array("all\n".utf8))
    }

    private func expectSoon(_ what: Comment, _ condition: () throws -> Bool) async throws {
        for _ in 0..<1000 where try !condition() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try condition(), what)
    }
}
