import Testing
import YAML

@Suite struct ParserTests {
    private func parse(_ text: String) throws(YAMLError) -> Node? { try Node.parse(Array(text.utf8)) }

    @Test func nodesKnowTheirPlaces() throws {
        let root = try #require(try parse("a: 1\nb:\n  - x\n  - 'y z'\n"))
        #expect(root["a"] == Node(.scalar("1", isPlain: true), mark: Mark(line: 1, column: 4)))
        guard case .sequence(let elements) = root["b"]?.content else {
            Issue.record("b is no list")
            return
        }
        #expect(elements[1] == Node(.scalar("y z", isPlain: false), mark: Mark(line: 4, column: 5)))
        #expect(root.pairs?[1].mark == Mark(line: 2, column: 1))
    }

    @Test func scalarsStayAsWritten() throws {
        let root = try #require(try parse("a: 00065_00\nb: 1:00:00\nc: on\nd: 20250922_143052\n"))
        for (key, text) in [("a", "00065_00"), ("b", "1:00:00"), ("c", "on"), ("d", "20250922_143052")] {
            #expect(root[key]?.content == .scalar(text, isPlain: true))
        }
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "duplicate key 'a'; it stands in line 1 too"),
        ("a: [1\n", 2, 1, "did not find expected"), ("a: *b\n", 1, 4, "unknown alias '*b'"),
        ("a: &x [*x]\n", 1, 8, "stands inside"), ("a: 1\n---\nb: 2\n", 2, 1, "a second document"),
        ("? [a, b]\n: c\n", 1, 3, "expected a key"), ("<<: 3\n", 1, 5, "expected a mapping"),
        ("\tkey: 1\n", 1, 1, "cannot start"), ("a: \"x\n", 2, 1, "end of stream"),
    ]) func whatIsRefusedHasAPlace(text: String, line: Int, column: Int, words: String) {
        do {
            _ = try parse(text)
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.mark == Mark(line: line, column: column), "\(error)")
            #expect(error.message.contains(words), "\(error)")
        }
    }

    @Test func aBombOfAliasesIsRefused() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        #expect(throws: YAMLError.self) { try parse(text) }
    }

    @Test func depthIsBounded() {
        #expect(throws: YAMLError.self) {
            try parse(String(repeating: "[", count: 500) + String(repeating: "]", count: 500))
        }
    }

    @Test func badUTF8IsRefusedWithItsLine() {
        #expect(throws: YAMLError.self) { try Node.parse(Array("a: 1\nb: ".utf8) + [0xFF, 0xFE, 0x0A]) }
    }

    @Test func mergeKeysAddWhatIsNotThere() throws {
        let root = try #require(try parse("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n"))
        #expect(root["use"]?["x"]?.content == .scalar("1", isPlain: true))
        #expect(root["use"]?["y"]?.content == .scalar("3", isPlain: true))
    }

    @Test func anEmptyTextIsNoDocument() throws {
        #expect(try parse("") == nil)
        #expect(try parse("# only a comment\n") == nil)
    }
}
