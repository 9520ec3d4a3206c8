import Foundation
import MusterCore
import Testing

/// On the project's own Slurm cluster, which Tests/run.sh brings up.
private let cluster = ProcessInfo.processInfo.environment["MUSTER_TEST_CLUSTER"]

@Suite(.serialized, .enabled(if: cluster != nil, "no test cluster: run Tests/run.sh as root"))
struct SlurmRunTests {
    private func lab(scenes: [String]) throws -> (Lab, String) {
        let lab = try Lab()
        let home = try #require(ProcessInfo.processInfo.environment["TESTCLUSTER_HOME"])
        let data = "\(home)/data-\(UUID().uuidString.prefix(8))"
        for scene in scenes {
            try FileManager.default.createDirectory(atPath: "\(data)/\(scene)", withIntermediateDirectories: true)
        }
        try run("chown", ["-R", "hpcuser:", data])
        try run(
            #filePath.replacing("SystemTests/SlurmRunTests.swift", with: "Cluster/testcluster"),
            ["cluster-file", "\(lab.folder)/testbed.yaml"])
        return (lab, data)
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test func aSweepRunsOnThreeNodesWithOneSubmissionAndComesHome() throws {
        let (lab, data) = try lab(scenes: ["a", "b", "c", "d", "e", "f"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: three, dataset_root: \(data)}
            pipeline: {command: "hostname > {output_dir}/host.txt; sleep 2"}
            packing: element
            resources: {memory: 64M, time: 5m, cpus: 2}
            collect: all
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        #expect(jobs.count == 6)
        #expect(jobs.allSatisfy { $0["outcome"] == "succeeded" })
        #expect(Set(jobs.compactMap { $0["attempts"]?.array?.first?["node"]?.string }).count == 3)
        #expect(result.json?["scheduler_calls"]?["sbatch"] == 1)
        #expect(result.json?["scheduler_calls"]?["squeue"] == 0)
        #expect(FileManager.default.fileExists(atPath: "\(lab.folder)/results/three/c/host.txt"))
    }

    @Test func memoryBeyondTheLimitIsOOMEvenWhenThePipelineSwallowsIt() throws {
        let (lab, data) = try lab(scenes: ["a", "b"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: oom, dataset_root: \(data)}
            pipeline:
              command: "[ {scene.name} = b ] || python3 -c 'x = bytearray(400 << 20)'; exit 0"
            packing: element
            resources: {memory: 64M, time: 5m}
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 1, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        #expect(jobs.map { $0["outcome"] } == ["oom_host", "succeeded"])
        let attempt = try #require(jobs[0]["attempts"]?.array?.first)
        #expect((attempt["oom_kills"]?.int ?? 0) >= 1)
        #expect((attempt["peak_rss_bytes"]?.int ?? 0) > 32 << 20)
        #expect(attempt["cause"]?.string?.contains("64") == true, "\(attempt.line)")
    }

    @Test func theScheduleresRefusalAndAMissingHostHaveTheirOwnStatus() throws {
        let (lab, data) = try lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml",
            "experiment: {name: no, dataset_root: \(data)}\npipeline: {command: [\"true\"]}\nresources: {time: 5m}\n")
        let good = try String(contentsOfFile: "\(lab.folder)/testbed.yaml", encoding: .utf8)
        try lab.write("bad.yaml", good.replacing("partition: main", with: "partition: nosuch"))
        let refused = try lab.muster(["submit", "sweep.yaml", "--cluster", "bad.yaml"])
        #expect(refused.status == 5, "\(refused.errors)")
        #expect(refused.errors.contains("sinfo"))
        try lab.write("far.yaml", good.replacing("port: ", with: "port: 1 #"))
        let far = try lab.muster(["submit", "sweep.yaml", "--cluster", "far.yaml"])
        #expect(far.status == 4, "\(far.errors)")
        let known = "\(lab.folder)/known"
        try Data().write(to: URL(filePath: known))
        try lab.write(
            "unknown.yaml",
            good.split(separator: "\n").map { $0.hasPrefix("known_hosts") ? "known_hosts: \(known)" : $0 }.joined(
                separator: "\n"))
        let unknown = try lab.muster(["submit", "sweep.yaml", "--cluster", "unknown.yaml"])
        #expect(unknown.status == 4, "\(unknown.errors)")
        #expect(unknown.errors.contains("key"), "\(unknown.errors)")
    }
}
