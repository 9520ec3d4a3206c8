import Foundation
import MusterCore
import Testing

@Suite struct ItemTests {
    /// A stage that writes a file an item, notes each start, and waits for `hold.ITEM` to go away behind its first item.
    private func bench(
        _ items: ItemSpec, fails: String = "-", name: String = "seg", more: String = ""
    ) throws -> AgentBench {
        let bench = try AgentBench()
        bench.stages.append(
            stage(
                name, items,
                "echo \"$MUSTER_BATCH.$MUSTER_WORKER {item.first}-{item.last}\" >> \(bench.root)/starts; "
                    + "for i in $(seq {item.first} {item.last}); do echo \"made $i\" > out.$i; echo $i working; "
                    + "while [ -e \(bench.root)/hold.$i ]; do sleep 0.02; done; "
                    + "[ $i != \(fails) ] || { echo no good >&2; exit 3; }; done; \(more)"))
        bench.job("a")
        try bench.write(blocks: [[0]])
        return bench
    }

    private func stage(_ name: String, _ items: ItemSpec?, _ shell: String) -> StageSpec {
        var stage = StageSpec(name: name, command: .shell(shell), produces: [name])
        stage.items = items
        return stage
    }

    private func starts(_ bench: AgentBench) -> [String] {
        (bench.text(bench.root + "/starts") ?? "").split(separator: "\n").map(String.init)
    }

    private func stageEnd(_ name: String, _ bench: AgentBench) -> Ending? {
        bench.facts.compactMap {
            if case .stageEnded(_, name, let ending, _) = $0.body { ending } else { nil }
        }.last
    }

    @Test func `batches follow each other and workers share a batch`() throws {
        let bench = try bench(ItemSpec(count: .number(5), batchSize: 4, workers: 2))
        try bench.run()
        #expect(starts(bench).prefix(2).sorted() == ["0.0 0-1", "0.1 2-3"])
        #expect(starts(bench).dropFirst(2) == ["1.0 4-4"])
        #expect((0..<5).map { bench.text(bench.output("a") + "/out.\($0)") } == (0..<5).map { "made \($0)\n" })
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .succeeded)
        #expect(stageEnd("seg", bench)?.items == ItemCounts(done: 5, total: 5))
        #expect(bench.facts.count { if case .stageStarted = $0.body { true } else { false } } == 1)
    }

    @Test func `workers of a batch run side by side`() throws {
        let bench = try bench(ItemSpec(count: .number(4), workers: 2))
        try bench.put(bench.root + "/hold.0", "")
        try bench.put(bench.root + "/hold.2", "")
        let agent = try bench.start()
        #expect(bench.wait(20) { self.starts(bench).count == 2 }, "each waits, so both must have been started")
        for name in ["hold.0", "hold.2"] { try FileManager.default.removeItem(atPath: "\(bench.root)/\(name)") }
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(bench.endings.first?.ending.outcome == .succeeded)
    }

    @Test func `a failing worker fails its range only, and the next attempt repeats that alone`() throws {
        let bench = try bench(
            ItemSpec(count: .number(8), batchSize: 4, workers: 2, files: ["out.{item}"]),
            fails: "$(cat \(#"$MUSTER_OUT"#)/../bad)")
        try bench.put(bench.root + "/out/bad", "2")
        try bench.run()
        #expect(starts(bench).count == 4, "later batches go on")
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .partial && ending.exitCode == 3)
        #expect(ending.cause == "stage 'seg': 6 of 8 items; not 2-3 (exit code 3)")
        #expect(ending.tail?.hasSuffix("no good\n") == true)
        #expect(
            ending.items
                == ItemCounts(done: 6, total: 8, failures: [.init(items: 2...3, outcome: .failed, exitCode: 3)]))
        #expect(bench.text(bench.output("a") + "/out.7") == "made 7\n", "what there is gets published")
        #expect(bench.text(OutputPaths.jobRecord(in: bench.output("a")))?.contains("\"partial\"") == true)

        try bench.put(bench.root + "/out/bad", "-")
        try bench.write(blocks: [[0]], run: "r2", generation: 1)
        try bench.run()
        #expect(starts(bench).dropFirst(4).sorted() == ["0.0 2-2", "0.1 3-3"])
        #expect(bench.endings.last?.ending.outcome == .succeeded)
        #expect(stageEnd("seg", bench)?.items == ItemCounts(done: 8, total: 8))
        #expect((0..<8).allSatisfy { bench.text(bench.output("a") + "/out.\($0)") == "made \($0)\n" })
        #expect(bench.text(OutputPaths.jobRecord(in: bench.output("a")))?.contains("\"succeeded\"") == true)
        // The complete result is known by its files, those that were taken over among them.
        try bench.write(blocks: [[0]], run: "r3", generation: 2)
        try bench.run()
        #expect(starts(bench).count == 6)
        #expect(bench.facts.contains { $0.body == .jobCached(job: 0) })
    }

    @Test(arguments: [["out.{item}"], []])
    func `after kill -9 of the agent only what was not done is repeated`(files: [String]) throws {
        let bench = try bench(ItemSpec(count: .number(8), batchSize: 4, workers: 2, files: files))
        // With the files of an item known the third worker's end counts; without, the batch's.
        try bench.put(bench.root + "/hold.6", "")
        let agent = try bench.start()
        let record = OutputPaths.itemRecords("seg", in: bench.root + "/out/.a.attempt.r1.0.0")
        let lines = files.isEmpty ? 1 : 3
        #expect(
            bench.wait(20) {
                self.starts(bench).contains("1.1 6-7")
                    && FileManager.default.fileExists(atPath: "\(bench.root)/out/.a.attempt.r1.0.0/out.5")
                    && (bench.text(record) ?? "").split(separator: "\n").count == lines
            })
        kill(agent.processIdentifier, SIGKILL)
        #expect(bench.wait(10) { !agent.isRunning })
        let before = starts(bench).count
        try FileManager.default.removeItem(atPath: bench.root + "/hold.6")
        try bench.run()
        let again = starts(bench).dropFirst(before).sorted()
        #expect(again == (files.isEmpty ? ["0.0 4-5", "0.1 6-7"] : ["0.0 6-6", "0.1 7-7"]))
        #expect(bench.endings.last?.ending.outcome == .succeeded)
        #expect((0..<8).allSatisfy { bench.text(bench.output("a") + "/out.\($0)") == "made \($0)\n" })
    }

    @Test func `kill -9 of a worker costs its range and nobody else's`() throws {
        let bench = try bench(ItemSpec(count: .number(6), batchSize: 4, workers: 2), more: "true")
        try bench.put(bench.root + "/hold.2", "")
        let agent = try bench.start()
        var pid: Int?
        #expect(
            bench.wait(20) {
                let lane = (try? FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes))?.first ?? ""
                let json = (bench.text(bench.paths.lane(lane).folder + "/running.json")).flatMap {
                    try? JSON(parsing: $0)
                }
                let entry = json?["stages"]?.array?.first { $0["first"]?.int == 2 }
                pid = (entry?["group"]?.int).map { Int($0) }
                return pid != nil && self.starts(bench).contains("0.1 2-3")
            })
        kill(pid_t(try #require(pid)), SIGKILL)
        #expect(bench.wait(20) { !agent.isRunning })
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .partial && ending.signal == 9)
        let failure = try #require(ending.items?.failures.first)
        #expect(failure.items == 2...3 && failure.outcome == .killed && failure.signal == 9)
        #expect(ending.items?.done == 4 && ending.items?.failures.count == 1)
        #expect(bench.text(bench.output("a") + "/out.5") == "made 5\n")
    }

    @Test func `stages behind a partial one work on what is there`() throws {
        let bench = try bench(ItemSpec(count: .number(4), workers: 4), fails: "1")
        var second = stage(
            "second", ItemSpec(count: .number(4)),
            "for i in $(seq {item.first} {item.last}); do cat out.$i > two.$i; done")
        second.requires = ["seg"]
        var third = stage("third", nil, "ls two.* | wc -l > count")
        third.requires = ["second"]
        bench.stages += [second, third]
        try bench.write(blocks: [[0]])
        try bench.run()
        #expect(stageEnd("second", bench)?.outcome == .partial)
        #expect(stageEnd("second", bench)?.items == ItemCounts(done: 3, total: 4))
        #expect(stageEnd("third", bench)?.outcome == .partial)
        #expect(stageEnd("third", bench)?.cause == "stage 'third' had no items 1 to work on")
        #expect(bench.text(bench.output("a") + "/count") == "3\n")
        #expect(bench.endings.first?.ending.items?.done == 3)
        #expect(
            !FileManager.default.fileExists(atPath: OutputPaths.stageRecord("third", in: bench.output("a"))),
            "a part is no product")
    }

    @Test func `a stage whose workers all fail fails, with the first one's end`() throws {
        let bench = try bench(ItemSpec(count: .number(3), workers: 3), more: "exit 9")
        try bench.run()
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .failed && ending.exitCode == 9)
        #expect(ending.cause?.hasPrefix("stage 'seg': 0 of 3 items; not 0 (exit code 9), 1 (exit") == true)
        #expect(!FileManager.default.fileExists(atPath: bench.output("a")))
    }

    @Test func `a worker that made nothing of an item has failed`() throws {
        let bench = try bench(ItemSpec(count: .number(2), workers: 2, files: ["out.{item}"]), more: "rm -f out.1")
        try bench.run()
        #expect(
            bench.endings.first?.ending.items?.failures.first?.cause == "ended well but made nothing of item 1 (out.1)")
    }

    @Test(arguments: [
        (ItemSpec.Count.command(.shell("echo some words; echo ' 3 '")), "3" as String?),
        (.command(.argv(["sh", "-c", "ls \"$1\" | grep -c tif", "x", "{scene.path}"])), "2"),
        (.files("*.tif"), "2"), (.lines("list.txt"), "4"),
        (.command(.shell("echo none")), nil), (.command(.shell("echo 7; exit 1")), nil), (.lines("nothing.txt"), nil),
        (.command(.argv(["no-such-program"])), nil),
    ]) func `items are counted where the job runs`(count: ItemSpec.Count, expected: String?) throws {
        let bench = try bench(ItemSpec(count: count))
        for name in ["1.tif", "2.tif", "x.txt"] { try bench.put("\(bench.root)/scenes/a/\(name)", "") }
        try bench.put("\(bench.root)/scenes/a/list.txt", "a\n\n b\nc\n  \nd")
        try bench.run()
        let ending = try #require(bench.endings.first?.ending)
        if let expected {
            #expect(ending.outcome == .succeeded, "\(ending)")
            #expect(starts(bench) == ["0.0 0-\(Int(expected)! - 1)"])
        } else {
            #expect(
                ending.outcome == .failed && ending.cause?.contains("its items can't be counted") == true, "\(ending)")
            #expect(starts(bench) == [])
        }
    }

    @Test func `a range that the scene does not have says how many items it has`() throws {
        let bench = try bench(ItemSpec(count: .command(.shell("echo 10")), range: ItemRange(first: 3, last: 12)))
        try bench.run()
        #expect(bench.endings.first?.ending.cause == "stage 'seg': Invalid range: 3-12 ('a' has 10 items)")
    }

    @Test func `the log tells workers apart and progress counts items`() throws {
        let bench = try bench(
            ItemSpec(count: .number(3), batchSize: 2, workers: 2),
            more: "echo '{\"items\":1}' >> \"$MUSTER_PROGRESS\"")
        try bench.run()
        let lane = bench.paths.lane(
            try #require(try FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes).first))
        let index = (bench.text(lane.logIndex) ?? "").split(separator: "\n").compactMap { try? JSON(parsing: $0.utf8) }
        let log = Array((bench.text(lane.log) ?? "").utf8)
        #expect(index.count == 3)
        for line in index {
            let range = Int(try #require(line["start"]?.int))..<Int(try #require(line["end"]?.int))
            #expect(String(decoding: log[range], as: UTF8.self) == "\(try #require(line["first"]?.int)) working\n")
        }
        let sample = try bench.liveSample()
        #expect(sample["done"]?.double == 3 && sample["total"]?.double == 3, "the last sample is told: \(sample.line)")
    }
}

@Suite struct LastStageTests {
    private func bench(_ first: String) throws -> AgentBench {
        let bench = try AgentBench()
        bench.stages = [StageSpec(name: "first", command: .shell(first), produces: ["p"])]
        var last = StageSpec(
            name: "words", command: .shell("ls > \(bench.root)/words; echo $MUSTER_STAGE >> \(bench.root)/words"))
        last.always = true
        bench.stages.append(last)
        bench.stages.append(
            StageSpec(name: "second", command: .shell("cp a b"), requires: ["p"], produces: ["q"]))
        bench.job("a")
        try bench.write(blocks: [[0]])
        return bench
    }

    @Test(arguments: [("echo > a", Outcome.succeeded, "a\nb\nwords\n"), ("echo > a; exit 4", .failed, "a\nwords\n")])
    func `it runs behind the others whatever became of them`(first: String, outcome: Outcome, words: String) throws {
        let bench = try bench(first)
        try bench.run()
        #expect(bench.endings.first?.ending.outcome == outcome)
        #expect(bench.text(bench.root + "/words") == words)
    }

    @Test func `it runs when the job is ended from outside, and the job's end stays what it was`() throws {
        let bench = try bench("echo > a; exec sleep 300")
        let agent = try bench.start()
        #expect(bench.wait(20) { bench.text(bench.root + "/out/.a.attempt.r1.0.0/a") != nil })
        kill(agent.processIdentifier, SIGTERM)
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(bench.text(bench.root + "/words") == "a\nwords\n")
        #expect(bench.endings.first?.ending.outcome == .cancelled)
    }

    @Test func `when it fails itself the job fails`() throws {
        let bench = try bench("echo > a")
        bench.stages[1].command = .shell("exit 6")
        try bench.write(blocks: [[0]])
        try bench.run()
        #expect(bench.endings.first?.ending.outcome == .failed && bench.endings.first?.ending.exitCode == 6)
    }
}
