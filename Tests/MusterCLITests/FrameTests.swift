import MusterCore
import Testing

@testable import MusterCLI

/// Frames, and the difference that a terminal is sent.
@Suite struct FrameTests {
    @Test func onlyWhatChangedIsWritten() {
        var old = Frame(rows: 3, columns: 20)
        old.put("running 41%", row: 1, column: 0)
        #expect(old.difference(from: old, hasColour: true).isEmpty)
        var new = old
        new.put("2", row: 1, column: 9)
        #expect(new.difference(from: old, hasColour: true) == "\u{1B}[2;10H\u{1B}[0m2\u{1B}[0m")
        #expect(new.difference(from: nil, hasColour: true).hasPrefix("\u{1B}[0m\u{1B}[2J\u{1B}[2;1Hrunning"))
        let other = Frame(rows: 4, columns: 20)
        #expect(other.difference(from: old, hasColour: true).contains("\u{1B}[2J"))
    }

    @Test func coloursAreLeftOutWhereNobodyWantsThem() {
        var frame = Frame(rows: 1, columns: 10)
        frame.put("bad", row: 0, column: 0, style: Style(colour: .red, isBold: true))
        #expect(frame.difference(from: nil, hasColour: true).contains("\u{1B}[0;1;31m"))
        #expect(frame.difference(from: nil, hasColour: false).contains("\u{1B}[0;1m"))
    }

    @Test func wideCharactersTakeTwoColumns() {
        #expect(
            Columns.width(of: "細胞") == 4 && Columns.width(of: "e\u{301}") == 1 && Columns.width(of: "\u{202E}") == 0)
        #expect(Columns.fit("細胞画像", 6) == "細胞~" && Columns.fit("細胞画像", 7) == "細胞画~" && Columns.fit("abc", 3) == "abc")
        var frame = Frame(rows: 1, columns: 5)
        frame.put("細a", row: 0, column: 0)
        #expect(frame.lines == ["細a"] && frame[0, 1].text == nil && frame[0, 2].text == "a")
        // At the edge half of one never stands.
        var edge = Frame(rows: 1, columns: 3)
        edge.put("ab細", row: 0, column: 0)
        #expect(edge.lines == ["ab~"])
        // The half that is left of an overwritten one is written anew.
        var narrow = Frame(rows: 1, columns: 5)
        narrow.put("x", row: 0, column: 0)
        #expect(narrow.difference(from: frame, hasColour: false).contains("x "))
    }

    @Test func logsKeepTheirLastLines() {
        var log = WatchLog()
        log.add("one\ntwo 10%\rtwo 90%\r\nthr".utf8)
        #expect(log.shown == ["one", "two 90%", "thr"])
        log.add("ee\n\tfour\n".utf8)
        log.head("--- next")
        #expect(log.shown == ["one", "two 90%", "three", "    four", "--- next"])
        for number in 0..<WatchLog.most { log.add("\(number)\n".utf8) }
        #expect(log.lines.count == WatchLog.most && log.lines.last == "\(WatchLog.most - 1)")
    }

    @Test func changesAreToldOnce() throws {
        var stream = WatchStream()
        let first = stream.changes(WatchFixture.model())
        #expect(first.count == 1 + 18 + 11)
        #expect(first.allSatisfy { $0["schema"] == 1 && $0["run"]?.string == "20261121-101500-cells-ab12" })
        #expect(first[0]["counts"]?["running"] == 4 && first[0]["jobs"] == 18)
        #expect(stream.changes(WatchFixture.model()).isEmpty)
        let other = stream.changes(WatchFixture.model(gpus: false))
        #expect(Set(other.compactMap { $0["change"]?.string }) == ["job", "stage"])
    }
}
