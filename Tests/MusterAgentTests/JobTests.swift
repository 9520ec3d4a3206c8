import Foundation
import MusterCore
import Testing

@Suite struct JobTests {
    @Test func `four jobs of two stages run in two slots and are published`() throws {
        let bench = try AgentBench()
        bench.stage("first", shell: "echo one {scene.name}; echo 1 > a")
        bench.stage("second", shell: "cat a > b; echo two")
        for name in ["a", "b", "c", "d"] { bench.job(name) }
        try bench.write(blocks: [[0, 1], [2, 3]], slots: 2)
        #expect(try bench.run() == 0)
        #expect(bench.endings.map(\.key.job).sorted() == [0, 1, 2, 3])
        #expect(bench.endings.allSatisfy { $0.ending.outcome == .succeeded && !$0.superseded })
        for name in ["a", "b", "c", "d"] {
            #expect(bench.text(bench.output(name) + "/b") == "1\n")
            #expect(bench.text(OutputPaths.jobRecord(in: bench.output(name)))?.contains("\"succeeded\"") == true)
        }
        #expect(bench.facts.map(\.sequence) == (1...Int64(bench.facts.count)).map { $0 })
        let slots = Set(
            bench.facts.compactMap { if case .jobStarted(_, _, let slot, _) = $0.body { slot } else { nil } })
        #expect(slots == [0, 1])
        let lane = try #require(try FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes).first)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes).count == 1)
        let files = try FileManager.default.contentsOfDirectory(atPath: bench.paths.lane(lane).folder)
        #expect(files.count <= 6, "\(files)")
    }

    @Test func `the packed log gives back each stage's output`() throws {
        let bench = try AgentBench()
        bench.stage("only", shell: "for i in 1 2 3 4 5; do echo {scene.name} $i; echo more >&2; done")
        for name in ["left", "right"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]], slots: 2)
        try bench.run()
        let lane = bench.paths.lane(
            try #require(try FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes).first))
        let log = try #require(FileManager.default.contents(atPath: lane.log))
        let index = (bench.text(lane.logIndex) ?? "").split(separator: "\n").compactMap { try? JSON(parsing: $0.utf8) }
        #expect(index.count == 2)
        for line in index {
            let (job, start, end) = (
                try #require(line["job"]?.int), Int(line["start"]?.int ?? -1), Int(line["end"]?.int ?? -1)
            )
            let name = ["left", "right"][Int(job)]
            let expected = (1...5).map { "\(name) \($0)\nmore\n" }.joined()
            #expect(String(decoding: log[start..<end], as: UTF8.self) == expected)
        }
    }

    @Test func `a failing stage leaves its tail and exit code and stops the job`() throws {
        let bench = try AgentBench()
        bench.stage("bad", shell: "yes filler | head -c 9000; echo the last word; exit 7")
        bench.stage("never", shell: "true")
        bench.job("a")
        try bench.write(blocks: [[0]])
        #expect(try bench.run() == 0)
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .failed && ending.exitCode == 7)
        #expect(ending.tail?.hasSuffix("the last word\n") == true)
        #expect((ending.tail?.utf8.count ?? 0) <= 4096 && (ending.tail?.utf8.count ?? 0) > 4000)
        #expect(ending.cause == "stage 'bad' ended with exit code 7")
        let start = bench.facts.compactMap {
            if case .jobStarted(_, let node, _, let at) = $0.body { (node, at) } else { nil }
        }
        #expect(start.first?.0.isEmpty == false)
        #expect(FileManager.default.fileExists(atPath: try #require(start.first?.1)))
        #expect(!FileManager.default.fileExists(atPath: bench.output("a")))
        #expect(!bench.facts.contains { if case .stageStarted(_, "never", _) = $0.body { true } else { false } })
    }

    @Test func `a stage that a signal ends is killed`() throws {
        let bench = try AgentBench()
        bench.stage("gone", shell: "kill -SEGV $$")
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        #expect(bench.endings.first?.ending.outcome == .killed)
        #expect(bench.endings.first?.ending.signal == 11)
    }

    @Test(arguments: [
        (["/nowhere/at/all"], "can't start '/nowhere/at/all'", 127),
        (["no-such-program-here"], "was not found in PATH", 127),
        (["/etc/passwd"], "Permission denied", 126),
    ])
    func `a program that can't be started is named`(words: [String], text: String, code: Int) throws {
        let bench = try AgentBench()
        bench.stages.append(StageSpec(name: "s", command: .argv(words.map { .word($0) })))
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .failed && ending.exitCode == code)
        #expect(ending.cause?.contains(text) == true, "\(ending.cause ?? "")")
    }

    @Test func `hostile names reach the program byte for byte`() throws {
        let name = "a b'\"$HOME`id`\\ ;&|*?é{x}\n-n"
        let bench = try AgentBench()
        bench.stages = [
            StageSpec(name: "words", command: .argv(["/usr/bin/printf", "%s", "{scene.name}"])),
            StageSpec(
                name: "line",
                command: .shell("printf %s {scene.name} > line; printf %s \"$MUSTER_PARAM_ODD_NAME\" > env")),
        ]
        bench.job("plain", values: [.init("odd name", .string(name))])
        bench.rows[0].scene.name = name
        try bench.write(blocks: [[0]])
        try bench.run()
        #expect(bench.endings.first?.ending.outcome == .succeeded)
        #expect(bench.text(bench.output("plain") + "/line") == name)
        #expect(bench.text(bench.output("plain") + "/env") == name)
        let lane = try #require(try FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes).first)
        #expect(bench.text(bench.paths.lane(lane).log) == name)
    }

    @Test func `each slot sees its own GPUs and none of the agent's variables`() throws {
        let bench = try AgentBench()
        bench.stage(
            "s",
            shell:
                "echo \"$CUDA_VISIBLE_DEVICES\" > gpus; env > env; touch \(bench.root)/here.{scene.name}; "
                + "while ! [ -e \(bench.root)/here.a -a -e \(bench.root)/here.b ]; do sleep 0.02; done"
        )
        bench.resources.gpus = 2
        for name in ["a", "b"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]], slots: 5)
        try bench.run(environment: [
            "CUDA_VISIBLE_DEVICES": "GPU-1,GPU-2,MIG-3,MIG-4,GPU-5", "MUSTER_AGENT_SECRET": "x",
        ])
        let seen = Set(["a", "b"].compactMap { bench.text(bench.output($0) + "/gpus") })
        #expect(seen == ["GPU-1,GPU-2\n", "MIG-3,MIG-4\n"])
        #expect(bench.text(bench.output("a") + "/env")?.contains("MUSTER_AGENT") == false)
    }

    @Test func `a virtual environment is entered before the program`() throws {
        let bench = try AgentBench()
        try bench.put(bench.root + "/venv/bin/activate", "export ENTERED=yes\n")
        bench.stage(
            "s", shell: "echo $ENTERED $KIND > seen",
            environment: ProgramEnvironment(variables: [.init("KIND", "{scene.name}")], venv: bench.root + "/venv"))
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        #expect(bench.text(bench.output("a") + "/seen") == "yes a\n")
    }

    @Test func `progress is found in the program's own output`() throws {
        let bench = try AgentBench()
        bench.stage(
            "s", shell: #"for i in 1 2 3; do printf ' %s/3 [working]\r' $i; sleep 0.6; done"#, progress: "{t}/{T} [")
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        let sample = try bench.liveSample()
        #expect(sample["done"]?.double == 3 && sample["total"]?.double == 3, "\(sample.line)")
    }

    @Test(arguments: [
        (#"printf ' %s0%%|##  | %s/3 [00:01<00:01, 8.9it/s]\r' $i $i"#, 3.0),
        (#"printf '  | %s/7 [x]\r' $i; echo "{{\"done\":$i,\"total\":5}}" >> $MUSTER_PROGRESS"#, 5.0),
    ]) func `bars of tqdm are found unasked, unless the program reports itself`(shell: String, total: Double) throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "for i in 1 2 3; do \(shell); sleep 0.6; done")
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        let sample = try bench.liveSample()
        #expect(sample["done"]?.double == 3 && sample["total"]?.double == total, "\(sample.line)")
    }

    @Test func `progress is sampled and the last line is kept`() throws {
        let bench = try AgentBench()
        bench.stage(
            "s",
            shell:
                #"for i in 1 2 3; do echo "{{\"item\":\"f$i\",\"done\":$i,\"total\":3}}" >> $MUSTER_PROGRESS; sleep 0.6; done"#
        )
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        let sample = try bench.liveSample()
        #expect(sample["item"] == "f3" && sample["done"]?.double == 3 && sample["total"]?.double == 3)
        #expect((sample["rss"]?.int ?? 0) > 500_000)
        #expect(!FileManager.default.fileExists(atPath: bench.output("a") + "/.muster/progress"))
    }
}
