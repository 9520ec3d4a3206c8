import Foundation
import MusterCore
import Testing

private let config = """
    experiment: {name: first, dataset_root: data}
    pipeline:
      stages:
        - name: one
          command: [sh, -c, 'echo "$1 $2" > "$3/a.txt"; sleep 0.1', x, '{scene.name}', '{point.sigma}', '{output_dir}']
        - name: two
          command: "cat {output_dir}/a.txt; [ {scene.name}{point.sigma} != scene_23 ] || { echo 'no good' >&2; exit 7; }"
    sweep: {matrix: {sigma: [2, 3]}}
    """

/// Runs share the machine's lock, so these go one after the other.
@Suite(.serialized) struct LocalRunTests {
    @Test func aSweepBecomesAHistoryAndAFailingStageHarmsNobodyElse() throws {
        let lab = try Lab()
        try lab.write("sweep.yaml", config)
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 1, "\(run.errors)")
        let jobs = try #require(run.json?["jobs"]?.array)
        #expect(jobs.count == 6)
        #expect(jobs.count { $0["outcome"] == "succeeded" } == 5)
        let failed = try #require(jobs.first { $0["outcome"] == "failed" })
        #expect(failed["id"] == "sigma-3/scene_2")
        #expect(failed["attempts"]?.array?.first?["exit_code"] == 7)
        #expect(
            try String(contentsOfFile: "\(lab.folder)/results/first/sigma-2/scene_1/a.txt", encoding: .utf8)
                == "scene_1 2\n")
        let status = try lab.muster(["status"])
        #expect(status.status == 1)
        #expect(status.output.contains("no good"))
        #expect(status.output.contains("exit code 7"))
        #expect(
            try String(contentsOfFile: "\(lab.folder)/results/first/logs/sigma-3/scene_2/two.log", encoding: .utf8)
                == "scene_2 3\nno good\n")
        #expect(try lab.muster(["logs", "sigma-3/scene_2", "--stage", "two"]).output == "scene_2 3\nno good\n")
        let rows = try String(contentsOfFile: "\(lab.folder)/state/workflow_history.csv", encoding: .utf8)
        #expect(rows.split(separator: "\r\n").count == 7)
        let again = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(try #require(again.json?["jobs"]?.array).count { $0["cached"] == true } == 5)
    }

    @Test func theSamePlanComesOutByteForByte() throws {
        let lab = try Lab()
        try lab.write("sweep.yaml", config)
        let first = try lab.muster(["plan", "sweep.yaml", "--json"])
        #expect(first.status == 0)
        #expect(first.output == (try lab.muster(["plan", "sweep.yaml", "--json"]).output))
        #expect(first.json?["totals"]?["jobs"] == 6)
        #expect(first.json?["schema"] == 1)
        #expect(try lab.muster(["script", "sweep.yaml"]).output.hasPrefix("#!/bin/bash\n#SBATCH"))
    }

    @Test func aKilledAgentsJobsGetTheirNextAttemptAndFinishedOnesAreNotRepeated() throws {
        let lab = try Lab(scenes: ["a", "b"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: kill, dataset_root: data}
            pipeline:
              command: "echo {scene.name} >> {scene.path}/../../ran; [ {scene.name} = a ] || [ -e {scene.path}/../../go ] || sleep 300"
            resources: {cpus: 100}
            """)
        let watch = try lab.start(["run", "sweep.yaml"])
        let folder = try lab.wait(for: "the first job's end") { () -> String? in
            let runs = try? FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/state/runs")
            guard let run = runs?.first,
                (try? String(contentsOfFile: "\(lab.folder)/ran", encoding: .utf8)) == "a\nb\n"
            else { return nil }
            return "\(lab.folder)/state/runs/\(run)"
        }
        let ids = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/submissions")
        let id = try String(contentsOfFile: "\(folder)/submissions/\(ids[0])/id", encoding: .utf8)
        let pid = try #require(Int32(id.split(separator: " ")[0]))
        try lab.write("go", "")
        kill(pid, SIGKILL)
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0)
        let jobs = try lab.jobs()
        #expect(jobs.map { $0["outcome"] } == ["succeeded", "succeeded"])
        #expect(jobs.map { $0["attempts"]?.array?.count } == [1, 2])
        #expect(try String(contentsOfFile: "\(lab.folder)/ran", encoding: .utf8) == "a\nb\nb\n")
    }

    @Test func aKilledCollectorLosesNothing() throws {
        let lab = try Lab(scenes: (0..<8).map { "s\($0)" })
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: collect, dataset_root: data}
            pipeline: {command: "sleep 0.5"}
            resources: {cpus: 100}
            """)
        let watch = try lab.start(["run", "sweep.yaml"])
        _ = try lab.wait(for: "a job's end") {
            FileManager.default.fileExists(atPath: "\(lab.folder)/results/collect/s1/.muster/job.json") ? true : nil
        }
        kill(watch.processIdentifier, SIGKILL)
        watch.waitUntilExit()
        let again = try lab.muster(["watch", "last"])
        #expect(again.status == 0, "\(again.errors)")
        let jobs = try lab.jobs()
        #expect(jobs.count == 8)
        for job in jobs {
            #expect(job["outcome"] == "succeeded")
            #expect(job["attempts"]?.array?.count == 1)
        }
    }

    @Test func anUnfinishedRunStandsInTheWayOfAnother() throws {
        let lab = try Lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml", "experiment: {name: busy, dataset_root: data}\npipeline: {command: \"sleep 300\"}\n")
        let first = try lab.muster(["submit", "sweep.yaml"])
        #expect(first.status == 0, "\(first.errors)")
        let run = first.output.split(separator: "\n").map(String.init).first ?? ""
        let second = try lab.muster(["submit", "sweep.yaml"])
        #expect(second.status == 2)
        #expect(second.errors.contains("muster watch \(run)"))
        #expect(second.errors.contains("--new"))
        #expect(try lab.muster(["wait", run, "--timeout", "1s"]).status == 6)
        #expect(try lab.muster(["cancel", run, "--yes"]).status == 0)
        #expect(try lab.muster(["wait", run, "--timeout", "60s"]).status == 1)
        #expect(try lab.jobs().first?["outcome"] == "cancelled")
    }

    @Test(arguments: [
        (["plan", "nowhere.yaml"], Int32(3), "can't be read"), (["frobnicate"], 2, "frobnicate"),
        (["plan", "sweep.yaml", "--cluster", "lokal"], 3, "did you mean 'local'?"),
        (["plan", "sweep.yaml", "--set", "experiment.dataset_root=nowhere"], 3, "is not a folder"),
        (["plan", "sweep.yaml", "--set", "cluster=locl"], 3, "--set cluster:1:1: error: there is no cluster 'locl'"),
        (["plan", "sweep.yaml", "--set", "experiment.scenes=[scene_1, scen_2]"], 3, "did you mean: scene_2?"),
        (["plan", "sweep.yaml", "--set", "experiment.scenes=[scene_9]"], 3, "were not found"),
        (["history", "show", "nothing"], 1, "nothing"),
    ]) func mistakesHaveTheirStatusAndSayWhatToDo(arguments: [String], status: Int32, words: String) throws {
        let lab = try Lab()
        try lab.write("sweep.yaml", config)
        let result = try lab.muster(arguments)
        #expect(result.status == status, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }
}

@Suite struct SurvivalTests {
    @Test func aCommandThatDoesNotReadItsInputIsNoDeath() throws {
        let lab = try Lab()
        let points = (0..<3000).map { "\($0)" }.joined(separator: ", ")
        try lab.write(
            "c.yaml",
            "experiment: {name: x, dataset_root: data}\npipeline: {command: 'true'}\nsweep: {matrix: {a: [\(points)]}}\n"
        )
        let plan = try lab.muster(["plan", "c.yaml"])
        #expect(plan.status == 0 && plan.output.contains("9000 jobs"), "\(plan.status) \(plan.errors)")
    }
}
