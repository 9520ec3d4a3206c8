import Testing

@testable import MusterCLI

/// What is read next of a job's logs.
@Suite struct LogProgressTests {
    private func part(_ stage: String, _ range: Range<Int64>, restart: Int = 0) -> JobLogs.Part {
        JobLogs.Part(job: 1, generation: 0, restart: restart, stage: stage, lane: "n1.0", range: range)
    }

    private func spool(_ stage: String, _ size: Int64, number: Int = 0) -> LogProgress.Spool {
        LogProgress.Spool(
            generation: 0, restart: 0, lane: "n1.0", stage: stage, items: nil, file: "spool.\(number)", size: size)
    }

    @Test func whatWasShownOfASpoolIsNotShownAgainOfTheLog() throws {
        var progress = LogProgress()
        let first = try #require(progress.next(finished: [], running: [spool("one", 10)]).first)
        #expect(first.range == 0..<10 && first.isSpool && first.file == "spool.0")
        progress.show(first, count: 6)
        #expect(progress.next(finished: [], running: [spool("one", 10)]).map(\.range) == [6..<10])
        // It has ended: the rest stands in the log, and the spool is the next program's.
        let reads = progress.next(finished: [part("one", 100..<115)], running: [spool("two", 3)])
        #expect(reads.map(\.file) == ["log", "spool.0"])
        #expect(reads.map(\.range) == [106..<115, 0..<3])
        for read in reads { progress.show(read, count: read.range.count) }
        #expect(progress.next(finished: [part("one", 100..<115)], running: [spool("two", 3)]).isEmpty)
    }

    @Test func aStageThatBeginsAgainInTheSameAttemptIsAnother() throws {
        var progress = LogProgress()
        let both = [part("one", 0..<5), part("one", 5..<9)]
        let reads = progress.next(finished: both, running: [spool("one", 2)])
        #expect(reads.map(\.range) == [0..<5, 5..<9, 0..<2])
        #expect(Set(reads.map(\.source)).count == 3)
    }

    @Test func aSpoolThatShrankWasCutAndItsLogIsNotShownAgain() throws {
        var progress = LogProgress()
        let first = try #require(progress.next(finished: [], running: [spool("one", 10)]).first)
        progress.show(first, count: 10)
        #expect(progress.next(finished: [], running: [spool("one", 4)]).isEmpty)
        #expect(progress.cut == [first.source])
        #expect(progress.next(finished: [part("one", 0..<40)], running: []).isEmpty)
    }

    @Test func whatIsLargeComesInPieces() {
        var progress = LogProgress()
        let size = LogProgress.most * 2 + 5
        var ranges: [Range<Int64>] = []
        while let read = progress.next(finished: [part("one", 0..<size)], running: []).first {
            ranges.append(read.range)
            progress.show(read, count: read.range.count)
        }
        #expect(ranges.map(\.upperBound) == [LogProgress.most, LogProgress.most * 2, size])
    }

    @Test func runningProgramsAreFoundWithTheSizesOfTheirSpools() {
        let lines: [Substring] = [
            "sizes n1.0 0 17 1 4",
            #"running n1.0 {"agent":{},"stages":[{"spool":1,"group":5,"start":6,"job":1,"gen":2,"restart":1,"element":"7_0","stage":"two","batch":0,"worker":0,"first":3,"last":5},{"spool":0,"job":2,"gen":0,"restart":0,"stage":"one"}]}"#,
            "running n2.0 {torn",
        ]
        let spools = LogReader.spools(lines, job: 1)
        #expect(
            spools == [
                LogProgress.Spool(
                    generation: 2, restart: 1, lane: "n1.0", stage: "two", items: 3...5, file: "spool.1", size: 4)
            ])
    }

    @Test func aScreenCutsItsLongestPartsAndSaysSo() {
        var screen = Screen()
        screen.add(["head"])
        screen.add((0..<100).map { "job \($0)" })
        screen.add([])
        screen.add(["a", "b"])
        let lines = screen.lines(most: 20)
        #expect(lines.count == 20)
        #expect(lines[16] == "job 15" && lines[17] == "... and 84 more lines: muster status --all")
        #expect(lines.suffix(2) == ["a", "b"])
        #expect(screen.lines(most: nil).count == 103)
    }
}
