import Foundation
import MusterCore
import TestSupport
import Testing

/// Products of a sweep on a cluster behind SSH.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmProductsTests {
    @Test func productsAreBuiltSeenAndInvalidatedOverSSH() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b"])
        let text = """
            experiment: {name: far, dataset_root: \(data), output_root: \(data)-out}
            pipeline:
              stages:
                - {name: load, command: "echo {scene.name} > {output_dir}/loaded", produces: {frames: loaded}}
                - {name: cut, command: "cat {output_dir}/loaded > {output_dir}/cut; echo {point.at} >> {output_dir}/cut", requires: frames, produces: {cuts: cut}}
            sweep: {matrix: {at: [1, 2]}}
            resources: {memory: 64M, time: 5m, cpus: 1}
            """
        try lab.write("sweep.yaml", text)
        let options = ["sweep.yaml", "--cluster", "testbed.yaml"]
        func counts() throws -> [[Int64]] { try lab.productCounts(options) }
        #expect(try counts() == [[0, 0, 0, 4], [0, 0, 0, 4]])
        let build = try lab.muster(["products", "build"] + options + ["frames"])
        #expect(build.status == 0, "\(build.errors)")
        #expect(try counts() == [[4, 0, 0, 0], [0, 0, 0, 4]])
        let plan = try lab.muster(["plan"] + options)
        #expect(plan.output.contains("stages to run: load 0 (4 taken over), cut 4\n"), "\(plan.output)")
        let run = try lab.muster(["run"] + options)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try counts() == [[4, 0, 0, 0], [4, 0, 0, 0]])
        let done = try lab.muster(
            ["products", "invalidate"] + options + ["frames", "--scene", "a", "--yes", "--json"])
        #expect(done.json?["results"] == 2, "\(done.output) \(done.errors)")
        #expect(try counts() == [[2, 0, 2, 0], [2, 0, 2, 0]])

        // A relative output lies in each run's own folder, so nothing is found again.
        try lab.write("sweep.yaml", text.replacing(", output_root: \(data)-out", with: ""))
        let refused = try lab.muster(["products", "build"] + options + ["frames"])
        #expect(refused.status == 3 && refused.errors.contains("absolute path"), "\(refused.errors)")
    }
}
