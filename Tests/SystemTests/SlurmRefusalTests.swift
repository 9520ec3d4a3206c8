import Foundation
import MusterCore
import TestSupport
import Testing

/// Each obstacle on the way to a cluster has its own clear error and status.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmRefusalTests {
    private let lab: Lab
    private let good: String

    init() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a"])
        self.lab = lab
        good = try TestCluster.text("\(lab.folder)/testbed.yaml")
        try lab.write(
            "sweep.yaml",
            "experiment: {name: no, dataset_root: \(data)}\npipeline: {command: [\"true\"]}\nresources: {time: 5m}\n")
    }

    /// Submits with the line of `key` replaced.
    private func submit(_ key: String, _ value: String) throws -> Lab.Result {
        let lines = good.split(separator: "\n").map { $0.hasPrefix("\(key):") ? "\(key): \(value)" : String($0) }
        try lab.write("other.yaml", lines.joined(separator: "\n") + "\n")
        return try lab.muster(["submit", "sweep.yaml", "--cluster", "other.yaml"])
    }

    @Test func aPartitionThatIsNotThereIsRefusedWithItsPlace() throws {
        let result = try submit("partition", "nosuch")
        #expect(result.status == 5, "\(result.errors)")
        #expect(result.errors.contains("other.yaml:") && result.errors.contains("main"), "\(result.errors)")
        #expect(result.errors.contains("'partition: main'"), "\(result.errors)")
    }

    @Test func aRefusalLeavesNothingInTheWay() throws {
        try lab.write("other.yaml", good + "slurm: {reservation: nosuch}\n")
        let refused = try lab.muster(["submit", "sweep.yaml", "--cluster", "other.yaml"])
        #expect(refused.status == 5, "\(refused.errors)")
        #expect(refused.errors.contains("scontrol show reservation"), "\(refused.errors)")
        let again = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test func moreTimeThanThePartitionHasIsAMistakeOfTheConfig() throws {
        try TestCluster.run("scontrol", ["update", "PartitionName=spot", "MaxTime=00:10:00"])
        defer { _ = try? TestCluster.run("scontrol", ["update", "PartitionName=spot", "MaxTime=INFINITE"]) }
        try lab.write("spot.yaml", good.replacing("partition: main", with: "partition: spot"))
        let result = try lab.muster([
            "plan", "sweep.yaml", "--cluster", "spot.yaml", "--set", "resources.time=1h",
        ])
        #expect(result.status == 3, "\(result.errors)")
        #expect(result.errors.contains("00:10:00") && result.errors.contains("'spot'"), "\(result.errors)")
    }

    @Test func anUnreachableHost() throws {
        let result = try submit("port", "1")
        #expect(result.status == 4, "\(result.errors)")
        #expect(result.errors.contains("127.0.0.1"), "\(result.errors)")
    }

    @Test func aRefusedKey() throws {
        try TestCluster.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(lab.folder)/id"])
        let result = try submit("identity_file", "\(lab.folder)/id")
        #expect(result.status == 4, "\(result.errors)")
        #expect(result.errors.contains("refused") || result.errors.contains("accepted"), "\(result.errors)")
        #expect(result.errors.contains("hpcuser"), "\(result.errors)")
    }

    @Test func anUnknownHostKeyIsRefusedInScripts() throws {
        try lab.write("known", "")
        let result = try submit("known_hosts", "\(lab.folder)/known")
        #expect(result.status == 4, "\(result.errors)")
        #expect(result.errors.contains("no key of"), "\(result.errors)")
        #expect(result.errors.contains("SHA256:"), "\(result.errors)")
        #expect(try TestCluster.text("\(lab.folder)/known").isEmpty)
    }

    @Test func aChangedHostKeyIsAlwaysRefused() throws {
        try TestCluster.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(lab.folder)/host"])
        let key = try TestCluster.text("\(lab.folder)/host.pub").split(separator: " ").prefix(2).joined(separator: " ")
        let port = try #require(ProcessInfo.processInfo.environment["TESTCLUSTER_SSH_PORT"])
        try lab.write("known", "[127.0.0.1]:\(port) \(key)\n")
        let result = try submit("known_hosts", "\(lab.folder)/known")
        #expect(result.status == 4, "\(result.errors)")
        #expect(result.errors.contains("changed"), "\(result.errors)")
    }

    @Test func aMachineWithoutSlurm() throws {
        // Every program of this machine but Slurm's.
        let bin = "\(lab.folder)/bin"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: "/usr/bin")
        where !["sbatch", "squeue", "sacct", "scontrol", "sinfo", "scancel", "srun"].contains(name) {
            try FileManager.default.createSymbolicLink(
                atPath: "\(bin)/\(name)", withDestinationPath: "/usr/bin/\(name)")
        }
        try lab.write("here.yaml", "name: here\nbackend: slurm\nworkdir: \(lab.folder)/work\n")
        let result = try lab.muster(["submit", "sweep.yaml", "--cluster", "here.yaml"], path: bin)
        #expect(result.status == 5, "\(result.errors)")
        #expect(result.errors.contains("not found"), "\(result.errors)")
        #expect(result.errors.contains("PATH") || result.errors.contains("path"), "\(result.errors)")
    }
}
