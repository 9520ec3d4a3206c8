import Foundation
import MusterCore
import TestSupport
import Testing

/// A sweep on Slurm whose scenes are only at home.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmStageInTests {
    @Test func scenesThatAreOnlyAtHomeTravelBeforeTheRun() throws {
        let (lab, data) = try TestCluster.lab(scenes: [])
        for scene in ["a b", "-c", "d'\"e"] {
            try FileManager.default.createDirectory(
                atPath: "\(lab.folder)/mine/\(scene)/sub", withIntermediateDirectories: true)
            try lab.write("mine/\(scene)/sub/frame", "frame of \(scene)\n")
        }
        try Data(repeating: 7, count: 3_000_000).write(to: URL(filePath: "\(lab.folder)/mine/-c/big"))
        let name = URL(filePath: data).lastPathComponent
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: home, dataset_root: mine}
            sweep: {matrix: {lr: [1, 2]}}
            pipeline: {command: "cat {scene.path}/sub/frame > {output_dir}/made.txt"}
            resources: {memory: 100M, time: 5m, cpus: 1}
            stage_in: {mode: upload, to: ~/\(name)/far, chunk: 1MB}
            """)
        let run = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(run.status == 0 && run.errors.contains("4 contents travelled"), "\(run.errors)")
        let jobs = try lab.jobs()
        #expect(jobs.count == 6 && jobs.allSatisfy { $0["outcome"] == "succeeded" })
        let home = try #require(try lab.muster(["history", "show", "last", "--json"]).json?["home"]?.string)
        let texts = try jobs.map { try TestCluster.text("\(home)/\($0["id"]?.string ?? "")/made.txt") }
        #expect(Set(texts) == ["frame of a b\n", "frame of -c\n", "frame of d'\"e\n"])
        let whence = try lab.muster(["whence", "mine/-c/big"])
        #expect(whence.output.contains("read by \(try lab.run())/lr-1/-c as \(data)/far/-c/big"), "\(whence.output)")

        let again = try lab.muster(["submit", "sweep.yaml", "--cluster", "testbed.yaml", "--new"])
        #expect(again.status == 0 && again.errors.contains("0 contents travelled"), "\(again.errors)")
        #expect(try lab.muster(["wait", "last", "--timeout", "300s"]).status == 0)
    }
}
