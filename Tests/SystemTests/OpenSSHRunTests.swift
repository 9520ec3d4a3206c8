import Foundation
import MusterCore
import Testing

/// Runs over the machine's own ssh program.
@Suite(.serialized, .enabled(if: SSHServer.isInstalled, "no sshd")) struct OpenSSHRunTests {
    /// A lab with a server, and an `ssh` on its PATH that reads the lab's own configuration.
    private func lab(_ config: String = "") throws -> (Lab, SSHServer, path: String) {
        let lab = try Lab(scenes: ["a", "b"])
        for folder in ["keys", "bin"] {
            try FileManager.default.createDirectory(
                atPath: "\(lab.folder)/\(folder)", withIntermediateDirectories: true)
        }
        let server = try SSHServer(in: "\(lab.folder)/keys")
        try lab.write("ssh_config", config.replacing("LAB", with: lab.folder))
        try lab.write("bin/ssh", "#!/bin/sh\nexec /usr/bin/ssh -F \(lab.folder)/ssh_config \"$@\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(lab.folder)/bin/ssh")
        try lab.write("beside.yaml", try server.cluster(lab) + "\ntransport: openssh\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: far, dataset_root: \(lab.folder)/data}
            pipeline: {command: "echo {scene.name} > {output_dir}/out"}
            collect: all
            """)
        return (lab, server, "\(lab.folder)/bin:/usr/bin:/bin")
    }

    @Test func aSweepIsSubmittedWatchedAndCollected() throws {
        let (lab, server, path) = try lab()
        defer { withExtendedLifetime(server) {} }
        let doctor = try lab.muster(["doctor", "beside.yaml"], path: path)
        #expect(doctor.output.contains("ok       transport: the ssh program: "), "\(doctor.output)")
        #expect(doctor.output.contains("with publickey, by the ssh program"), "\(doctor.output)")
        let submit = try lab.muster(["submit", "sweep.yaml", "--cluster", "beside.yaml"], path: path)
        #expect(submit.status == 0, "\(submit.errors)")
        #expect(try lab.muster(["watch"], path: path).status == 0)
        #expect(try lab.muster(["collect"], path: path).status == 0)
        #expect(try String(contentsOfFile: "\(lab.folder)/results/far/a/out", encoding: .utf8) == "a\n")
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/state/sessions")
        #expect(left.filter { $0.hasSuffix(".ctl") }.isEmpty, "\(left)")
        #expect(
            try lab.muster(["doctor", "beside.yaml"], path: "/nonexistent").output.contains("has no program 'ssh'"))
    }

    @Test func aConnectionThatStandsIsUsedWhereNobodyIsLetInAnyMore() throws {
        let (lab, server, path) = try lab("Host *\n  ControlPath LAB/c\n")
        let text = try server.cluster(lab)
        let port = try #require(text.split(separator: "\n").first { $0.hasPrefix("port: ") }).dropFirst(6)
        let arguments = [
            "-F", "\(lab.folder)/ssh_config", "-p", "\(port)", "-l", NSUserName(), "-i", "\(lab.folder)/keys/user",
            "-o", "UserKnownHostsFile=\(lab.folder)/keys/known",
        ]
        try TestCluster.run("ssh", arguments + ["-o", "ControlPersist=10m", "-fNM", "127.0.0.1"])
        defer {
            if FileManager.default.fileExists(atPath: "\(lab.folder)/c") {
                _ = try? TestCluster.run("ssh", arguments + ["-O", "exit", "127.0.0.1"])
            }
        }
        try Data().write(to: URL(filePath: "\(lab.folder)/keys/user.pub"))
        let run = try lab.muster(["run", "sweep.yaml", "--cluster", "beside.yaml"], path: path)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try lab.jobs().allSatisfy { $0["outcome"] == "succeeded" })
        let doctor = try lab.muster(["doctor", "beside.yaml"], path: path)
        #expect(doctor.output.contains("a connection that stood"), "\(doctor.output)")
        try TestCluster.run("ssh", arguments + ["-O", "exit", "127.0.0.1"])
        let refused = try lab.muster(["run", "--new", "sweep.yaml", "--cluster", "beside.yaml"], path: path)
        #expect(refused.status == 4 && refused.errors.contains("Permission denied"), "\(refused.errors)")
        withExtendedLifetime(server) {}
    }
}
