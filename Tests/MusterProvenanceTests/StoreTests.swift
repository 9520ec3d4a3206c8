import MusterProvenance
import Testing

@Suite struct StoreNameTests {
    @Test(arguments: [
        ("/p/data/t.csv", "/p", "data/t.csv"), ("/p/t.csv", "/p/", "t.csv"), ("/q/t.csv", "/p", "elsewhere/q/t.csv"),
        ("/pp/t.csv", "/p", "elsewhere/pp/t.csv"), ("/p/../etc/passwd", "/p", "etc/passwd"),
        ("/p/./a//b", "/p", "a/b"), ("/p/-rf", "/p", "-rf"), ("/p/new\nline", "/p", "new\nline"),
        // An accent of its own behind the slash makes one character of both.
        ("/p/\u{301}a", "/p", "\u{301}a"), ("../../x", "/p", "x"), ("/x", "/", "x"),
    ])
    func aFileHasItsNameBelowTheFolderAndNeverLeadsOut(path: String, folder: String, name: String) {
        #expect(RestoredName.of(path, from: folder).map { Array($0.utf8) } == Array(name.utf8))
    }

    @Test func whatHasNoNameHasNone() {
        for path in ["", "/", "..", "/p", "/p/..", "/p/a\0b"] {
            let name = RestoredName.of(path, from: "/p")
            #expect(name == nil || name == "elsewhere/p", "\(path.debugDescription): \(name ?? "")")
        }
        #expect(RestoredName.of("/a/b", from: nil) == "elsewhere/a/b")
    }

    @Test func theCommonFolderIsTheDeepest() {
        #expect(RestoredName.common(["/a/b/c", "/a/b/d/e"]) == "/a/b")
        #expect(RestoredName.common(["/a/b/c"]) == "/a/b")
        #expect(RestoredName.common(["/a/b", "/c/d"]) == nil)
        #expect(RestoredName.common(["/ab/x", "/abc/x"]) == nil)
        #expect(RestoredName.common(["/a/b", "x"]) == nil && RestoredName.common([]) == nil)
    }

    @Test func contentsAreKnownByTheirPlaces() {
        let sum = String(repeating: "0af9", count: 16)
        #expect(ContentName.inStore("objects/0a/\(sum)") == sum)
        for path in [
            "objects/0b/\(sum)", "objects/0a/.\(sum).x", "objects/0a/\(sum.dropLast())", "objects/\(sum)",
            "objects/0af/\(sum)", "x/0a/\(sum)", "objects/0a/\(sum)/x", "objects/0A/\(sum.uppercased())",
        ] {
            #expect(ContentName.inStore(path) == nil, "\(path)")
        }
        #expect(
            ContentName.isBeginning("0123ab") && !ContentName.isBeginning("0123a") && !ContentName.isBeginning("0123aG")
        )
    }

    @Test func addressesSayWhoWhereAndWhat() throws {
        let whole = try #require(StoreAddress("ssh://me@nas:2222/srv/a b/"))
        #expect(whole.user == "me" && whole.host == "nas" && whole.port == 2222 && whole.folder == "/srv/a b")
        let home = try #require(StoreAddress("ssh://nas/~/store"))
        #expect(home.user == nil && home.port == nil && home.folder == "~/store")
        let six = try #require(StoreAddress("ssh://[::1]:22/x"))
        #expect(six.host == "::1" && six.port == 22 && StoreAddress("ssh://[::1]/x")?.host == "::1")
        for wrong in [
            "ssh://", "ssh://nas", "ssh:///x", "ssh://nas/", "ssh://nas/~", "ssh://nas:/x", "ssh://nas:0/x",
            "ssh://nas:99999/x",
            "ssh://-oProxyCommand=x/y", "ssh://-l@nas/x", "ssh://@nas/x", "nas:/x", "ssh://nas/a\0b",
        ] {
            #expect(StoreAddress(wrong) == nil, "\(wrong)")
        }
    }
}
