import MusterCore
import Testing

@Suite struct RelocationTests {
    private func relocation(_ moves: String...) throws -> Relocation {
        Relocation(try moves.map { try #require(Relocation.Move($0)) })
    }

    @Test func pathsAreFoundAsWholes() throws {
        let moved = try relocation("/data=/new/data", "/data/big/=/other")
        for (before, after) in [
            ("/data", "/new/data"), ("/data/a", "/new/data/a"), ("/data2/a", "/data2/a"), ("/old/data", "/old/data"),
            ("/data/big", "/other"), ("/data/big/x", "/other/x"), ("/data/bigger", "/new/data/bigger"),
            ("--in=/data/a", "--in=/new/data/a"), ("cat '/data'/a \"/data\";", "cat '/new/data'/a \"/new/data\";"),
            ("x/data", "x/data"), ("../data", "../data"), ("~/data", "~/new/data"), ("/datä", "/datä"),
            ("a:/data:/data/big:b", "a:/new/data:/other:b"), ("", ""), ("/", "/"), ("/dat", "/dat"),
        ] {
            #expect(moved.applied(to: before) == after, "\(before)")
        }
    }

    @Test func movesAreReadAndJoined() throws {
        #expect(Relocation.Move("/a=b") == nil && Relocation.Move("a=/b") == nil && Relocation.Move("/=/b") == nil)
        #expect(Relocation.Move("/a=x=/b") == Relocation.Move(old: "/a=x", new: "/b"))
        #expect(Relocation.Move("/a/=/b/") == Relocation.Move(old: "/a", new: "/b"))
        #expect(try relocation("/a=/a").isEmpty)
        let first = try relocation("/a=/b", "/x=/y")
        let second = try relocation("/b=/c")
        let both = second.behind(first)
        #expect(both.applied(to: "/a/1 /b/2 /x/3") == "/c/1 /c/2 /y/3")
        #expect(Relocation(json: both.json) == both)
        // A place that is taken by what was elsewhere before is not moved again.
        #expect(try relocation("/a=/b", "/b=/a").applied(to: "/a/1 /b/2") == "/b/1 /a/2")
    }

    @Test func namesOfMembersStay() throws {
        let value = JSON.object([.init("/a", .array([.string("/a/1"), .int(2), .string("b")]))])
        #expect(
            try relocation("/a=/c").applied(to: value)
                == .object([.init("/a", .array([.string("/c/1"), .int(2), .string("b")]))]))
    }
}
