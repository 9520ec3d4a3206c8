import MusterCore
import MusterHistory
import Testing

@testable import MusterCLI

/// What the screen shows of fixed runs.
@Suite struct WatchScreenTests {
    private func lines(
        _ model: WatchModel, rows: Int = 24, columns: Int = 80, _ keys: [Key] = [], view: WatchView = WatchView()
    ) -> [String] {
        var view = view
        view.refresh(model)
        for key in keys { _ = view.press(key, model, page: WatchScreen.page(rows: rows)) }
        return WatchScreen.frame(model, &view, rows: rows, columns: columns, now: WatchFixture.now).lines
    }

    @Test func eightyColumnsShowTheSweepNodesJobsAndFailures() {
        let lines = lines(WatchFixture.model())
        #expect(lines[0] == "cells on gpucluster                           20261121-101500-cells-ab12  42 min")
        #expect(lines[1].hasPrefix("[####") && lines[1].hasSuffix("left"))
        #expect(lines[2] == "18 jobs  4 running  2 failed  1 oom_host  7 queued  4 succeeded")
        #expect(
            lines[4].contains("gpu01") && lines[4].contains("9 GiB of 24 GiB")
                || lines[4].contains("18.0 GiB of 48.0 GiB"))
        let table = lines.drop { !$0.contains("STATE") }
        #expect(table.dropFirst().first?.contains("lr-0.01/scan_101") == true)
        #expect(table.contains { $0.contains("OOM host") && $0.contains("host memory ran") })
        #expect(
            lines.contains { $0.contains("2x failed in stage 'track', exit code 7: ValueError: no cells in frame N") })
        #expect(lines[23].hasSuffix("q leave"))
        #expect(lines.allSatisfy { Columns.width(of: $0) <= 80 })
    }

    @Test func twoHundredColumnsShowAllAtOnce() {
        let lines = lines(WatchFixture.model(), rows: 50, columns: 200)
        let whole = lines.joined(separator: "\n")
        for word in ["GPU MEM", "REMARK", "slot 1", "GPU-gpu02-1", "250 W", "FAILURES", "on gpu01", "segment 83%"] {
            #expect(whole.contains(word), "\(word):\n\(whole)")
        }
        for job in WatchFixture.model().jobs { #expect(whole.contains(job.id)) }
        #expect(lines.allSatisfy { Columns.width(of: $0) <= 200 })
    }

    @Test(arguments: [(1, 1), (3, 10), (5, 20), (24, 59), (10, 151), (2, 500)])
    func everySizeIsDrawn(rows: Int, columns: Int) {
        for keys: [Key] in [[], [.tab], [.tab, .tab], [.enter], [.character("l")], [.character("?")]] {
            let lines = lines(WatchFixture.model(), rows: rows, columns: columns, keys)
            #expect(lines.count == rows && lines.allSatisfy { Columns.width(of: $0) <= columns })
        }
    }

    @Test func wideAndHostileNamesKeepTheColumns() {
        let names = [
            "細胞画像データ", "e\u{301}te\u{301}", "a\u{1B}[2Jb", "x\u{202E}y", String(repeating: "長", count: 60), "n",
        ]
        let lines = lines(WatchFixture.model(names: { names[$0] }), rows: 40)
        #expect(lines.allSatisfy { Columns.width(of: $0) <= 80 })
        #expect(lines.contains { $0.contains("データ") } && lines.contains { $0.contains("a\\x1b[2Jb") })
        #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" })
        // Every state begins in the same column.
        let model = WatchFixture.model(names: { names[$0] })
        var view = WatchView()
        view.refresh(model)
        let frame = WatchScreen.frame(model, &view, rows: 40, columns: 80, now: WatchFixture.now)
        let head = (0..<40).first { frame.lines[$0].contains("STATE") } ?? 0
        let at = (0..<80).first { frame[head, $0].text == "S" && frame[head, $0 + 1].text == "T" } ?? 0
        for row in 1...4 { #expect(frame[head + row, at].text == "r" && frame[head + row, at - 1].text == " ") }
    }

    @Test func panesShowOneThingWhole() {
        let model = WatchFixture.model()
        let nodes = lines(model, [.tab])
        #expect(nodes.contains { $0.contains("slot 1") && $0.contains("segment 75%") })
        #expect(lines(model, [.tab, .tab]).contains { $0.contains("lr-0.001/scan_104, lr-0.01/scan_100") })
        let job = lines(model, [.character("o"), .home, .down, .down, .down, .down, .enter])
        #expect(job[3].contains("JOB lr-0.001/scan_104"))
        #expect(job.contains { $0.contains("exit code 7 in stage 'track'") })
        #expect(job.contains("  ValueError: no cells in frame 12"))
        var view = WatchView()
        view.log = (1...100).map { "line \($0)" }
        view.pane = .log
        #expect(lines(model, view: view)[21] == "line 100")
        view.isFollowing = false
        #expect(lines(model, [.up], view: view)[4] == "line 1")
    }

    @Test func aPageOfTenThousandJobsIsFound() {
        let model = WatchFixture.model(scenes: 3400, gpus: false)
        var view = WatchView()
        view.refresh(model)
        for _ in 0..<20 { _ = view.press(.pageDown, model, page: 10) }
        let frame = WatchScreen.frame(model, &view, rows: 24, columns: 80, now: WatchFixture.now)
        #expect(frame.lines[2].hasPrefix("10200 jobs"))
        #expect(frame.lines.contains { $0.hasPrefix(">") && $0.contains(model.jobs[view.shown[200]].scene.name) })
        #expect(view.row == 200)
    }
}
