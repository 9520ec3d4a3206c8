import Foundation
import MusterCore
import Testing

/// Products of a sweep whose results lie behind SSH.
@Suite(.serialized, .enabled(if: SSHServer.isInstalled, "no sshd")) struct SSHProductsTests {
    @Test func productsAreBuiltSeenAndInvalidatedOverSSH() throws {
        let lab = try Lab(scenes: ["a", "b"])
        try FileManager.default.createDirectory(atPath: "\(lab.folder)/keys", withIntermediateDirectories: true)
        let server = try SSHServer(in: "\(lab.folder)/keys")
        // Before the lab, whose folder holds its process' number.
        defer { withExtendedLifetime(server) {} }
        try lab.write("beside.yaml", try server.cluster(lab))
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: far, dataset_root: \(lab.folder)/data, output_root: \(lab.folder)/there}
            pipeline:
              stages:
                - {name: load, command: "echo {scene.name} > {output_dir}/loaded", produces: {frames: loaded}}
                - {name: cut, command: "cat {output_dir}/loaded > {output_dir}/cut; echo {point.at} >> {output_dir}/cut", requires: frames, produces: {cuts: cut}}
            sweep: {matrix: {at: [1, 2]}}
            """)
        let options = ["sweep.yaml", "--cluster", "beside.yaml"]
        func counts() throws -> [[Int64]] { try lab.productCounts(options) }
        #expect(try counts() == [[0, 0, 0, 4], [0, 0, 0, 4]])
        let build = try lab.muster(["products", "build"] + options + ["frames"])
        #expect(build.status == 0, "\(build.errors)")
        #expect(try counts() == [[4, 0, 0, 0], [0, 0, 0, 4]])
        let run = try lab.muster(["run"] + options)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("stages to run: load 0 (4 taken over), cut 4\n"), "\(run.errors)")
        let done = try lab.muster(
            ["products", "invalidate"] + options + ["frames", "--scene", "a", "--yes", "--json"])
        #expect(done.json?["results"] == 2, "\(done.output) \(done.errors)")
        #expect(try counts() == [[2, 0, 2, 0], [2, 0, 2, 0]])
    }
}
