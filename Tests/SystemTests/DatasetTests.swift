import Foundation
import MusterCore
import Testing

/// Data sets of real folders, and sweeps that are pinned to them.
@Suite(.serialized) struct DatasetTests {
    /// A lab whose data set is registered as `cells@1.0.0`.
    private func registered(_ scenes: [String] = ["s1", "s2"]) throws -> Lab {
        let lab = try Lab(scenes: scenes)
        for scene in scenes { try lab.write("data/\(scene)/frame", "frame of \(scene)\n") }
        let made = try lab.muster(["dataset", "create", "cells", "data", "--description", "first"])
        try #require(made.status == 0, "\(made.errors)")
        return lab
    }

    @Test func versionsFollowFromWhatChanged() throws {
        let lab = try registered()
        #expect(try lab.muster(["dataset", "create", "cells", "data"]).status == 2)
        #expect(try lab.muster(["dataset", "create", "a b", "data"]).status == 2)
        #expect(try lab.muster(["dataset", "create", "none", "nowhere"]).errors.contains("is not a folder"))
        #expect(try lab.muster(["dataset", "update", "cells", "data"]).output.contains("no new version"))
        func update(_ options: String...) throws -> String {
            let result = try lab.muster(["dataset", "update", "cells", "data"] + options)
            return result.output + result.errors
        }
        #expect(try update("--description", "second").hasPrefix("cells@1.0.1:"))
        try lab.write("data/s2/more", "x")
        #expect(try update("--step", "patch").contains("it is a minor one"))
        #expect(try update().hasPrefix("cells@1.1.0:"))
        try lab.write("data/s1/frame", "FRAME of s1\n")
        #expect(try update().hasPrefix("cells@2.0.0:"))
        let shown = try lab.muster(["dataset", "show", "cells@1.0.0", "--json"])
        #expect(shown.json?["members"] == .strings(["s1", "s2"]) && shown.json?["dataset"]?["description"] == "first")
        #expect(shown.json?["versions"] == .strings(["2.0.0", "1.1.0", "1.0.1", "1.0.0"]))
        let verified = try lab.muster(["dataset", "verify", "cells@1.0.0", "--json"])
        #expect(verified.status == 1 && verified.json?["same"] == false)
        #expect(verified.json?["changed"] == .strings(["s1/frame"]) && verified.json?["added"] == .strings(["s2/more"]))
        // The changed file is as long as it was: its size alone does not tell.
        let sizes = try lab.muster(["dataset", "verify", "cells@1.0.0", "--sizes", "--json"])
        #expect(sizes.json?["changed"] == .array([]) && sizes.json?["added"] == .strings(["s2/more"]))
        #expect(try lab.muster(["dataset", "verify", "cells"]).status == 0)
        // Rebuilt, and on another machine, it is known all the same.
        #expect(try lab.muster(["history", "rebuild"]).status == 0)
        let elsewhere = ["MUSTER_STATE": "\(lab.folder)/state/elsewhere"]
        #expect(try lab.muster(["history", "import", "state"], environment: elsewhere).status == 0)
        #expect(try lab.muster(["dataset", "verify", "cells@2.0.0"], environment: elsewhere).status == 0)
    }

    @Test func whatIsNoFileIsRefusedAndScenesMayBeLinks() throws {
        let lab = try Lab(scenes: ["s1"])
        let manager = FileManager.default
        try manager.createDirectory(atPath: "\(lab.folder)/far", withIntermediateDirectories: true)
        try lab.write("far/frame", "x")
        try lab.write("data/s1/a\nb \\c", "x")
        try lab.write("data/.hidden", "x")
        try manager.createSymbolicLink(atPath: "\(lab.folder)/data/s2", withDestinationPath: "../far")
        try manager.createSymbolicLink(atPath: "\(lab.folder)/data/s1/link", withDestinationPath: "../../far/frame")
        #expect(try lab.muster(["dataset", "create", "one", "data"]).status == 0)
        let files = try #require(try lab.muster(["dataset", "show", "one", "--json"]).json?["files"]?.array)
        #expect(files.map { $0["path"] } == ["s1/a\nb \\c", "s1/link", "s2/frame"])
        #expect(Set(files.compactMap { $0["sha256"]?.string }).count == 1)
        for (target, words) in [("../../far", "a link to a folder"), ("nowhere", "leads nowhere")] {
            try manager.createSymbolicLink(atPath: "\(lab.folder)/data/s1/bad", withDestinationPath: target)
            let refused = try lab.muster(["dataset", "update", "one", "data"])
            #expect(refused.status == 2 && refused.errors.contains(words), "\(refused.errors)")
            try manager.removeItem(atPath: "\(lab.folder)/data/s1/bad")
        }
        mkfifo("\(lab.folder)/data/s1/pipe", 0o600)
        #expect(try lab.muster(["dataset", "verify", "one"]).errors.contains("is no file"))
    }

    private func config(_ lab: Lab, _ pin: String, scenes: String = "all") throws {
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: pinned, dataset_root: data, scenes: \(scenes), output_root: res}
            pipeline: {command: "cp {scene.path}/frame {output_dir}/made"}
            dataset: \(pin)
            """)
    }

    @Test func aPinnedSweepRunsOnThatVersionOnly() throws {
        let lab = try registered()
        try config(lab, "cells@1.0.0")
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0, "\(run.errors)")
        let id = try lab.run()
        let uses = try lab.muster(["execution", "show", id, "--json"])
        let content = try #require(
            try lab.muster(["dataset", "show", "cells", "--json"]).json?["dataset"]?["content"]?.string)
        #expect(uses.output.contains(content), "\(uses.output)")
        #expect(try lab.muster(["execution", "show", id]).output.contains("/data  cells@1.0.0, sha256"))

        // What a job made leads to the version through its run, and the version to what was made of it.
        for name in ["\(id)/s1", "res/s1/made"] {
            let lineage = try lab.muster(["execution", "lineage", name, "--back"])
            #expect(lineage.output.contains("/data  cells@1.0.0, sha256"), "\(lineage.output)\(lineage.errors)")
            let json = try lab.muster(["execution", "lineage", name, "--back", "--json"]).json
            #expect(json?["nodes"]?.array?.contains { $0["dataset"] == "cells@1.0.0" } == true, "\(name)")
            #expect(
                json?["uses"]?.array?.contains {
                    $0["sha256"]?.string == content && $0["execution"]?.string == "\(id)/s1"
                }
                    == true)
        }
        let whence = try lab.muster(["whence", "res/s2/made"])
        #expect(whence.output.contains("/data  cells@1.0.0, sha256"), "\(whence.output)")
        let forth = try lab.muster(["execution", "lineage", String(content.prefix(16)), "--forth"])
        #expect(forth.output.contains(id), "\(forth.output)")

        // Another scene, one that is gone, a file of another size: each is told with the line of the pin.
        try FileManager.default.createDirectory(atPath: "\(lab.folder)/data/s3", withIntermediateDirectories: true)
        let more = try lab.muster(["plan", "sweep.yaml"])
        #expect(more.status == 3 && more.errors.contains("sweep.yaml:3:") && more.errors.contains("'s3' is not in it"))
        try config(lab, "cells@1.0.0", scenes: "[s1]")
        #expect(try lab.muster(["run", "sweep.yaml", "--new"]).status == 0, "what was not selected does not count")
        try FileManager.default.removeItem(atPath: "\(lab.folder)/data/s3")
        try FileManager.default.moveItem(atPath: "\(lab.folder)/data/s2", toPath: "\(lab.folder)/s2")
        try config(lab, "cells@1.0.0")
        #expect(try lab.muster(["plan", "sweep.yaml"]).errors.contains("'s2' is missing"))
        try FileManager.default.moveItem(atPath: "\(lab.folder)/s2", toPath: "\(lab.folder)/data/s2")
        try lab.write("data/s2/frame", "FRAME of s2\n")
        #expect(try lab.muster(["run", "sweep.yaml", "--new"]).status == 0, "the size is the same")
        try config(lab, "{version: cells@1.0.0, verify: true}")
        let runs = try #require(try lab.muster(["history", "list", "--json"]).json?["runs"]?.array?.count)
        let verified = try lab.muster(["run", "sweep.yaml", "--new"])
        #expect(verified.status == 3 && verified.errors.contains("changed: s2/frame"), "\(verified.errors)")
        #expect(try lab.muster(["history", "list", "--json"]).json?["runs"]?.array?.count == runs)
        for pin in ["cells", "cells@1.0", "cells@9.0.0", "other@1.0.0", "{verify: true}"] {
            try config(lab, pin)
            let refused = try lab.muster(["plan", "sweep.yaml"])
            #expect(refused.status == 3 && refused.errors.contains("sweep.yaml:3"), "\(pin): \(refused.errors)")
        }
    }

    @Test(.enabled(if: SSHServer.isInstalled, "no sshd")) func aDataSetOfAClusterIsSummedThereAndComesHomeAsABag()
        throws
    {
        let lab = try Lab(scenes: ["s1", "s2"])
        try lab.write("data/s1/a\nb \\c", "x")
        try lab.write("data/s2/plain name", "some")
        try FileManager.default.createDirectory(atPath: "\(lab.folder)/keys", withIntermediateDirectories: true)
        let server = try SSHServer(in: "\(lab.folder)/keys")
        defer { withExtendedLifetime(server) {} }
        try lab.write("beside.yaml", try server.cluster(lab))
        let far = try lab.muster(["dataset", "create", "far", "\(lab.folder)/data", "--on", "./beside.yaml"])
        #expect(far.status == 0, "\(far.errors)")
        #expect(try lab.muster(["dataset", "create", "near", "data"]).status == 0)
        func content(_ name: String) throws -> JSON? {
            try lab.muster(["dataset", "show", name, "--json"]).json?["dataset"]?["content"]
        }
        #expect(try content("far") == content("near"))
        #expect(try lab.muster(["dataset", "verify", "far"]).status == 0)
        let bag = try lab.muster(["dataset", "bag", "far", "--to", "bag"])
        #expect(bag.status == 0, "\(bag.errors)")
        #expect(try lab.muster(["dataset", "verify", "far", "bag"]).status == 0)
        #expect(try lab.muster(["dataset", "bag", "far", "--to", "holey", "--no-materialize"]).status == 0)
        let fetch = try String(contentsOfFile: "\(lab.folder)/holey/fetch.txt", encoding: .utf8)
        #expect(
            fetch.contains("sftp://127.0.0.1/") && fetch.contains("plain%20name 4 data/s2/plain name\n"), "\(fetch)")
        try lab.write("data/s2/plain name", "same")
        #expect(try lab.muster(["dataset", "verify", "far"]).output.contains("changed: s2/plain name"))
        let other = try lab.muster(["dataset", "bag", "far", "--to", "third"])
        #expect(other.status == 1 && !FileManager.default.fileExists(atPath: "\(lab.folder)/third"), "\(other.errors)")
    }
}
