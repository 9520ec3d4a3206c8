import Foundation
import MusterCore
import MusterHistory
import TestSupport
import Testing

/// What people and scripts read.
@Suite struct ReportTests {
    private let key = AttemptKey(job: 0, generation: 0, element: "7_1", restart: 0)

    private func filled(_ folder: StateFolder) throws -> History {
        let history = try folder.history()
        let levels = JSON.Member("stage.levels", .array([2, 4]))
        try history.registerRun(
            plan(jobs: 3), jobs: [row(0, scene: "a", values: [levels]), row(1, scene: "b"), row(2, scene: "c")],
            registration())
        var teller = Teller(1)
        let local = AttemptKey(job: 1, generation: 0, element: "local-5-6", restart: 0)
        let facts = [
            teller.tell(.schedulerCalls([.init("sbatch", 1)]), at: 1),
            teller.tell(.jobStarted(key, node: "n1", slot: 0, folder: "/f"), at: 2),
            teller.tell(.stageStarted(key, stage: "s", pid: 4), at: 3),
            teller.tell(
                .stageEnded(
                    key, stage: "s",
                    Ending(
                        outcome: .failed, exitCode: 3, duration: 1_500_000, peakGPU: 512,
                        usage: Usage(
                            cpu: 2_500_000, read: 1, written: 2, pss: 3, group: 4,
                            gpus: [GPUPeak(id: "GPU-1", memory: 512, utilization: 40.5)])), reused: false),
                at: 5),
            teller.tell(.gpuError(key, stage: "s", GPUError(gpu: "GPU-1", kind: .ecc, number: 2)), at: 5),
            teller.tell(
                .jobEnded(
                    key,
                    Ending(outcome: .failed, cause: "stage s: exit 3", exitCode: 3, duration: 3_250_000, peakRSS: 1024),
                    superseded: false), at: 6),
            teller.tell(.jobStarted(local, node: "n1", slot: 0, folder: "/f"), at: 7),
        ]
        try history.append(facts)
        return history
    }

    @Test func theReportOfARun() throws {
        let folder = StateFolder()
        let history = try filled(folder)
        let expected = """
            {"schema":1,"run":"r","sweep":"sweep","cluster":"local","way":null,"started":"2027-01-15T08:00:00.000Z","ended":null,\
            "jobs":[{"id":"a","scene":"a","point":{"stage.levels":[2,4]},"outcome":"failed","cached":false,\
            "attempts":[{"number":1,"retry":null,"node":"n1","slurm_job":"7_1","outcome":"failed","cause":"stage s: exit 3",\
            "exit_code":3,"signal":null,"started":"2027-01-15T08:00:02.000Z","ended":"2027-01-15T08:00:06.000Z",\
            "duration_s":3.25,"peak_rss_bytes":1024,"peak_gpu_bytes":null,\
            "gpu_errors":[{"stage":"s","gpu":"GPU-1","error":"ecc","number":2,\
            "words":"GPU-1: 2 memory errors that could not be corrected"}],"oom_kills":0,\
            "stages":[{"name":"s","outcome":"failed","started":"2027-01-15T08:00:03.000Z",\
            "ended":"2027-01-15T08:00:05.000Z","duration_s":1.5,"peak_rss_bytes":null,"peak_pss_bytes":3,\
            "peak_group_bytes":4,"peak_gpu_bytes":512,"gpu_utilization":40.5,"cpu_s":2.5,"read_bytes":1,\
            "written_bytes":2,"gpus":[{"id":"GPU-1","peak_bytes":512,"utilization":40.5}]}]}]},\
            {"id":"b","scene":"b","point":{},"outcome":"running","cached":false,\
            "attempts":[{"number":1,"retry":null,"node":"n1","slurm_job":null,"outcome":"running","cause":null,\
            "exit_code":null,"signal":null,"started":"2027-01-15T08:00:07.000Z","ended":null,\
            "duration_s":null,"peak_rss_bytes":null,"peak_gpu_bytes":null,"gpu_errors":[],"oom_kills":0,"stages":[]}]},\
            {"id":"c","scene":"c","point":{},"outcome":"planned","cached":false,"attempts":[]}],\
            "scheduler_calls":{"sbatch":1,"squeue":0,"sacct":0,"scancel":0,"scontrol":0,"sinfo":0,"sacctmgr":0,"srun":0}}
            """
        #expect(try history.report(of: "last").line == expected)
    }

    @Test func theListCounts() throws {
        let folder = StateFolder()
        let history = try filled(folder)
        let first = try #require(HistoryReport.list(try history.runs())["runs"]?.array?.first)
        #expect(
            ["jobs", "succeeded", "failed", "cancelled", "running", "waiting"].map { first[$0]?.int }
                == [3, 0, 1, 0, 1, 1])
    }

    @Test func runsAreFoundByPrefix() throws {
        let folder = StateFolder()
        let history = try folder.history()
        #expect(throws: HistoryError.noSuchRun("last")) { try history.run("last") }
        for (index, run) in ["20-ab", "20-ac", "30-x"].enumerated() {
            try history.registerRun(plan(run, jobs: 0), jobs: [], registration(at: -Int64(index)))
        }
        #expect(try history.run("30").run == "30-x")
        #expect(try history.run("last").run == "20-ab")
        #expect(throws: HistoryError.ambiguousRun("20-a", candidates: ["20-ab", "20-ac"])) { try history.run("20-a") }
        #expect(throws: HistoryError.noSuchRun("%")) { try history.run("%") }
        #expect(throws: HistoryError.noSuchRun("")) { try history.run("") }
    }

    @Test func theCSVHasEachEndedJobOnce() throws {
        let folder = StateFolder()
        let history = try filled(folder)
        #expect(try WorkflowHistory.append("r", of: history) == 1)
        #expect(try WorkflowHistory.append("r", of: history) == 0)
        var teller = Teller(2)
        let ended = AttemptKey(job: 1, generation: 0, element: "local-5-6", restart: 0)
        try history.append([teller.tell(.jobEnded(ended, Ending(outcome: .succeeded), superseded: false), at: 9)])
        #expect(try WorkflowHistory.append("r", of: history) == 1)
        let header =
            "timestamp,scene,experiment_name,config_path,data_path,output_root,run_dir,levels,ssam_freq,"
            + "frames_total,frames_selected,frames_ssam,parent_experiment,experiment_root,scene_output_root,"
            + "scene_index\r\n"
        let config = "\"a, \"\"b\"\".yaml\""
        let rows =
            "2027-01-15T08:00:06.000Z,a,sweep,\(config),/data/a,/out,/out/a,\"2,4\",,,,,,,,0\r\n"
            + "2027-01-15T08:00:09.000Z,b,sweep,\(config),/data/b,/out,/out/b,,,,,,,,,1\r\n"
        #expect(try String(contentsOfFile: history.recordPath, encoding: .utf8) == header + rows)
        #expect(try history.exportCSV(["r"]) == header + rows)
    }

    @Test func theCSVTellsWhereAnExperimentLies() throws {
        let folder = StateFolder()
        let history = try folder.history()
        var experiment = ExperimentRecord(configPath: "", invokedAt: "", config: .null, name: "exp")
        (experiment.parent, experiment.hasRunFolder) = ("20251022_143000", true)
        var registration = registration()
        registration.details = [.init("experiment", experiment.json)]
        var job = row(0, scene: "a")
        job.output = "/out/20251022_143000/a/run"
        try history.registerRun(plan(jobs: 1), jobs: [job], registration)
        var teller = Teller(1)
        let key = AttemptKey(job: 0, generation: 0, element: "local-1-1", restart: 0)
        try history.append([teller.tell(.jobEnded(key, Ending(outcome: .failed), superseded: false), at: 1)])
        let line = try #require(try history.exportCSV(["r"]).split(separator: "\r\n").last)
        #expect(line.hasSuffix(",exp,/out/20251022_143000,/out/20251022_143000/a,"), "\(line)")
    }

    @Test func liveSamplesAreTheLatestOfRunningStages() throws {
        let folder = StateFolder()
        let history = try filled(folder)
        func sample(_ job: Int, _ element: String, _ second: Int64, _ done: Double) -> Event {
            Event(
                run: "r", source: FactGenerator.source(1), sequence: nil,
                time: Timestamp(seconds: 1_800_000_000 + second), monotonic: 0,
                body: .sample(
                    AttemptKey(job: job, generation: 0, element: element, restart: 0), stage: "s",
                    Reading(done: done, total: 9)))
        }
        try history.append([sample(1, "local-5-6", 20, 4), sample(1, "local-5-6", 10, 2), sample(0, "7_1", 30, 1)])
        try history.append([sample(1, "local-5-6", 15, 3)])
        let live = try history.liveSamples(of: "r")
        #expect(live.map(\.key.job) == [1])
        #expect(live.first?.reading.done == 4)
    }

    @Test func aLargeTableIsRegisteredAtOnce() throws {
        let folder = StateFolder()
        let history = try folder.history()
        let rows = (0..<100_000).map { row($0, scene: "scene\($0)") }
        let clock = ContinuousClock()
        let spent = try clock.measure { try history.registerRun(plan(jobs: rows.count), jobs: rows, registration()) }
        #expect(spent < .seconds(60))
        #expect(try history.run("r").waiting == 100_000)
    }
}
