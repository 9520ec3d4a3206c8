import Testing

@testable import MusterWeb

/// Who may come in, decided without a connection.
@Suite struct EntryTests {
    private let token = Token()
    private var entry: Entry { Entry(token: token, names: ["workstation", "10.0.0.7"], cookie: "muster-1") }

    private func head(_ address: String = "/", _ change: (inout Entry.Head) -> Void = { _ in }) -> Entry.Head {
        var head = Entry.Head(method: "GET", address: address, host: "127.0.0.1:80")
        change(&head)
        return head
    }

    @Test func theTokenOpensInThreeWays() {
        #expect(entry.verdict(head()) == .noToken)
        #expect(entry.verdict(head { $0.cookie = "a=b; muster-1=\(token.text)" }) == .allowed)
        #expect(entry.verdict(head { $0.authorization = "Bearer \(token.text)" }) == .allowed)
        #expect(entry.verdict(head("/runs/a?by=x&token=\(token.text)&q=y")) == .welcomed(address: "/runs/a?by=x&q=y"))
    }

    @Test func anythingElseDoesNot() {
        #expect(entry.verdict(head("/?token=")) == .noToken)
        #expect(entry.verdict(head("/?token=\(token.text)0")) == .noToken)
        #expect(entry.verdict(head { $0.cookie = "muster-2=\(token.text)" }) == .noToken)
        #expect(entry.verdict(head { $0.authorization = "Bearer \(token.text.dropLast())" }) == .noToken)
        // A wrong header is not made good by a right cookie.
        #expect(
            entry.verdict(
                head {
                    $0.authorization = "Bearer x"
                    $0.cookie = "muster-1=\(token.text)"
                }) == .noToken)
    }

    @Test(arguments: [
        "localhost", "localhost:99", "127.0.0.1:1", "10.1.2.3", "[::1]:80", "workstation:80", "WORKSTATION",
    ])
    func ownNames(_ host: String) { #expect(entry.isOwn(host)) }

    @Test(arguments: [
        "evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "", "[evil.example]",
        "256.0.0.1", "1.2.3", "127.0.0.1@evil.example",
    ])
    func foreignNames(_ host: String) {
        #expect(!entry.isOwn(host))
        #expect(
            entry.verdict(
                head {
                    $0.host = host; $0.cookie = "muster-1=\(token.text)"
                }) == .foreignHost)
    }

    @Test func onlyReadingIsOffered() {
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get"] {
            #expect(
                entry.verdict(
                    head {
                        $0.method = method; $0.cookie = "muster-1=\(token.text)"
                    }) == .wrongMethod)
        }
    }

    @Test func otherSitesGetNothing() {
        func asked(_ mode: String) -> Entry.Verdict {
            entry.verdict(
                head {
                    $0.cookie = "muster-1=\(token.text)"; $0.site = "cross-site"; $0.mode = mode
                })
        }
        #expect(asked("no-cors") == .crossSite)
        #expect(asked("cors") == .crossSite)
        #expect(asked("navigate") == .allowed)
    }

    @Test func theWayBackStaysHere() {
        #expect(Entry.withoutToken("//evil.example/?token=a") == "/evil.example/")
        #expect(Entry.withoutToken("/\\evil.example?token=a") == "/")
        #expect(Entry.withoutToken("/\t/evil.example?token=a") == "/")
        #expect(Entry.withoutToken("/?x=a%20b&token=a&y=%0d%0aSet-Cookie:") == "/?x=a%20b&y=%0D%0ASet-Cookie%3A")
        // However its name is written, it goes.
        #expect(Entry.withoutToken("/?%74oken=a&x=1") == "/?x=1")
        #expect(Entry.withoutToken("http://evil.example/?token=a") == "/")
    }

    @Test func tokensDiffer() {
        #expect(Token().text != Token().text)
        #expect(Token().text.count == 32)
    }

    @Test func placesOfAddresses() {
        #expect(Wish("/").place == .runs)
        #expect(Wish("/runs/a%20b?by=x").place == .run("a b"))
        #expect(Wish("/runs/r/jobs/p/%3Cb%3E").place == .job(run: "r", id: "p/<b>"))
        #expect(Wish("/api/runs/r/jobs/p/s").place == .jobJSON(run: "r", id: "p/s"))
        for nowhere in [
            "", "x", "/runs", "/runs/", "/assets/../etc/passwd", "/assets/style.css/..", "/%ZZ", "/%FF", "/runs/r/x",
        ] {
            #expect(Wish(nowhere).place == .nothing, "\(nowhere)")
        }
    }

    @Test(arguments: ["p/s", "a b/ü<>&\"'?#", "..", "../x", ".", "p/..", "100%", "a+b", ""])
    func idsOfJobsComeBack(_ id: String) {
        let path = Links.job(id, of: "r")
        #expect(!path.split(separator: "/").contains(".."))
        #expect(Wish(path).place == .job(run: "r", id: id))
    }
}
