import Foundation
import MusterCore
import TestSupport
import Testing

/// A node of a real Slurm that can't do what the others can.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmSickNodeTests {
    @Test func aNodeWithoutTheProgramGivesItsJobsToTheOthers() throws {
        let scenes = (0..<8).map { "s\($0)" }
        let (lab, data) = try TestCluster.lab(scenes: scenes, cluster: "poll_interval: 3s\n")
        let place = try "\(TestCluster.home())/sick-\(UUID().uuidString.prefix(8))"
        let tools = "\(place)/tools"
        try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
        try "#!/bin/sh\nhostname > $MUSTER_OUT/node\ntouch \(place)/started\nsleep 4\n".write(
            toFile: "\(tools)/work", atomically: true, encoding: .utf8)
        try TestCluster.run("chmod", ["755", tools, "\(tools)/work"])
        try TestCluster.run("chown", ["hpcuser:", place])
        // The node does not see the program, as if a mount were missing.
        try TestCluster.verb("exec", "n1", "mount", "-t", "tmpfs", "none", tools)
        defer { _ = try? TestCluster.verb("exec", "n1", "umount", "-l", tools) }
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: sick, dataset_root: \(data)}
            pipeline:
              stages:
                - {name: wait, command: "if [ $(hostname) = n1 ]; then until [ -e \(place)/started ]; do sleep 0.2; done; sleep 2; fi"}
                - {name: work, command: ["\(tools)/work"]}
            packing: node
            resources: {memory: 64M, cpus: 4, time: 30m}
            collect: all
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        #expect(jobs.count == 8 && jobs.allSatisfy { $0["outcome"] == "succeeded" })
        let lost = jobs.flatMap { $0["attempts"]?.array ?? [] }.filter { $0["outcome"] == "node_failed" }
        #expect(lost.count == 2 && lost.allSatisfy { $0["node"] == "n1" }, "\(lost.map(\.line))")
        for scene in scenes {
            #expect(try TestCluster.text("\(lab.folder)/results/sick/\(scene)/node") != "n1\n")
        }
        // Slurm itself was told: nothing was submitted anew, and no element came back to the node.
        #expect(try TestCluster.submissions(of: lab.run()) == 1)
        let status = try lab.muster(["status"])
        #expect(
            status.output.contains(
                "node n1 is sick, so nothing more is begun there: stage 'work' could not be started here for 2 jobs"),
            "\(status.output)")
        let starts = try lab.jobs().flatMap { $0["attempts"]?.array ?? [] }
        #expect(starts.count { $0["node"] == "n1" } == 2)
    }
}
