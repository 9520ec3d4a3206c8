import Foundation
import MusterCore
import Testing

@testable import MusterAgent

/// The records of My3DIS as an agent writes them.
@Suite struct RecordTests {
    /// A bench whose plan keeps records, with a Python of its own that answers with `answers` when it is asked of itself.
    private func bench(answers: String = "true", _ stages: [(name: String, shell: String)]) throws -> AgentBench {
        let bench = try AgentBench()
        let python = "\(bench.root)/bin/python3"
        // Asked with -c, else it runs the words behind `-m MODULE` as a line of bash.
        try bench.put(
            python, "#!/bin/bash\nif [ \"$1\" = -c ]; then \(answers); exit; fi\nshift 2; exec bash -c \"$*\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python)
        for stage in stages {
            bench.stages.append(
                StageSpec(
                    name: stage.name,
                    command: .argv([
                        .word(python), "-m", .word("pipeline.\(stage.name)"), .word(stage.shell),
                    ]),
                    parameters: [.init("of", .string(stage.name))]))
        }
        bench.job("a")
        return bench
    }

    private func write(
        _ bench: AgentBench, layout: [LayoutRule] = [], records: RecordStyle? = .my3dis, run: String = "r1",
        generation: Int = 0, _ change: (inout ExperimentRecord) -> Void = { _ in }
    ) throws {
        try bench.write(blocks: [[0]], run: run, generation: generation)
        let text = try #require(bench.text(bench.paths.plan))
        var plan = try #require(try RunPlan(json: JSON(parsing: text)))
        (plan.records, plan.layout) = (records, layout)
        try bench.put(bench.paths.plan, plan.json.line)
        var experiment = ExperimentRecord(
            configPath: "/c.yaml", invokedAt: "2025-10-22T14:30:52+08:00",
            config: .object([.init("experiment", .object([.init("name", "e")]))]), name: "e")
        change(&experiment)
        try bench.put(bench.paths.experiment, experiment.json.line)
    }

    private func json(_ bench: AgentBench, _ path: String) throws -> JSON {
        try JSON(parsing: try #require(bench.text(path), "\(path) is missing"))
    }

    /// The attempts' folders that were left.
    private func attempts(_ bench: AgentBench) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(bench.root)/out").filter { $0.contains(".attempt.") }
            .map { "\(bench.root)/out/\($0)" }
    }

    @Test func aResultHasItsRecordsInLocalTime() throws {
        let bench = try bench([("ssam", "echo 1 > x"), ("report", "cp workflow_summary.json seen.json")])
        try write(bench) { $0.skipped = [SkippedStage(name: "filter", behind: "ssam", reason: "missing_raw")] }
        try bench.run(environment: ["TZ": "Asia/Kathmandu", "CUDA_VISIBLE_DEVICES": "3", "SECRET": "hush"])
        #expect(bench.endings.first?.ending.outcome == .succeeded, "\(bench.endings)")
        let output = bench.output("a")
        let summary = try json(bench, "\(output)/workflow_summary.json")
        #expect(summary["order"]?.line == #"["ssam","filter","report"]"#)
        #expect(summary["config_path"] == "/c.yaml" && summary["config_snapshot"]?["experiment"]?["name"] == "e")
        #expect(summary["run_dir"] == .string(output))
        #expect(summary["stages"]?["filter"]?["skipped"] == "missing_raw")
        #expect(summary["stages"]?["ssam"]?["gpu"]?.line == "[3]")
        #expect(summary["stages"]?["ssam"]?["params"]?["of"] == "ssam")
        let started = try #require(summary["stages"]?["ssam"]?["started_at"]?.string)
        #expect(started.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:45/) != nil, "\(started)")
        let date = try #require(ISO8601DateFormatter().date(from: started))
        #expect(abs(date.timeIntervalSinceNow) < 120, "the zone's time is the present: \(started)")
        let timings = try json(bench, "\(output)/stage_timings.json")
        #expect(timings["stages"]?.array?.compactMap { $0["stage"]?.string } == ["ssam", "filter", "report"])
        let snapshot = try json(bench, "\(output)/environment_snapshot.json")
        #expect(snapshot["environment"]?.line == #"{"CUDA_VISIBLE_DEVICES":"3"}"#)
        #expect(snapshot["platform"]?["system"] == "Linux")
        for name in ["workflow_summary", "stage_timings", "environment_snapshot"] {
            #expect(bench.text("\(output)/\(name).json")?.contains("hush") == false)
        }
        // The report found what was known of the stages before it.
        let seen = try json(bench, "\(output)/seen.json")
        #expect(seen["order"]?.line == #"["ssam","filter"]"# && seen["stages"]?["ssam"]?["duration_text"] != nil)
    }

    @Test func otherPipelinesHaveNone() throws {
        let bench = try bench([("ssam", "true"), ("report", "true")])
        try write(bench, records: nil)
        try bench.run()
        let names = try FileManager.default.contentsOfDirectory(atPath: bench.output("a"))
        #expect(names == [".muster"])
    }

    @Test func aFailedAttemptKeepsItsRecords() throws {
        let bench = try bench([("ssam", "true"), ("tracker", "echo no memory; exit 3"), ("report", "true")])
        try write(bench)
        try bench.run()
        #expect(!FileManager.default.fileExists(atPath: bench.output("a")))
        let attempt = try #require(try attempts(bench).first)
        let summary = try json(bench, "\(attempt)/workflow_summary.json")
        #expect(summary["order"]?.line == #"["ssam","tracker"]"#)
        #expect(summary["stages"]?["tracker"]?["error"] == "exit code 3: no memory")
        #expect(summary["stages"]?["tracker"]?["exit_code"] == 3)
        #expect(summary["run_dir"] == .string(attempt))
        #expect(summary["error"]?.string?.contains("'tracker' ended with exit code 3") == true)
        #expect(try json(bench, "\(attempt)/stage_timings.json")["stages"]?.array?.count == 2)
    }

    @Test func stagesOfAnEarlierAttemptAreMarked() throws {
        let bench = try bench([
            ("ssam", "date +%N > x"), ("tracker", "date +%N > y"),
            ("report", "test $MUSTER_ATTEMPT != 0.0 || exit 1"),
        ])
        try write(bench)
        try bench.run()
        let attempt = try #require(try attempts(bench).first)
        let first = try json(bench, "\(attempt)/workflow_summary.json")
        try bench.put(bench.paths.blocks, Block(id: "g1-00000", generation: 1, jobs: [0]).json.line + "\n")
        try bench.run()
        #expect(bench.endings.last?.ending.outcome == .succeeded, "\(bench.endings)")
        let summary = try json(bench, "\(bench.output("a"))/workflow_summary.json")
        #expect(summary["order"]?.line == #"["ssam","tracker","report"]"#)
        for stage in ["ssam", "tracker"] {
            #expect(summary["stages"]?[stage]?["reused"] == true, "records do not keep stages from being taken over")
            let told = try #require(first["stages"]?[stage])
            #expect(summary["stages"]?[stage]?["started_at"] == told["started_at"])
            #expect(summary["stages"]?[stage]?["duration_sec"] == told["duration_sec"])
        }
        #expect(summary["stages"]?["report"]?["reused"] == nil)
    }

    @Test func pathsInTheManifestFollowTheResults() throws {
        let bench = try bench([
            (
                "ssam",
                """
                mkdir -p level_2/tracking level_2/viz/compare; touch level_2/tracking/object_segments_a.npz level_2/viz/compare/1.png
                printf '{"levels":[2],"output_root":"%s","seg":"%s/level_2/tracking/object_segments_a.npz","images":["level_2/viz/compare/1.png"],"data_path":"/d"}' $PWD $PWD > manifest.json
                """
            )
        ])
        let rules = try [
            #"{"move":"level_*/tracking/object_segments*.npz","to":"level_{1}/object_segments_L{1:02d}.npz","first":true}"#,
            #"{"move":"level_*/viz/compare/*","to":"level_{1}/compare/{2}"}"#, #"{"remove":"level_*/viz"}"#,
        ].map { try LayoutRule(json: JSON(parsing: $0)) }.compactMap(\.self)
        try write(bench, layout: rules) { $0.layout = "scene_level" }
        try bench.run()
        let output = bench.output("a")
        let manifest = try json(bench, "\(output)/manifest.json")
        #expect(
            manifest.line
                == #"{"levels":[2],"output_root":"OUT","seg":"OUT/level_2/object_segments_L02.npz","images":["level_2/compare/1.png"],"data_path":"/d"}"#
                .replacing("OUT", with: output))
        #expect(FileManager.default.fileExists(atPath: try #require(manifest["seg"]?.string)))
        let scene = try json(bench, "\(output)/summary.json")
        #expect(scene["levels"]?.line == "[2]" && scene["manifest"] == .string("\(output)/manifest.json"))
        let summary = try json(bench, "\(output)/workflow_summary.json")
        #expect(summary["summary_json"] == .string("\(output)/summary.json"))
        #expect(
            summary["artifacts"]?["scene_layout"]?["moved"]?.line
                == #"{"level_2/tracking/object_segments_a.npz":"level_2/object_segments_L02.npz","level_2/viz/compare/1.png":"level_2/compare/1.png"}"#
        )
    }

    @Test func aResultsStagesCanStillBeTakenOver() throws {
        let bench = try bench([
            ("ssam", "date +%N > made; printf '{\"root\":\"%s/x\"}' $PWD > manifest.json"), ("report", "echo 1 > r"),
        ])
        try write(bench)
        try bench.run()
        let made = try #require(bench.text("\(bench.output("a"))/made"))
        let root = JSON.string("\(bench.output("a"))/x")
        #expect(try json(bench, "\(bench.output("a"))/manifest.json")["root"] == root)
        // Another run asks for another report.
        bench.stages[1].parameters.append(.init("width", 2))
        bench.rows[0].key = "another"
        try write(bench, run: "r2", generation: 1)
        try bench.run()
        #expect(bench.endings.last?.ending.outcome == .succeeded, "\(bench.endings)")
        #expect(bench.text("\(bench.output("a"))/made") == made, "what muster changed itself spoils no stage")
        let summary = try json(bench, "\(bench.output("a"))/workflow_summary.json")
        #expect(summary["stages"]?["ssam"]?["reused"] == true && summary["stages"]?["report"]?["reused"] == nil)
        #expect(try json(bench, "\(bench.output("a"))/manifest.json")["root"] == root)
    }

    @Test func aManifestThatIsNoJSONStaysAsItIs() throws {
        let bench = try bench([("ssam", "echo NaN, > manifest.json")])
        try write(bench)
        try bench.run()
        #expect(bench.endings.first?.ending.outcome == .succeeded)
        #expect(bench.text("\(bench.output("a"))/manifest.json") == "NaN,\n")
    }

    @Test func whatPythonAnswersIsTold() throws {
        // The stage ends only after the answers were given, and a look at them.
        let bench = try bench(
            answers:
                #"echo '{"python": {"version": "3.9"}}'; echo "{\"numpy\": \"$2\"}" | head -c 9999; exec 1>&- 2>&-; touch "$MUSTER_OUT/answered""#,
            [("ssam", "until [ -e answered ]; do sleep 0.05; done; rm answered")])
        try write(bench)
        try bench.run()
        let snapshot = try json(bench, "\(bench.output("a"))/environment_snapshot.json")
        #expect(snapshot["python"]?["version"] == "3.9", "\(snapshot.line)")
    }

    @Test func aPythonThatDoesNotAnswerHoldsUpNothing() throws {
        let bench = try bench(
            answers: "echo $$ > $MUSTER_OUT/asked; exec sleep 600",
            [
                ("ssam", "until [ -s asked ]; do sleep 0.05; done")
            ])
        try write(bench)
        try bench.run()
        #expect(bench.endings.first?.ending.outcome == .succeeded)
        #expect(try json(bench, "\(bench.output("a"))/environment_snapshot.json")["python"] == nil)
        let pid = try #require(bench.text("\(bench.output("a"))/asked").flatMap { Int32($0.dropLast()) })
        #expect(bench.wait(10) { kill(pid, 0) != 0 }, "it goes with its agent")
    }

    @Test func recordsAreNoProducts() throws {
        let bench = try AgentBench()
        try bench.put("\(bench.root)/f/workflow_summary.json", "{}")
        try bench.put("\(bench.root)/f/a/times.json", "{}")
        try bench.put("\(bench.root)/f/a/b", "1")
        let list = FileList(folder: "\(bench.root)/f", except: ["workflow_summary.json", "a/times.json"])
        #expect(list?.entries.map(\.path) == ["a", "a/b"])
    }

    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: python != nil)) func theQuestionsAreGoodPython() throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = ["-c", PythonQuestions.script, "json.tool"]
        process.environment = ["VIRTUAL_ENV": "/v", "SECRET": "hush", "PATH": "/usr/bin:/bin"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: data, as: UTF8.self))")
        let facts = PythonFacts(output: data)
        #expect(facts["python"]?["implementation"]?.string != nil)
        #expect(facts["environment"]?.line == #"{"VIRTUAL_ENV":"/v"}"#)
    }

    @Test(arguments: [
        (["python3", "-m", "my3dis.generate", "--x"], "my3dis"), (["/e/bin/python", "run.py"], "run.py"),
        (["python3.11"], ""),
    ]) func pythonsAreAskedOfWhatTheyRun(words: [String], source: String) throws {
        let stage = StageSpec(name: "s", command: .argv(words.map { .word($0) }))
        let asking = try #require(PythonQuestions.stage(like: stage))
        #expect(asking.command == .argv([.word(words[0]), "-c", .word(PythonQuestions.script), .word(source)]))
        #expect(!PythonQuestions.script.contains("{"), "braces stand for placeholders")
    }

    @Test func otherProgramsAreNotAsked() {
        #expect(PythonQuestions.stage(like: StageSpec(name: "s", command: .argv(["cellpipe", "x"]))) == nil)
        #expect(PythonQuestions.stage(like: StageSpec(name: "s", command: .shell("python3 x.py"))) == nil)
    }
}
