import Foundation
import MusterCore
import Testing

/// A run whose machine is lost in the middle, and what was saved of it: history, results with their store, run folder.
@Suite struct RestoreTests {
    /// A lab in whose folder `old` a run of four jobs and two shared stage runs lies: some succeeded, the others were
    /// running when client and agent died.
    private func lost() throws -> (lab: Lab, run: String) {
        let lab = try Lab(scenes: [])
        for scene in ["a", "b"] {
            try FileManager.default.createDirectory(
                atPath: "\(lab.folder)/old/data/\(scene)", withIntermediateDirectories: true)
            try lab.write("old/data/\(scene)/in.txt", "scene \(scene)\n")
        }
        try lab.write("old/here.yaml", "name: here\nbackend: local\nworkdir: \(lab.folder)/old/site\n")
        try lab.write(
            "old/prepare.sh", "#!/bin/sh\necho prepared >> \(lab.folder)/prepared\ncat $1/in.txt > $2/ready.txt\n")
        try lab.write(
            "old/sweep.yaml",
            """
            experiment: {name: wander, dataset_root: data, output_root: results/wander}
            pipeline:
              stages:
                - name: prepare
                  command: [sh, \(lab.folder)/old/prepare.sh, "{scene.path}", "{output_dir}"]
                  produces: {ready: ready.txt}
                - name: train
                  requires: [ready]
                  command: "[ {stage.lr} = 1 ] || [ -e \(lab.folder)/go ] || sleep 300; cat {output_dir}/ready.txt > {output_dir}/out.txt; echo {stage.lr} >> {output_dir}/out.txt"
            stages: {train: {lr: 1}}
            sweep: {matrix: {train.lr: [1, 2]}}
            resources: {cpus: 1}
            provenance: {inputs: true}
            """)
        let first = try lab.start(["run", "old/sweep.yaml", "--cluster", "old/here.yaml"], environment: old(lab))
        let runs = "\(lab.folder)/old/site/runs"
        let run = try lab.wait(for: "a run") { try? FileManager.default.contentsOfDirectory(atPath: runs).first }
        _ = try lab.wait(for: "the end of two jobs, and the beginning of the others") {
            let shown = try peek(lab, run)
            return shown.filter { $0["outcome"] == "succeeded" }.count == 2
                && shown.filter { $0["outcome"] == "running" }.count == 2 ? true : nil
        }
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        for token in try FileManager.default.contentsOfDirectory(atPath: "\(runs)/\(run)/submissions") {
            let id = try String(contentsOfFile: "\(runs)/\(run)/submissions/\(token)/id", encoding: .utf8)
            if let pid = Int32(id.split(separator: " ")[0]) { kill(pid, SIGKILL) }
        }
        return (lab, run)
    }

    private func old(_ lab: Lab) -> [String: String] { ["MUSTER_STATE": "\(lab.folder)/old/state"] }

    private func peek(_ lab: Lab, _ run: String) throws -> [JSON] {
        let process = Process()
        process.executableURL = URL(filePath: "\(Lab.programs)/muster")
        process.arguments = ["history", "show", run, "--json"]
        process.environment = ProcessInfo.processInfo.environment.merging(old(lab)) { $1 }
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (try? JSON(parsing: Array(bytes)))?["jobs"]?.array ?? []
    }

    @Test func aRunGoesOnFromItsHistoryStoreAndFolderOnAnotherMachine() throws {
        let (lab, run) = try lost()
        // Nothing of the first machine is where it was.
        let files = FileManager.default
        for folder in ["new/cluster/runs", "new/inputs"] {
            try files.createDirectory(atPath: "\(lab.folder)/\(folder)", withIntermediateDirectories: true)
        }
        for (from, to) in [
            ("old/site/runs/\(run)", "new/cluster/runs/\(run)"), ("old/results/wander", "new/kept"),
            ("old/data", "new/inputs/data"), ("old/prepare.sh", "new/prepare.sh"), ("old/state", "new/saved"),
        ] {
            try files.moveItem(atPath: "\(lab.folder)/\(from)", toPath: "\(lab.folder)/\(to)")
        }
        try files.removeItem(atPath: "\(lab.folder)/old")
        try lab.write("there.yaml", "name: there\nbackend: local\nworkdir: \(lab.folder)/new/cluster\n")
        #expect(try lab.muster(["history", "import", "new/saved"]).status == 0)
        let attach = ["attach", "there.yaml:\(run)", "--home", "new/kept"]
        let blind = try lab.muster(attach)
        #expect(blind.status == 0 && blind.errors.contains("--moved OLD=NEW"), "\(blind.errors)")
        let moves = [
            "\(lab.folder)/old/results/wander=\(lab.folder)/new/kept",
            "\(lab.folder)/old/data=\(lab.folder)/new/inputs/data", "\(lab.folder)/old=\(lab.folder)/new",
        ]
        let attached = try lab.muster(attach + moves.flatMap { ["--moved", $0] })
        #expect(attached.status == 0 && !attached.errors.contains("--moved"), "\(attached.errors)")
        try lab.write("go", "")
        let resumed = try lab.muster(["resume", run, "--watch"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        let jobs = try lab.jobs(run)
        #expect(jobs.map { $0["outcome"] } == Array(repeating: "succeeded", count: 4))
        #expect(jobs.map { $0["attempts"]?.array?.count }.sorted { ($0 ?? 0) < ($1 ?? 0) } == [1, 1, 2, 2])
        for job in jobs {
            let output = try #require(job["output"]?.string)
            #expect(output.hasPrefix("\(lab.folder)/new/kept/"))
            let (scene, lr) = (job["scene"]?.string ?? "", job["id"]?.string?.contains("lr-1") == true ? 1 : 2)
            #expect(try String(contentsOfFile: "\(output)/out.txt", encoding: .utf8) == "scene \(scene)\n\(lr)\n")
        }
        // What was prepared once is not prepared again: the store came along.
        #expect(try String(contentsOfFile: "\(lab.folder)/prepared", encoding: .utf8) == "prepared\nprepared\n")
        // One command leads back from a result, also from one of the first machine.
        let result = try #require(jobs.first { $0["attempts"]?.array?.count == 1 }?["output"]?.string)
        let whence = try lab.muster(["whence", "\(result)/out.txt", "--json"])
        #expect(whence.status == 0 && whence.output.contains(run), "\(whence.errors)")
        #expect(!files.fileExists(atPath: "\(lab.folder)/old"), "nothing was made where the first machine had it")
    }

    @Test func aCopyIsGoneOnWithOnlyWhenToldSo() throws {
        let (lab, run) = try lost()
        let (from, to) = ("\(lab.folder)/old/site/runs/\(run)", "\(lab.folder)/copy/runs/\(run)")
        try FileManager.default.createDirectory(atPath: "\(lab.folder)/copy/runs", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: from, toPath: to)
        try lab.write("there.yaml", "name: there\nbackend: local\nworkdir: \(lab.folder)/copy\n")
        let attach = ["attach", "there.yaml:\(run)"]
        let refused = try lab.muster(attach)
        #expect(refused.status == 2 && refused.errors.contains("--moved \(from)=\(to)"), "\(refused.errors)")
        #expect(try lab.muster(attach + ["--moved", "nothing"]).status == 2)
        let attached = try lab.muster(attach + ["--moved", "\(from)=\(to)"])
        #expect(attached.status == 0, "\(attached.errors)")
        // The agent did not come along, and is put there.
        try lab.write("go", "")
        let resumed = try lab.muster(["resume", run, "--watch"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(FileManager.default.fileExists(atPath: "\(lab.folder)/copy/agent"))
    }

    @Test func aPurgedAgentIsPutBack() throws {
        let (lab, run) = try lost()
        let agents = "\(lab.folder)/old/site/agent"
        try FileManager.default.removeItem(atPath: agents)
        // A run that another version of the agent was delivered for.
        let script = "\(lab.folder)/old/site/runs/\(run)/job.sh"
        let text = try String(contentsOfFile: script, encoding: .utf8)
        try Data(text.replacing(/agent\/[0-9a-f]{16}\//, with: "agent/0123456789abcdef/").utf8).write(
            to: URL(filePath: script))
        try lab.write("go", "")
        let watched = try lab.muster(["watch", run], environment: old(lab))
        #expect(watched.status == 0 && watched.errors.contains("put there again"), "\(watched.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: agents).count == 1)
    }
}
