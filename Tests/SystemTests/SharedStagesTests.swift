import Foundation
import MusterCore
import Testing

private let config = threeStages("share", at: "{linspace: [1, 20, 20]}")

/// Runs share the machine's lock, so these go one after the other.
@Suite(.serialized) struct SharedStagesTests {
    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func whatDoesNotDependOnTheSweepRunsOncePerScene() throws {
        let lab = try Lab(scenes: ["a", "b"])
        let log = "\(lab.folder)/log"
        try lab.write("sweep.yaml", config.replacingOccurrences(of: "LOG", with: log))
        let plan = try lab.muster(["plan", "sweep.yaml"])
        #expect(plan.output.contains("shared: 4 stage runs done once for several jobs, 76 saved"), "\(plan.output)")
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try #require(run.json?["jobs"]?.array).count == 40)
        let lines = try text(log).split(separator: "\n")
        #expect(lines.count { $0 == "load a" } == 1)
        #expect(lines.count { $0 == "mask b" } == 1)
        #expect(lines.count { $0.hasPrefix("cut") } == 40)
        #expect(lines.count == 44)
        let folders = try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/results/share").sorted()
        let first = try #require(folders.first { $0.hasPrefix("at-") })
        #expect(try text("\(lab.folder)/results/share/\(first)/a/masked") == "a\n")
        // Large files are one file, small ones each job's own.
        func links(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: "\(lab.folder)/results/share/\(first)/a/\(path)")[
                .referenceCount] as? Int
        }
        #expect(try links("big") == 21)
        #expect(try links("masked") == 1)
        #expect(try lab.muster(["status"]).output.contains("2 shared stage runs: 2 succeeded"))
    }

    @Test func aRerunDoesOnlyWhatIsStale() throws {
        let lab = try Lab(scenes: ["a"])
        let log = "\(lab.folder)/log"
        let text = config.replacingOccurrences(of: "LOG", with: log).replacingOccurrences(of: "20, 20]", with: "20, 2]")
        try lab.write("sweep.yaml", text)
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        let before = try self.text(log)
        // The last stage changed: nothing before it is repeated.
        try lab.write("sweep.yaml", text.replacingOccurrences(of: "cat {output_dir}", with: "tac {output_dir}"))
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        // Side by side they end in either order.
        let cuts = try self.text(log).dropFirst(before.count).split(separator: "\n").sorted()
        #expect(cuts == ["cut a 1", "cut a 20"])
        // A file of a result is gone: it is no result any more, but what it was made from is there.
        try FileManager.default.removeItem(atPath: "\(lab.folder)/results/share/at-1/a/cut")
        let third = try self.text(log)
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        #expect(try self.text(log).dropFirst(third.count) == "cut a 1\n")
    }

    @Test func aSharedStageThatFailsFailsAllThatNeedItAndIsRunOnce() throws {
        let lab = try Lab(scenes: ["a", "b"])
        let log = "\(lab.folder)/log"
        try lab.write(
            "sweep.yaml",
            config.replacingOccurrences(of: "LOG", with: log).replacingOccurrences(of: "20, 20]", with: "20, 3]")
                .replacingOccurrences(
                    of: "rev {output_dir}/loaded", with: "[ {scene.name} = a ] && rev {output_dir}/loaded"))
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 1, "\(run.errors)")
        let jobs = try #require(run.json?["jobs"]?.array)
        #expect(jobs.count { $0["outcome"] == "succeeded" } == 3)
        let failed = jobs.filter { $0["outcome"] == "failed" }
        #expect(failed.count == 3)
        let cause = failed.first?["attempts"]?.array?.first?["cause"]?.string ?? ""
        #expect(cause.contains("shared/load+mask/b") && cause.contains("exit code 1"), "\(cause)")
        #expect(try text(log).split(separator: "\n").count { $0 == "mask b" } == 1)
    }

    @Test func aStageThatChangesWhatOthersShareIsToldSo() throws {
        let lab = try Lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml",
            config.replacingOccurrences(of: "LOG", with: "\(lab.folder)/log")
                .replacingOccurrences(of: "20, 20]", with: "20, 2]")
                .replacingOccurrences(of: "echo {point.at} >> {output_dir}/cut", with: "echo x >> {output_dir}/big"))
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 1)
        let status = try lab.muster(["status"])
        #expect(
            status.output.contains("changed 'big' in place") && status.output.contains("share: copy"),
            "\(status.output)")
    }

    @Test func independentStagesRunSideBySideInIdleSlots() throws {
        let lab = try Lab(scenes: ["a"])
        // Each waits for the other, so they can only end together.
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: beside, dataset_root: data}
            pipeline:
              stages:
                - {name: left, produces: {l: left}, command: "touch left; for i in $(seq 300); do [ -e right ] && exit; sleep 0.1; done; exit 1"}
                - {name: right, produces: {r: right}, command: "touch right; for i in $(seq 300); do [ -e left ] && exit; sleep 0.1; done; exit 1"}
                - {name: both, requires: [l, r], produces: {b: both}, command: "cat left right > both"}
            """)
        let run = try lab.muster(["run", "sweep.yaml", "--json"])
        #expect(run.status == 0, "\(run.errors)")
    }
}
