import Foundation
import MusterCore
import Testing

/// People are told of a run, by real programs.
@Suite(.serialized) struct NotifyRunTests {
    private func sweep(_ lab: Lab, _ notify: String, command: String = "true") throws {
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: told, dataset_root: data}
            pipeline: {command: "\(command)"}
            notify: {\(notify)}
            """)
    }

    private func text(_ lab: Lab, _ name: String) -> String {
        (try? String(contentsOfFile: "\(lab.folder)/\(name)", encoding: .utf8)) ?? ""
    }

    @Test func aCommandAndAMailGetOneMessageAnOccasion() throws {
        let lab = try Lab(scenes: (0..<6).map { "s\($0)" })
        try FileManager.default.createDirectory(atPath: "\(lab.folder)/bin", withIntermediateDirectories: true)
        try lab.write(
            "bin/sendmail",
            "#!/bin/sh\nm=$(cat); echo \"$m\" >> \(lab.folder)/mail; echo \"$@\" >> \(lab.folder)/mail-arguments\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(lab.folder)/bin/sendmail")
        let path = "\(lab.folder)/bin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        try sweep(
            lab,
            "on: [done, failed], failed: 50%, mail: me@example.org, command: 'echo \"$MUSTER_EVENT|$MUSTER_SUBJECT\" >> \(lab.folder)/told; cat >> \(lab.folder)/told'",
            command: "echo no good; exit 3")
        let run = try lab.muster(["run", "sweep.yaml"], path: path)
        #expect(run.status == 1 && !run.errors.contains("warning"), "\(run.errors)")
        let name = try lab.run()
        let told = text(lab, "told")
        #expect(told.components(separatedBy: "failed|muster: \(name): ").count == 2, "\(told)")
        #expect(told.components(separatedBy: "done|muster: \(name): 0 of 6 jobs succeeded").count == 2, "\(told)")
        #expect(told.contains("6 failed so: failed in stage 'run', exit code 3: no good"), "\(told)")
        // Both go out at the end, in any order.
        let mails = text(lab, "mail").components(separatedBy: "To: me@example.org\nSubject: muster: \(name): ")
            .dropFirst()
        #expect(mails.count == 2, "\(mails)")
        #expect(mails.count { $0.hasPrefix("0 of 6 jobs succeeded\n") } == 1, "\(mails)")
        #expect(mails.count { $0.hasPrefix("6 of 6 ended jobs failed\n") } == 1, "\(mails)")
        #expect(text(lab, "mail-arguments") == "-oi -t\n-oi -t\n")
        // Watching it again tells nothing again.
        _ = try lab.muster(["watch"], path: path)
        #expect(text(lab, "told") == told)
    }

    @Test func aWebhookThatFailsAtFirstIsTriedAgainAndItsAddressStaysSecret() throws {
        let lab = try Lab(scenes: ["a"])
        // Answers 503, then hangs up, then takes it.
        try lab.write(
            "listen.py",
            """
            import http.server, json
            class Handler(http.server.BaseHTTPRequestHandler):
                tries = 0
                def do_POST(self):
                    Handler.tries += 1
                    body = self.rfile.read(int(self.headers['Content-Length']))
                    if Handler.tries == 1: return self.send_error(503)
                    if Handler.tries == 2: return self.connection.close()
                    open('posted.json', 'ab').write(body)
                    open('posted-path', 'w').write(self.path)
                    self.send_response(204); self.end_headers()
                def log_message(self, *a): pass
            server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
            open('port', 'w').write(str(server.server_port) + '\\n')
            server.serve_forever()
            """)
        let server = Process()
        server.executableURL = URL(filePath: "/usr/bin/env")
        server.arguments = ["python3", "listen.py"]
        server.currentDirectoryURL = URL(filePath: lab.folder)
        try server.run()
        defer {
            // The signals that tests block stay blocked in what they start.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        let port = try lab.wait(for: "the listener") {
            text(lab, "port").hasSuffix("\n") ? text(lab, "port").dropLast() : nil
        }
        try lab.write("address", "http://127.0.0.1:\(port)/hook?secret=a\"b\\c\n")
        try sweep(lab, "webhook: '@\(lab.folder)/address'")
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0 && !run.errors.contains("warning"), "\(run.errors)")
        let posted = try JSON(parsing: text(lab, "posted.json"))
        #expect(
            posted["event"] == "done" && posted["jobs"]?["succeeded"] == 1 && posted["schema"] == 1, "\(posted.line)")
        #expect(posted["text"]?.string?.contains("1 of 1 jobs succeeded\njobs: 1 succeeded\n") == true)
        let folder = try #require(FileManager.default.enumerator(atPath: "\(lab.folder)/state"))
        for case let file as String in folder {
            let content = FileManager.default.contents(atPath: "\(lab.folder)/state/\(file)") ?? Data()
            #expect(content.range(of: Data("secret=".utf8)) == nil, "\(file)")
        }
    }

    @Test func whatCanNotBeSentIsAWarning() throws {
        let lab = try Lab(scenes: ["a"])
        try sweep(lab, "command: 'echo nobody there >&2; exit 4'")
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0)
        #expect(
            run.errors.contains("warning: nobody was told by command (exit status 4): nobody there"), "\(run.errors)")
    }
}
