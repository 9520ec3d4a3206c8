import Foundation
import MusterCore
import TestSupport
import Testing

/// `muster doctor` on a real cluster, well and broken in each way that it knows.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmDoctorTests {
    private let lab: Lab
    private let good: String
    private let home: String

    init() throws {
        lab = try TestCluster.lab(scenes: []).lab
        good = try TestCluster.text("\(lab.folder)/testbed.yaml")
        home = try TestCluster.home()
    }

    private struct Findings {
        var status: Int32
        var checks: [JSON]
        var text: String { checks.map(\.line).joined(separator: "\n") }

        func check(_ name: String) -> JSON? { checks.first { $0["name"]?.string == name } }
        func isWrong(_ name: String, _ result: String, cure: String) -> Bool {
            guard let check = check(name), check["status"] == "wrong" else { return false }
            return check["result"]?.string?.contains(result) == true && check["cure"]?.string?.contains(cure) == true
        }
    }

    /// Examines the cluster with the line that begins with `key` replaced.
    private func doctor(_ key: String = "", _ line: String = "", _ words: String...) throws -> Findings {
        var text = good
        if !key.isEmpty {
            let lines = good.split(separator: "\n").map { $0.hasPrefix(key) ? line : String($0) }
            text = (lines.contains(line) ? lines : lines + [line]).joined(separator: "\n") + "\n"
        }
        try lab.write("other.yaml", text)
        let result = try lab.muster(["doctor", "other.yaml", "--json"] + words)
        return Findings(status: result.status, checks: result.json?["checks"]?.array ?? [])
    }

    /// No job of ours, and no folder that an examination worked in.
    private func expectNothingLeft() throws {
        let jobs = try TestCluster.run("squeue", ["-h", "-u", "hpcuser", "-o", "%j"])
        #expect(!jobs.contains("muster.doctor"), "\(jobs)")
        let workdir = try? FileManager.default.contentsOfDirectory(atPath: "\(home)/muster")
        #expect(!(workdir ?? []).contains { $0.hasPrefix(".doctor") }, "\(workdir ?? [])")
    }

    @Test func aGoodClusterIsWellAllThrough() throws {
        let first = try doctor()
        #expect(first.status == 0, "\(first.text)")
        #expect(first.checks.allSatisfy { $0["status"] == "ok" || $0["status"] == "skipped" }, "\(first.text)")
        #expect(first.check("job")?["cure"] == "muster doctor other.yaml --job")
        let second = try doctor("", "", "--job", "--gpus", "1")
        #expect(second.status == 0, "\(second.text)")
        #expect(second.checks.allSatisfy { $0["status"] == "ok" }, "\(second.text)")
        for name in [
            "host key", "login", "partition main", "account", "claims on a node", "clock of a node", "way direct",
        ] {
            #expect(second.check(name) != nil, "\(name)")
        }
        try expectNothingLeft()
    }

    @Test func anUnknownHostKeyIsToldWithItsFingerprint() throws {
        try lab.write("known", "")
        let found = try doctor("known_hosts:", "known_hosts: \(lab.folder)/known")
        #expect(found.status == 4)
        #expect(found.isWrong("host key", "SHA256:", cure: "ssh 127.0.0.1"), "\(found.text)")
        #expect(found.check("workdir")?["result"] == "needs: login", "\(found.text)")
        #expect(found.check("connection")?["status"] == "ok")
    }

    @Test func aRefusedKeyIsToldWithWhatWasTried() throws {
        try TestCluster.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(lab.folder)/id"])
        let found = try doctor("identity_file:", "identity_file: \(lab.folder)/id")
        #expect(found.status == 4)
        #expect(found.isWrong("login", "\(lab.folder)/id: refused", cure: "identity_file"), "\(found.text)")
        #expect(found.check("host key")?["status"] == "ok")
    }

    @Test func aHostThatDoesNotAnswer() throws {
        let found = try doctor("port:", "port: 1")
        #expect(found.status == 4)
        #expect(found.isWrong("connection", "127.0.0.1", cure: "port"), "\(found.text)")
        #expect(found.check("host key")?["status"] == "skipped")
    }

    @Test func slurmOutsideOfThePathAndStartFilesThatTalk() throws {
        // Every program of the login node but Slurm's, for shells that are no login shells.
        let bin = "\(home)/few"
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: "/usr/bin")
        where !["sbatch", "squeue", "sacct", "scontrol", "sinfo", "scancel", "srun"].contains(name) {
            try? FileManager.default.createSymbolicLink(
                atPath: "\(bin)/\(name)", withDestinationPath: "/usr/bin/\(name)")
        }
        try Data("echo 'Welcome to the cluster'\nPATH=\(bin)\n".utf8).write(to: URL(filePath: "\(home)/.bashrc"))
        defer { _ = try? TestCluster.run("rm", ["-rf", "\(home)/.bashrc", bin]) }
        let found = try doctor("", "", "--job")
        #expect(found.status == 1)
        #expect(found.isWrong("slurm programs", "sbatch", cure: "export PATH=/usr/bin:$PATH"), "\(found.text)")
        #expect(
            found.check("job")?["status"] == "skipped" && found.check("workdir")?["status"] == "ok", "\(found.text)")
        #expect(found.check("shell noise")?["status"] == "warning")
        #expect(found.check("shell noise")?["result"]?.string?.contains("Welcome to the cluster") == true)
    }

    @Test func aWorkdirThatCanNotBeMade() throws {
        let found = try doctor("workdir:", "workdir: /usr/share/muster-work")
        #expect(found.status == 1)
        #expect(found.isWrong("workdir", "Permission denied", cure: "workdir"), "\(found.text)")
        #expect(found.check("claims")?["result"] == "needs: workdir")
        #expect(!FileManager.default.fileExists(atPath: "/usr/share/muster-work"))
    }

    @Test func aCollectorThatNodesDoNotReach() throws {
        let loopback = try doctor("  address:", "  address: 127.0.0.1", "--job")
        #expect(loopback.status == 1)
        #expect(loopback.isWrong("way direct", "127.0.0.1", cure: "collector.address"), "\(loopback.text)")
        #expect(loopback.check("way files")?["status"] == "ok")
        let foreign = try doctor("  address:", "  address: 192.0.2.1", "--job")
        #expect(foreign.isWrong("collector address", "192.0.2.1", cure: "collector.address"), "\(foreign.text)")
        #expect(foreign.check("job")?["status"] == "ok" && foreign.check("way direct")?["status"] == "skipped")
        try expectNothingLeft()
    }

    @Test func aRelayThatNodesReachAndSuchAsTheyDoNot() throws {
        func relay(at interface: String) throws -> Findings {
            try doctor("  way:", "  way: attached\n  interface: \(interface)", "--job")
        }
        let well = try relay(at: "10.77.0.1")
        #expect(well.status == 0, "\(well.text)")
        #expect(well.check("relay address")?["status"] == "ok" && well.check("way attached")?["status"] == "ok")
        #expect(well.check("way direct") == nil)
        let loopback = try relay(at: "lo")
        #expect(loopback.status == 1)
        #expect(loopback.check("relay address")?["result"]?.string?.contains("127.0.0.1") == true, "\(loopback.text)")
        #expect(loopback.isWrong("way attached", "127.0.0.1", cure: "collector.interface"), "\(loopback.text)")
        let foreign = try relay(at: "192.0.2.1")
        #expect(foreign.isWrong("relay address", "192.0.2.1", cure: "collector.interface"), "\(foreign.text)")
        #expect(foreign.check("job")?["status"] == "ok" && foreign.check("way attached")?["status"] == "skipped")
        #expect(try LoginNode.ports().isEmpty)
        try expectNothingLeft()
    }

    @Test func aPartitionAndAPrologueThatDoNotWork() throws {
        let partition = try doctor("partition:", "partition: mian")
        #expect(partition.isWrong("partition mian", "did you mean 'main'", cure: "main"), "\(partition.text)")
        let prologue = try doctor("prologue:", "prologue: echo no such module >&2; exit 3", "--job")
        #expect(prologue.isWrong("job", "no such module", cure: "prologue"), "\(prologue.text)")
        let template = try doctor("template:", "template: nosuch", "--job")
        #expect(template.check("job")?["result"]?.string?.contains("no script template 'nosuch'") == true)
        try expectNothingLeft()
    }

    @Test func accountingAndThenTheControllerDoNotAnswer() throws {
        try TestCluster.verb("kill-dbd")
        defer { _ = try? TestCluster.verb("start-dbd") }
        let silent = try doctor()
        #expect(silent.status == 0 && silent.check("accounting")?["status"] == "warning", "\(silent.text)")
        try TestCluster.verb("restart-ctld")
        try TestCluster.verb("kill-ctld")
        defer { _ = try? TestCluster.verb("start-ctld") }
        let found = try doctor("", "", "--job")
        #expect(found.status == 1)
        #expect(found.isWrong("controller", "DOWN", cure: "scontrol ping"), "\(found.text)")
        #expect(found.check("partitions")?["status"] == "skipped" && found.check("claims")?["status"] == "ok")
    }

    @Test func aNodeThatIsCutOff() throws {
        try TestCluster.verb("cut", "n1")
        defer {
            _ = try? TestCluster.verb("heal", "n1")
            _ = try? TestCluster.verb("resume")
        }
        _ = try lab.wait(for: "the controller's word on n1") {
            try TestCluster.run("sinfo", ["-h", "-N", "-n", "n1", "-o", "%T"]).contains("down") ? true : nil
        }
        let found = try doctor("slurm:", "slurm: {nodelist: n1}", "--job")
        #expect(found.status == 1)
        #expect(found.isWrong("job", "n1", cure: "sinfo -R"), "\(found.text)")
        #expect(
            found.check("partition main")?["result"]?.string?.contains("2 of 3 nodes in service") == true,
            "\(found.text)")
        try expectNothingLeft()
    }

    @Test func anInterruptionLeavesNothingBehind() throws {
        try lab.write("later.yaml", good + "slurm: {begin: now+600}\n")
        let doctor = try lab.start(["doctor", "later.yaml", "--job"])
        _ = try lab.wait(for: "the job in the queue") {
            try TestCluster.run("squeue", ["-h", "-u", "hpcuser", "-o", "%j"]).contains("muster.doctor") ? true : nil
        }
        kill(doctor.processIdentifier, SIGINT)
        doctor.waitUntilExit()
        #expect(doctor.terminationStatus == 130, "\(lab.errors)")
        try expectNothingLeft()
    }
}
