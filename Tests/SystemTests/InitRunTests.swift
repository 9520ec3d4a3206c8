import Foundation
import MusterCore
import Testing

/// `muster init`, and what it wrote run as it is.
@Suite(.serialized) struct InitRunTests {
    @Test func anEmptyFolderBecomesARunWithoutAnyEditing() throws {
        let lab = try Lab()
        let made = try lab.muster(["init", "empty"])
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output == "muster check empty/sweep.yaml\nmuster run empty/sweep.yaml\n")
        let run = try lab.muster(["run", "empty/sweep.yaml", "--json", "--strict"])
        #expect(run.status == 0, "\(run.errors)")
        let jobs = try #require(run.json?["jobs"]?.array)
        #expect(jobs.count == 3 && jobs.allSatisfy { $0["outcome"] == "succeeded" })
        let files = try FileManager.default.subpathsOfDirectory(atPath: "\(lab.folder)/empty/results/empty/scene_000")
        let traces = try #require(files.first { $0.hasSuffix(".csv") })
        let text = try String(
            contentsOfFile: "\(lab.folder)/empty/results/empty/scene_000/\(traces)", encoding: .utf8)
        #expect(text.split(separator: "\n").count > 1, "cells were found")
    }

    @Test func nothingIsOverwrittenUnasked() throws {
        let lab = try Lab()
        try lab.write("sweep.yaml", "mine\n")
        let refused = try lab.muster(["init"])
        #expect(refused.status == 2 && refused.errors.contains("--force"), "\(refused.errors)")
        let printed = try lab.muster(["init", "--print", "--command", "prog {scene.path}"])
        #expect(printed.status == 0 && printed.output.contains("command: \"prog {scene.path}\""), "\(printed.output)")
        #expect(try String(contentsOfFile: "\(lab.folder)/sweep.yaml", encoding: .utf8) == "mine\n")
        #expect(try lab.muster(["init", "--force"]).status == 0)
        #expect(try lab.muster(["plan", "sweep.yaml", "--strict"]).status == 0)
    }

    @Test func aFolderOfAnyNameAndAProgramOfOnesOwn() throws {
        let lab = try Lab()
        let folder = "-it's \"ö\" #1"
        for scene in ["-a b", "c'd", "é\"f"] {
            try FileManager.default.createDirectory(
                atPath: "\(lab.folder)/\(folder)/in put/\(scene)", withIntermediateDirectories: true)
        }
        let made = try lab.muster(["init", "--command", "ls -d {scene.path} > {output_dir}/out", "--", folder])
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.contains("muster run './-it'\\''s"), "\(made.output)")
        let run = try lab.muster(["run", "--json", "--strict", "./\(folder)/sweep.yaml"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.json?["jobs"]?.array?.count == 3)
    }

    @Test func whatCanNotBeIsSaidAndNothingIsWritten() throws {
        let lab = try Lab()
        let unknown = try lab.muster(["init", "--pipeline", "celpipe"])
        #expect(unknown.status == 3 && unknown.errors.contains("did you mean 'cellpipe'"), "\(unknown.errors)")
        let cluster = try lab.muster(["init", "--cluster", "lokal"])
        #expect(cluster.status == 3 && cluster.errors.contains("did you mean 'local'"), "\(cluster.errors)")
        let placeholder = try lab.muster(["init", "--command", "prog {scene.pth}"])
        #expect(placeholder.status == 3 && placeholder.errors.contains("{scene.pth}"), "\(placeholder.errors)")
        try FileManager.default.createDirectory(atPath: "\(lab.folder)/notes", withIntermediateDirectories: true)
        try lab.write("notes/a.md", "")
        let nothing = try lab.muster(["init", "notes"])
        #expect(nothing.status == 2 && nothing.errors.contains("--demo"), "\(nothing.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(lab.folder)/sweep.yaml"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/notes") == ["a.md"])
    }
}
