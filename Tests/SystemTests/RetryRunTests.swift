import Foundation
import MusterCore
import Testing

/// Real programs that fail, and what a run makes of it. Runs share the machine's lock, so these go one after the other.
@Suite(.serialized) struct RetryRunTests {
    private func attempts(_ job: JSON) -> [JSON] { job["attempts"]?.array ?? [] }

    @Test func aProgramThatAsksForAnotherAttemptGetsIt() throws {
        let lab = try Lab(scenes: ["a", "b"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: again, dataset_root: data}
            pipeline: {command: "[ -e {scene.path}/once ] || { touch {scene.path}/once; [ {scene.name} = a ] && exit 75; exit 7; }"}
            retry: {failed: {exit_codes: [75]}}
            """)
        let plan = try lab.muster(["plan", "sweep.yaml"])
        #expect(plan.output.contains("retry behind failed: of exit code 75; 2 attempts"), "\(plan.output)")
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 1, "\(run.errors)")
        let jobs = try #require(run.json?["jobs"]?.array)
        #expect(jobs.map { $0["outcome"] } == ["succeeded", "failed"])
        #expect(attempts(jobs[0]).map { $0["outcome"] } == ["failed", "succeeded"])
        #expect(attempts(jobs[0]).map { $0["retry"] } == [.null, "failed"])
        #expect(attempts(jobs[1]).count == 1, "another exit code has no rule")
        let status = try lab.muster(["status"])
        #expect(status.output.contains("attempt 2 (failed)"), "\(status.output)")
    }

    @Test func aParameterIsHalvedUntilTheGPUHoldsIt() throws {
        let lab = try Lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: halves, dataset_root: data}
            pipeline:
              stages:
                - name: train
                  command: [bash, -c, 'echo $1 $2 $MUSTER_PARAM_BATCH_SIZE > $3/seen; [ $1 -le 4 ] || { echo "RuntimeError: CUDA out of memory. Tried to allocate 2 GiB" >&2; exit 1; }', x, '{point.batch_size}', '{stage.tile}', '{output_dir}']
                  parameters: {tile: 64}
            sweep: {matrix: {batch_size: [4, 16]}}
            retry: {oom_gpu: {set: {batch_size: /2, train.tile: 32}, attempts: 3}}
            """)
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let jobs = try #require(run.json?["jobs"]?.array)
        #expect(attempts(jobs[0]).count == 1)
        #expect(attempts(jobs[1]).map { $0["outcome"] } == ["oom_gpu", "oom_gpu", "succeeded"])
        #expect(attempts(jobs[1]).last?["retry"] == "oom_gpu: batch_size 8 -> 4")
        let folder = "\(lab.folder)/results/halves/batch_size-16/a"
        #expect(try String(contentsOfFile: "\(folder)/seen", encoding: .utf8) == "4 32 4\n")
        let record = try JSON(parsing: try String(contentsOfFile: "\(folder)/.muster/job.json", encoding: .utf8))
        #expect(record["set"]?["batch_size"] == 4 && record["set"]?["train.tile"] == 32, "\(record.line)")
        #expect(try lab.muster(["status"]).output.contains("attempt 3 (oom_gpu: batch_size 8 -> 4)"))
        let again = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(again.json?["jobs"]?.array?.map { $0["cached"] } == [true, true], "the job's result all the same")
    }

    @Test func aJobThatTookTooLongGoesOnWhereItWas() throws {
        let lab = try Lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: late, dataset_root: data}
            pipeline: {command: "if [ -n \\"$MUSTER_CHECKPOINT\\" ]; then cat $MUSTER_CHECKPOINT/half > {output_dir}/whole; else echo begun > {output_dir}/half; sleep 60; fi"}
            resources: {time: 2s}
            retry: {timeout: {resume: true}}
            """)
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let job = try #require(run.json?["jobs"]?.array?.first)
        #expect(attempts(job).map { $0["outcome"] } == ["timeout", "succeeded"], "\(job.line)")
        #expect(try String(contentsOfFile: "\(lab.folder)/results/late/a/whole", encoding: .utf8) == "begun\n")
    }

    @Test func withoutAClientWhatIsOwedWaitsForOne() throws {
        let lab = try Lab(scenes: ["a", "b", "c"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: owed, dataset_root: data}
            pipeline: {command: "[ -e {scene.path}/once ] || { touch {scene.path}/once; exit 75; }"}
            retry: {failed: {attempts: 2}}
            """)
        let submitted = try lab.muster(["submit", "sweep.yaml"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        let status = try lab.wait(for: "all jobs' first ends") { () -> Lab.Result? in
            let status = try lab.muster(["status"])
            return status.output.contains("3 jobs wait for a steward to get another attempt") ? status : nil
        }
        #expect(status.output.contains("muster watch"), "\(status.output)")
        let watch = try lab.muster(["watch", "last"])
        #expect(watch.status == 0, "\(watch.errors)")
        #expect(watch.errors.contains("3 jobs handed out for another attempt (failed)"), "\(watch.errors)")
        #expect(try lab.jobs().map { attempts($0).count } == [2, 2, 2])
    }

    @Test func twoClientsHandOutTheSameOnce() throws {
        let lab = try Lab(scenes: (0..<6).map { "s\($0)" })
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: both, dataset_root: data}
            pipeline: {command: "[ -e {scene.path}/once ] || { touch {scene.path}/once; exit 75; }"}
            retry: {failed: {attempts: 2}}
            """)
        #expect(try lab.muster(["submit", "sweep.yaml"]).status == 0)
        let first = try lab.start(["watch", "last"])
        let second = try lab.start(["watch", "last"])
        first.waitUntilExit()
        second.waitUntilExit()
        #expect(first.terminationStatus == 0 && second.terminationStatus == 0, "\(lab.errors)")
        #expect(try lab.jobs().map { attempts($0).count } == Array(repeating: 2, count: 6))
        let folder = "\(lab.folder)/state/runs/\(try lab.run())"
        let lines = try String(contentsOfFile: "\(folder)/blocks.jsonl", encoding: .utf8).split(separator: "\n")
        let ids = try lines.map { try JSON(parsing: String($0))["id"]?.string }
        #expect(Set(ids).count == ids.count, "\(ids)")
    }

    @Test func aCanaryThatFailsHoldsAllOthers() throws {
        let lab = try Lab(scenes: ["a", "b", "c", "d"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: canary, dataset_root: data}
            pipeline: {command: "touch {scene.path}/begun; [ -e {scene.path}/../../well ] || { echo 'no model' >&2; exit 7; }"}
            canary: 1
            """)
        let plan = try lab.muster(["plan", "sweep.yaml"])
        #expect(plan.output.contains("canaries, which must succeed before others begin: a"), "\(plan.output)")
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 6, "\(run.errors)")
        #expect(
            run.errors.contains("the run is halted, 3 jobs are held: the canary 'a' did not succeed"), "\(run.errors)")
        #expect(run.errors.contains("muster watch") && run.errors.contains("--lift"))
        func begun() -> [String] {
            ["a", "b", "c", "d"].filter { FileManager.default.fileExists(atPath: "\(lab.folder)/data/\($0)/begun") }
        }
        #expect(begun() == ["a"])
        #expect(try lab.jobs().map { $0["outcome"] } == ["failed", "queued", "queued", "queued"])
        #expect(try lab.muster(["status"]).output.contains("3 jobs are held"))
        // An agent that comes later sees the mark too: watching alone begins nothing.
        #expect(try lab.muster(["wait", "last"]).status == 6 && begun() == ["a"])
        try lab.write("well", "")
        let lifted = try lab.muster(["watch", "last", "--lift"])
        #expect(lifted.status == 1, "the canary's end stays: \(lifted.errors)")
        #expect(try lab.jobs().map { $0["outcome"] } == ["failed", "succeeded", "succeeded", "succeeded"])
    }

    @Test func aCanaryWithAnotherAttemptDoesNotHalt() throws {
        let lab = try Lab(scenes: ["a", "b", "c"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: second, dataset_root: data}
            pipeline: {command: "echo {scene.name} >> {scene.path}/../../order; [ -e {scene.path}/once ] || { touch {scene.path}/once; [ {scene.name} != a ] || exit 75; }"}
            canary: 1
            retry: {failed: {attempts: 2}}
            """)
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0, "\(run.errors)")
        let order = try String(contentsOfFile: "\(lab.folder)/order", encoding: .utf8).split(separator: "\n")
        #expect(order.prefix(2) == ["a", "a"] && order.dropFirst(2).sorted() == ["b", "c"], "\(order)")
    }

    @Test func equalFailuresHaltARunBeforeItIsThrough() throws {
        let lab = try Lab(scenes: (10..<60).map { "s\($0)" })
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: same, dataset_root: data}
            pipeline: {command: "sleep 0.1; echo {scene.name} >> {scene.path}/../../begun; echo cannot read {scene.path}/model.pt >&2; exit 3"}
            halt: {same_signature: 4}
            """)
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 6, "\(run.errors)")
        #expect(
            run.errors.contains("jobs failed in the same way: failed in stage 'run', exit code 3: cannot read PATH"),
            "\(run.errors)")
        let begun = try String(contentsOfFile: "\(lab.folder)/begun", encoding: .utf8).split(separator: "\n").count
        #expect(begun >= 4 && begun < 40, "\(begun)")
        #expect(try lab.muster(["cancel", "last", "--yes"]).status == 0)
        #expect(try lab.muster(["wait", "last", "--timeout", "60s"]).status == 1)
        let jobs = try lab.jobs()
        #expect(jobs.count { $0["outcome"] == "failed" } == begun)
        #expect(jobs.count { $0["outcome"] == "cancelled" } == 50 - begun)
    }
}
