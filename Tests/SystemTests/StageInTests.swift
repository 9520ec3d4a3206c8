import Digest
import Foundation
import MusterCore
import TestSupport
import Testing

/// Scenes that lie at home and travel over a real sshd.
@Suite(.serialized, .enabled(if: SSHServer.isInstalled, "needs sshd")) struct StageInTests {
    private let manager = FileManager.default

    /// A lab whose data lie in `data`, with `scenes` of a file each, and a cluster beside; scenes go to `there`.
    private func lab(
        _ scenes: [String] = ["s1", "s2"], terms: String = "", config: String = "",
        _ body: (Lab, String) throws -> Void
    ) throws {
        let lab = try Lab(scenes: scenes)
        let keys = "\(lab.folder)/keys"
        try manager.createDirectory(atPath: keys, withIntermediateDirectories: true)
        let server = try SSHServer(in: keys)
        defer { withExtendedLifetime(server) {} }
        try lab.write("beside.yaml", try server.cluster(lab))
        for scene in scenes { try lab.write("data/\(scene)/frame", "frame of \(scene)\n") }
        try sweep(lab, "{mode: upload, from: data, to: \(lab.folder)/there\(terms)}", config)
        try body(lab, "\(lab.folder)/there")
    }

    private func sweep(_ lab: Lab, _ stageIn: String, _ more: String = "") throws {
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: far, dataset_root: \(lab.folder)/nowhere, output_root: \(lab.folder)/res}
            pipeline: {command: "cp {scene.path}/frame {output_dir}/made"}
            cluster: ./beside.yaml
            stage_in: \(stageIn)
            \(more)
            """)
    }

    private func stage(_ lab: Lab, _ options: String..., state: String? = nil) throws -> Lab.Result {
        try lab.muster(
            ["stage-in", "sweep.yaml", "--json"] + options,
            environment: state.map { ["MUSTER_STATE": "\(lab.folder)/\($0)"] } ?? [:])
    }

    private func objects(_ there: String) -> [String] {
        (manager.enumerator(atPath: "\(there)/.muster/objects")?.allObjects as? [String] ?? [])
            .filter { $0.utf8.count == 67 }.map { String($0.suffix(64)) }.sorted()
    }

    private func inode(_ path: String) -> UInt64? { FileLook(path)?.mark.inode }

    /// Other bytes of the same number, as of a disk or a person: the file's time tells.
    private func spoil(_ path: String) throws {
        #expect(chmod(path, 0o644) == 0)
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[0] ^= 1
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.write(contentsOf: bytes)
        try file.close()
    }

    @Test func whatIsMissingTravelsOnceAndNeverAgain() throws {
        try lab(["s1", "s2", "s3"]) { lab, there in
            let names = ["-rf", "a b", "it's \"so\" \\", "new\nline", "é", "sub/deep"]
            try manager.createDirectory(atPath: "\(lab.folder)/data/s1/sub", withIntermediateDirectories: true)
            for name in names { try lab.write("data/s1/\(name)", "content of \(name)") }
            try lab.write("data/s2/twin", "frame of s1\n")
            try lab.write("data/s2/empty", "")
            try manager.removeItem(atPath: "\(lab.folder)/data/s3/frame")
            let dry = try stage(lab, "--dry-run")
            #expect(
                dry.status == 0 && dry.json?["transferred"] == 9 && dry.json?["placed"] == 10,
                "\(dry.output)\(dry.errors)")
            #expect(!manager.fileExists(atPath: there))

            let first = try stage(lab)
            #expect(first.status == 0 && first.json?["transferred"] == 9, "\(first.output)\(first.errors)")
            #expect(first.json?["placed"] == 10 && first.json?["files"] == 10 && first.json?["scenes"] == 3)
            #expect(first.json?["bytes"] == dry.json?["bytes"])
            for name in names {
                #expect(try TestCluster.text("\(there)/s1/\(name)") == "content of \(name)")
            }
            #expect(manager.fileExists(atPath: "\(there)/s3"), "a scene without files is there too")
            #expect(inode("\(there)/s1/frame") == inode("\(there)/s2/twin"), "one content is there once")
            #expect(objects(there).count == 9 && !manager.fileExists(atPath: "\(there)/.muster/incoming"))
            let sum = try #require(FileDigest(path: "\(there)/s1/frame")?.sha256)
            #expect(inode("\(there)/.muster/objects/\(sum.prefix(2))/\(sum)") == inode("\(there)/s1/frame"))

            let second = try stage(lab)
            #expect(second.json?["bytes"] == 0 && second.json?["unchanged"] == 10, "\(second.output)")
            // Another name, a copy, and another machine that knows nothing of what is there: no byte travels.
            try manager.moveItem(atPath: "\(lab.folder)/data/s1", toPath: "\(lab.folder)/data/s\n9")
            let renamed = try stage(lab, state: "elsewhere")
            #expect(renamed.json?["bytes"] == 0 && renamed.json?["placed"] == 7, "\(renamed.output)\(renamed.errors)")
            #expect(try TestCluster.text("\(there)/s\n9/new\nline") == "content of new\nline")
            // Another data set with the same store.
            try sweep(lab, "{mode: upload, from: data, to: \(lab.folder)/other, store: \(there)/.muster}")
            let other = try stage(lab)
            #expect(other.json?["bytes"] == 0 && other.json?["placed"] == 10, "\(other.output)\(other.errors)")
        }
    }

    @Test func aRunBringsItsScenesAndKnowsWhatItsJobsRead() throws {
        try lab { lab, there in
            let check = try lab.muster(["check", "sweep.yaml"])
            #expect(check.output.contains("2 of 2 files") && check.output.contains("would travel"), "\(check.output)")
            #expect(try lab.muster(["plan", "sweep.yaml", "--offline"]).output.contains("s2"))
            #expect(!manager.fileExists(atPath: there))
            let run = try lab.muster(["run", "sweep.yaml"])
            #expect(run.status == 0 && run.errors.contains("2 contents travelled"), "\(run.errors)")
            let jobs = try lab.jobs()
            #expect(jobs.count == 2 && jobs.allSatisfy { $0["outcome"] == "succeeded" })
            // The content leads from home to the result.
            let whence = try lab.muster(["whence", "data/s1/frame"])
            #expect(whence.output.contains("read by \(try lab.run())/s1 as \(there)/s1/frame"), "\(whence.output)")
            let lineage = try lab.muster(["execution", "lineage", "data/s2/frame", "--forth"])
            #expect(lineage.output.contains("\(try lab.run())/s2"), "\(lineage.output)")
            let again = try lab.muster(["check", "sweep.yaml"])
            #expect(again.output.contains("2 files are in \(there)"), "\(again.output)")
        }
    }

    @Test func aKilledTransferGoesOnWhereItWas() throws {
        try lab(["s1"], terms: ", chunk: 1MB, pause: 1s") { lab, there in
            var bytes = Data(count: 9_000_000)
            for index in stride(from: 0, to: bytes.count, by: 7) { bytes[index] = UInt8.random(in: 0...255) }
            try bytes.write(to: URL(filePath: "\(lab.folder)/data/s1/big"))
            let sum = try #require(FileDigest(path: "\(lab.folder)/data/s1/big")?.sha256)
            let slow = try lab.start(["stage-in", "sweep.yaml", "--bandwidth", "2M"])
            let part = try lab.wait(for: "three parts") { () -> String? in
                let clients = (try? manager.contentsOfDirectory(atPath: "\(there)/.muster/incoming")) ?? []
                let path = clients.first.map { "\(there)/.muster/incoming/\($0)/\(sum).part" } ?? ""
                return (FileLook(path)?.mark.size ?? 0) >= 3_000_000 ? path : nil
            }
            kill(slow.processIdentifier, SIGKILL)
            slow.waitUntilExit()
            #expect(!manager.fileExists(atPath: "\(there)/s1/big"))
            // A byte that was torn.
            let size = try #require(FileLook(part)?.mark.size)
            let file = try FileHandle(forUpdating: URL(filePath: part))
            try file.seek(toOffset: 1_500_000)
            try file.write(contentsOf: Data([bytes[1_500_000] ^ 1]))
            try file.close()
            let again = try stage(lab)
            #expect(again.status == 0, "\(again.errors)")
            #expect(FileDigest(path: "\(there)/s1/big")?.sha256 == sum)
            // What was missing, and the part with the wrong byte.
            let moved = try #require(again.json?["bytes"]?.int)
            #expect(moved <= 9_000_000 - size + 1_100_000 + 100 && moved >= 1_000_000, "\(moved) bytes behind \(size)")
            #expect(!manager.fileExists(atPath: part))
        }
    }

    @Test func ofManySmallFilesNoneTravelsAgainBehindAKill() throws {
        try lab(["s1"]) { lab, there in
            for number in 0..<1000 {
                try lab.write("data/s1/\(number)", "\(number)" + String(repeating: "x", count: 4096))
            }
            let slow = try lab.start(["stage-in", "sweep.yaml", "--bandwidth", "1M"])
            _ = try lab.wait(for: "some of them") { objects(there).count >= 200 ? true : nil }
            kill(slow.processIdentifier, SIGKILL)
            slow.waitUntilExit()
            let have = objects(there).count
            #expect(have < 1001 && !manager.fileExists(atPath: "\(there)/s1/0"))
            let again = try stage(lab)
            let moved = try #require(again.json?["transferred"]?.int)
            #expect(again.status == 0 && moved <= Int64(1001 - have) && moved > 0, "\(moved) behind \(have)")
            #expect(again.json?["placed"] == 1001 && objects(there).count == 1001)
        }
    }

    @Test func whatIsWrongThereIsFoundAndNothingIsReplacedUnasked() throws {
        try lab { lab, there in
            #expect(try stage(lab).status == 0)
            let place = "\(there)/s1/frame"
            let object = "\(there)/.muster/objects/" + objects(there)[0].prefix(2) + "/" + objects(there)[0]
            // A file in its place, which is the store's too.
            try spoil(place)
            try lab.write("there/s2/more", "x")
            let runs = try lab.muster(["submit", "sweep.yaml"])
            #expect(runs.status == 3 && runs.errors.contains("differs: s1/frame"), "\(runs.errors)")
            #expect(
                runs.errors.contains("not in it: s2/more") && runs.errors.contains("sweep.yaml:4:"), "\(runs.errors)")
            #expect(try lab.muster(["history", "list", "--json"]).json?["runs"] == .array([]))
            let kept = try stage(lab)
            #expect(kept.status == 3 && kept.json?["differing"] == .strings(["s1/frame"]) && kept.json?["bytes"] == 0)
            #expect(try TestCluster.text(place) != "frame of s1\n")
            let forced = try stage(lab, "--force")
            #expect(
                forced.status == 0 && forced.json?["aside"] == 2 && forced.json?["transferred"] == 1, "\(forced.errors)"
            )
            #expect(try TestCluster.text(place) == "frame of s1\n")
            let aside = manager.enumerator(atPath: "\(there)/.muster/replaced")?.allObjects as? [String] ?? []
            #expect(aside.contains { $0.hasSuffix("/s1/frame") } && aside.contains { $0.hasSuffix("/s2/more") })

            // The store alone: what is in place is a file of its own.
            for path in ["s1", "s2"] { try manager.removeItem(atPath: "\(there)/\(path)") }
            try spoil(object)
            let mended = try stage(lab)
            #expect(
                mended.status == 0 && mended.json?["transferred"] == 1 && mended.json?["placed"] == 2,
                "\(mended.output)")
            #expect(
                try TestCluster.text("\(there)/s1/frame") + TestCluster.text("\(there)/s2/frame")
                    == "frame of s1\nframe of s2\n")

            // A byte that no time tells of is found by reading.
            let time = try #require(FileLook(place)?.mark.changed)
            try spoil(place)
            FileLook.setTime(place, to: time)
            #expect(try stage(lab).status == 0)
            let read = try stage(lab, "--verify")
            #expect(read.status == 3 && read.json?["differing"] == .strings(["s1/frame"]), "\(read.output)")
        }
    }

    @Test(.enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm"), "no other file system"))
    func whereLinksCannotBeMadeThereAreCopies() throws {
        try lab { lab, there in
            let store = "/dev/shm/muster-\(UUID().uuidString)"
            defer { try? manager.removeItem(atPath: store) }
            try sweep(lab, "{mode: upload, from: data, to: \(there), store: \(store)}")
            // What an interrupted copy left is no part of a scene.
            try manager.createDirectory(atPath: "\(there)/s1", withIntermediateDirectories: true)
            try lab.write("there/s1/.muster-copy-x-1", "half")
            let first = try stage(lab)
            #expect(first.status == 0 && first.json?["placed"] == 2, "\(first.output)\(first.errors)")
            #expect(try TestCluster.text("\(there)/s1/frame") == "frame of s1\n")
            let sum = try #require(FileDigest(path: "\(there)/s1/frame")?.sha256)
            #expect(FileLook("\(store)/objects/\(sum.prefix(2))/\(sum)")?.isFile == true)
            #expect(try manager.contentsOfDirectory(atPath: "\(there)/s2") == ["frame"])
            #expect(try stage(lab).json?["unchanged"] == 2)
        }
    }

    @Test func twoAtATimeDoNotHurtEachOther() throws {
        try lab(["s1"], terms: ", chunk: 1MB") { lab, there in
            for number in 0..<300 { try lab.write("data/s1/\(number)", "number \(number)") }
            try Data((0..<5_000_000).map { _ in UInt8.random(in: 0...255) }).write(
                to: URL(filePath: "\(lab.folder)/data/s1/big"))
            // Two of one machine, and one of another.
            let all = try [nil, nil, "elsewhere"].map { state in
                try lab.start(
                    ["stage-in", "sweep.yaml", "--bandwidth", "4M"],
                    environment: state.map { ["MUSTER_STATE": "\(lab.folder)/\($0)"] } ?? [:])
            }
            for process in all {
                process.waitUntilExit()
                #expect(process.terminationStatus == 0, "\(lab.errors)")
            }
            #expect(
                FileDigest(path: "\(there)/s1/big")?.sha256 == FileDigest(path: "\(lab.folder)/data/s1/big")?.sha256)
            #expect(try manager.contentsOfDirectory(atPath: "\(there)/s1").count == 302)
            #expect(objects(there).count == 302 && !manager.fileExists(atPath: "\(there)/.muster/incoming"))
            #expect(
                objects(there).allSatisfy {
                    FileDigest(path: "\(there)/.muster/objects/\($0.prefix(2))/\($0)")?.sha256 == $0
                })
        }
    }

    @Test func checkingComparesAndSendsNothing() throws {
        try lab { lab, there in
            try sweep(lab, "{mode: check, from: data, to: \(there)}")
            let none = try stage(lab)
            #expect(none.status == 3 && none.json?["missing"] == .strings(["s1/frame", "s2/frame"]), "\(none.output)")
            #expect(none.errors.contains("missing: s1/frame") && !manager.fileExists(atPath: there), "\(none.errors)")
            try manager.copyItem(atPath: "\(lab.folder)/data", toPath: there)
            #expect(try stage(lab).json?["unchanged"] == 2)
            try lab.write("there/s1/frame", "FRAME of s1\n")
            #expect(try stage(lab).status == 0, "the size is the same")
            let read = try stage(lab, "--verify")
            #expect(read.status == 3 && read.json?["differing"] == .strings(["s1/frame"]), "\(read.output)")
            #expect(try lab.muster(["submit", "sweep.yaml"]).status == 0)
        }
    }

    @Test func aPinnedVersionIsWhatTravels() throws {
        try lab(config: "dataset: cells@1.0.0") { lab, there in
            #expect(try lab.muster(["dataset", "create", "cells", "data"]).status == 0)
            try lab.write("data/s1/frame", "FRAME of s1\n")
            let other = try stage(lab)
            #expect(other.status == 3 && other.errors.contains("changed: s1/frame"), "\(other.errors)")
            #expect(!manager.fileExists(atPath: there))
            try lab.write("data/s1/frame", "frame of s1\n")
            let run = try lab.muster(["run", "sweep.yaml"])
            #expect(run.status == 0, "\(run.errors)")
            let id = try lab.run()
            #expect(try lab.muster(["execution", "show", "\(id)/s1"]).output.contains("\(there)  cells@1.0.0"))
            // Home may be gone: the version says what must be there.
            try manager.removeItem(atPath: "\(lab.folder)/data")
            try sweep(lab, "{mode: check, to: \(there)}", "dataset: cells@1.0.0")
            #expect(try stage(lab, "--verify").json?["unchanged"] == 2)
            #expect(chmod("\(there)/s1/frame", 0o644) == 0)
            try lab.write("there/s1/frame", "FRAME of s1\n")
            #expect(try stage(lab).status == 0, "the size is the same")
            try sweep(lab, "{mode: check, to: \(there)}", "dataset: {version: cells@1.0.0, verify: true}")
            let read = try lab.muster(["submit", "sweep.yaml", "--new"])
            #expect(read.status == 3 && read.errors.contains("differs: s1/frame"), "\(read.errors)")
            try manager.removeItem(atPath: "\(there)/s2/frame")
            #expect(try stage(lab).errors.contains("missing: s2/frame"))
        }
    }

    @Test func mistakesAreToldBeforeAnythingTravels() throws {
        try lab { lab, there in
            let cases = [
                ("{mode: upload, from: gone, to: \(there)}", "there is no folder '\(lab.folder)/gone' at home"),
                ("{mode: upload, from: data, to: there}", "must be an absolute path there, not 'there'"),
                ("{from: data}", "'stage_in.mode' is missing"), ("uplaod", "did you mean 'upload'?"),
            ]
            for (text, words) in cases {
                try sweep(lab, text)
                let refused = try stage(lab)
                #expect(refused.status == 3 && refused.errors.contains(words), "\(text): \(refused.errors)")
                #expect(refused.errors.contains("sweep.yaml:4:"), "\(refused.errors)")
            }
            try sweep(lab, "{mode: upload, from: data, to: \(there), ask_above: 1K}")
            try lab.write("data/s1/more", String(repeating: "x", count: 2000))
            let asked = try stage(lab)
            #expect(asked.status == 2 && asked.errors.contains("--yes"), "\(asked.errors)")
            #expect(!manager.fileExists(atPath: "\(there)/s1"))
            #expect(try stage(lab, "--yes").status == 0)
            // On this machine nothing is copied.
            let here = try lab.muster(["run", "sweep.yaml", "--cluster", "local"])
            #expect(here.status == 0 && here.errors.contains("2 succeeded"), "\(here.errors)")
        }
    }
}
