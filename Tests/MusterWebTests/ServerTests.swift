import Foundation
import MusterCore
import MusterHistory
import Testing

@testable import MusterWeb

/// The server over connections of our own.
@Suite struct ServerTests {
    @Test func theTokenBecomesACookieAndLeavesTheAddress() async throws {
        let showcase = try Showcase(now: .present)
        try await serving(showcase) { base, token in
            let refused = try await Wire.ask(base, "/runs/\(Showcase.run)")
            #expect(refused.status == 401)
            #expect(!refused.body.contains("plate_A01"))
            let first = try await Wire.ask(base, "/?token=\(token.text)&q=cells")
            #expect(first.status == 303)
            #expect(first.headers["location"] == "/?q=cells")
            let cookie = try #require(first.headers["set-cookie"])
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
            let second = try await Wire.ask(base, "/", ["Cookie: \(cookie.prefix { $0 != ";" })"])
            #expect(second.status == 200)
            #expect(second.body.contains(Showcase.run))
            #expect(!second.body.contains(token.text))
            #expect(try await Wire.ask(base, "/", ["Authorization: Bearer \(token.text)"]).status == 200)
        }
    }

    @Test func everyAnswerSaysHowItMayBeUsed() async throws {
        let showcase = try Showcase(now: .present)
        try await serving(showcase) { base, token in
            let pass = "Authorization: Bearer \(token.text)"
            for address in ["/", "/assets/script.js", "/api/runs", "/metrics", "/nowhere", "/runs/\(Showcase.run)"] {
                for answer in [try await Wire.ask(base, address, [pass]), try await Wire.ask(base, address)] {
                    let policy = try #require(answer.headers["content-security-policy"], "\(address)")
                    #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
                    #expect(answer.headers["x-content-type-options"] == "nosniff")
                    #expect(answer.headers["cache-control"] == "no-store")
                    #expect(answer.headers["access-control-allow-origin"] == nil)
                }
            }
        }
    }

    @Test func onlyOurNamesAndOnlyReading() async throws {
        let showcase = try Showcase(now: .present)
        try await serving(showcase) { base, token in
            let pass = "Authorization: Bearer \(token.text)"
            #expect(try await Wire.ask(base, "/", host: "evil.example", [pass]).status == 421)
            #expect(try await Wire.ask(base, "/", host: "localhost:1", [pass]).status == 200)
            for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
                let answer = try await Wire.ask(base, "/", method: method, [pass, "Content-Length: 0"])
                #expect(answer.status == 405)
                #expect(answer.headers["allow"] == "GET, HEAD")
            }
            let head = try await Wire.ask(base, "/api/runs", method: "HEAD", [pass])
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers["content-length"] != "0")
            #expect(
                try await Wire.ask(base, "/", [pass, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"]).status
                    == 403)
        }
    }

    @Test(arguments: [
        "/../../etc/passwd", "/assets/../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/style.css%00",
        "/runs/\(Showcase.run)/jobs/../../../etc/passwd", "/runs/..%2f..%2fetc", "/runs/%", "/runs/nothing",
        "/api/runs/\(Showcase.run)/jobs/nobody", "//evil.example/",
    ])
    func elsewhereIsNothing(_ address: String) async throws {
        let showcase = try Showcase(now: .present)
        try await serving(showcase) { base, token in
            let answer = try await Wire.ask(base, address, ["Authorization: Bearer \(token.text)"])
            #expect(answer.status == 404)
            #expect(!answer.body.contains("root:"))
        }
    }

    @Test func namesAndLogsAreNeverMarkup() async throws {
        let showcase = try Showcase(now: .present)
        let evil = try #require(Showcase.rows.first { $0.scene.name == Showcase.evil })
        try await serving(showcase) { base, token in
            let pass = "Authorization: Bearer \(token.text)"
            let search = "/runs/\(Showcase.run)?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&by=%3Cscript%3E"
            for address in [
                Links.run(Showcase.run), Links.job(evil.id, of: Showcase.run), Links.log(evil.id, of: Showcase.run),
                Links.report(Showcase.run), Links.compare(Showcase.before, Showcase.run), search,
            ] {
                let answer = try await Wire.ask(base, address, [pass])
                #expect(answer.status == 200, "\(address)")
                #expect(answer.body.ranges(of: "<script").count == 1, "\(address): our own one alone")
                #expect(answer.body.contains("&lt;script&gt;"), "\(address)")
            }
        }
    }

    @Test func theInterfaceForProgramsHasTheFormsOfTheCommandLine() async throws {
        let showcase = try Showcase(now: .present)
        let expected = try showcase.history.report(of: Showcase.before).line
        try await serving(showcase) { base, token in
            let pass = "Authorization: Bearer \(token.text)"
            #expect(try await Wire.ask(base, "/api/runs/\(Showcase.before)", [pass]).body == expected + "\n")
            let list = try await Wire.ask(base, "/api/runs", [pass])
            #expect(list.headers["content-type"] == "application/json")
            #expect(list.body.contains("\"run\":\"\(Showcase.run)\""))
            let job = try await Wire.ask(base, Links.api(Showcase.rows[0].id, of: Showcase.before), [pass])
            #expect(job.body.hasPrefix("{\"id\":\"\(Showcase.rows[0].id)\""))
            #expect(
                try await Wire.ask(base, "/metrics", [pass]).headers["content-type"]?.contains("version=0.0.4") == true)
        }
    }

    @Test func partsComeWhenTheHistoryChanges() async throws {
        let showcase = try Showcase(now: .present)
        try await serving(showcase) { base, token in
            let wire = try Wire(base)
            let page = Markup.percent("/runs/\(Showcase.run)?is=succeeded")
            wire.send("GET /live?of=\(page) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token.text)\r\n\r\n")
            let first = await wire.read { $0.contains("data: jobs\n") && $0.hasSuffix("\n\n\r\n") }
            #expect(Answer(first).headers["content-type"] == "text/event-stream")
            #expect(first.contains("event: part\ndata: summary\n"))
            let ended = try #require(try showcase.goOn())
            let name = Markup.escaped(ended)
            #expect(!first.contains("\(name)</a></td>"))
            let second = await wire.read { $0.contains("\(name)</a></td>") }
            #expect(second.contains("\(name)</a></td>"))
            // What stayed the same is not sent again.
            #expect(!second.contains("data: failures\n"))
        }
    }

    @Test func aSocketIsItsOwnersAlone() async throws {
        let showcase = try Showcase(now: .present)
        let path = showcase.folder + "/web.sock"
        // Left over from one that was killed: nobody listens.
        let old = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(old, $0, size) }
        }
        close(old)
        let server = try WebServer(
            showcase.history, at: .socket(path: path), name: "", logs: FixedLogs(), reports: FixedReports())
        let (ready, teller) = AsyncStream<String>.makeStream()
        let task = Task { try await server.run { teller.yield($0) } }
        for await told in ready {
            #expect(told == path)
            break
        }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        task.cancel()
        _ = await task.result
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aFileIsNotTakenForASocket() throws {
        let path = NSTemporaryDirectory() + "muster-\(UUID().uuidString)"
        try Data("keep".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: SocketFile.Refused.self) { try SocketFile.clear(path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "keep")
    }
}
