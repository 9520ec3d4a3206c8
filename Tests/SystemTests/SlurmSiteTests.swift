import Foundation
import MusterCore
import TestSupport
import Testing

/// A real Slurm describes itself, and a run goes by that description.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmSiteTests {
    private let lab: Lab
    private let data: String

    init() throws {
        (lab, data) = try TestCluster.lab(scenes: ["a", "b"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: site, dataset_root: \(data)}
            pipeline: {command: [hostname]}
            packing: element
            resources: {memory: 64M, time: 2m, gpus: 1}
            """)
    }

    /// What the login of the test cluster needs beside its host.
    private func login() throws -> [String] {
        let lines = try TestCluster.text("\(lab.folder)/testbed.yaml").split(separator: "\n")
        func value(_ key: String) -> String {
            lines.first { $0.hasPrefix("\(key): ") }.map { String($0.dropFirst(key.count + 2)) } ?? ""
        }
        return [
            value("host"), "--port", value("port"), "--user", value("user"), "--identity-file",
            value("identity_file"), "--known-hosts", value("known_hosts"),
        ]
    }

    @Test func aDiscoveredSiteRunsASweep() throws {
        let found = try lab.muster(["clusters", "discover"] + login() + ["--name", "found", "--output", "found.yaml"])
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.errors.contains("workdir: ~/muster ("), "\(found.errors)")
        let text = try TestCluster.text("\(lab.folder)/found.yaml")
        #expect(text.contains("  main: {default: true, gpus: {fake: 2}, cpus: 4, "), "\(text)")
        let check = try lab.muster(["check", "sweep.yaml", "--cluster", "found.yaml"])
        #expect(check.status == 0, "\(check.output)\(check.errors)")
        #expect(check.output.contains("to start at"), "\(check.output)")
        let run = try lab.muster(["run", "sweep.yaml", "--cluster", "found.yaml", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.json?["jobs"]?.array?.count == 2)
        // A run is found again although its cluster file lost the folder.
        let rest = text.split(separator: "\n").filter { !$0.hasPrefix("workdir:") }.joined(separator: "\n")
        try lab.write("found.yaml", rest + "\n")
        let status = try lab.muster(["status"])
        #expect(status.status == 0, "\(status.errors)")
        let again = try lab.muster(["plan", "sweep.yaml", "--cluster", "found.yaml"])
        #expect(again.status == 3 && again.errors.contains("~/muster ("), "\(again.errors)")
    }

    @Test func thePartitionIsChosenByFit() throws {
        try TestCluster.run("scontrol", ["update", "PartitionName=main", "MaxTime=00:01:00"])
        defer { _ = try? TestCluster.run("scontrol", ["update", "PartitionName=main", "MaxTime=INFINITE"]) }
        let lines = try TestCluster.text("\(lab.folder)/testbed.yaml").split(separator: "\n")
        try lab.write(
            "free.yaml", lines.filter { !$0.hasPrefix("partition:") }.joined(separator: "\n") + "\n")
        let run = try lab.muster(["run", "sweep.yaml", "--cluster", "free.yaml", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("note: jobs go to partition 'urgent'"), "\(run.errors)")
        #expect(run.json?["scheduler_calls"]?["sbatch"] == 1)
        let script = try lab.muster(["script", "sweep.yaml", "--cluster", "free.yaml"])
        #expect(script.output.contains("#SBATCH --partition=urgent"), "\(script.errors)")
        let named = try lab.muster(["plan", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(named.status == 3 && named.errors.contains("partition 'urgent' takes it"), "\(named.errors)")
    }

    @Test func aCheckFindsWhatARunWouldMeet() throws {
        func check(_ settings: String...) throws -> Lab.Result {
            try lab.muster(
                ["check", "sweep.yaml", "--cluster", "testbed.yaml"] + settings.flatMap { ["--set", $0] })
        }
        let program = try check("pipeline.command=[nosuchprogram]")
        #expect(program.status == 1 && program.output.contains("wrong    program"), "\(program.output)")
        let scene = try check("experiment.scenes=[a, zz]")
        #expect(scene.status == 3 && scene.output.contains("wrong    scenes"), "\(scene.output)")
        try TestCluster.run("scontrol", ["update", "PartitionName=main", "MaxTime=00:10:00"])
        defer { _ = try? TestCluster.run("scontrol", ["update", "PartitionName=main", "MaxTime=INFINITE"]) }
        let time = try check("resources.time=1h")
        #expect(time.status == 3 && time.output.contains("0-00:10:00 (MaxTime of partition 'main')"), "\(time.output)")
    }

    @Test func whatOnlySlurmKnowsIsItsRefusal() throws {
        let good = try TestCluster.text("\(lab.folder)/testbed.yaml")
        try lab.write("other.yaml", good + "slurm: {reservation: nosuch}\n")
        let result = try lab.muster(["check", "sweep.yaml", "--cluster", "other.yaml"])
        #expect(result.status == 5 && result.output.contains("wrong    sbatch"), "\(result.output)")
    }
}
