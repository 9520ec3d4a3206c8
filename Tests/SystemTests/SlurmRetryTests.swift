import Foundation
import MusterCore
import TestSupport
import Testing

/// Retries that need other allocations than those that are there.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmRetryTests {
    @Test func aJobThatRanOutOfMemoryGetsMoreOfIt() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b"], cluster: "poll_interval: 3s\n")
        // The second job ends behind the first one's success: a retry waits for nobody else.
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: more, dataset_root: \(data)}
            pipeline:
              command: "echo $SLURM_MEM_PER_NODE > {output_dir}/memory; if [ {scene.name} = b ]; then until [ -e \(data)/a/done ]; do sleep 0.2; done; else perl -e '$x = q(x) x (150 << 20)' && touch \(data)/a/done; fi"
            packing: element
            resources: {memory: 96M, time: 5m}
            retry: {oom_host: {memory: x2, limit: 400M, attempts: 4}}
            collect: all
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        let attempts = try #require(jobs[0]["attempts"]?.array)
        #expect(
            attempts.dropLast().allSatisfy { $0["outcome"] == "oom_host" } && attempts.count >= 2, "\(jobs[0].line)")
        #expect(attempts.last?["outcome"] == "succeeded")
        #expect(attempts.dropFirst().first?["retry"] == "oom_host: memory 96 MiB -> 192 MiB")
        #expect(jobs[1]["attempts"]?.array?.count == 1)
        func memory(_ scene: String) throws -> Int? {
            Int(
                try TestCluster.text("\(lab.folder)/results/more/\(scene)/memory").trimmingCharacters(
                    in: .whitespacesAndNewlines))
        }
        #expect(try memory("b") == 96)
        #expect(try memory("a") == [192, 384][attempts.count - 2])
        #expect(try TestCluster.submissions(of: lab.run()) == attempts.count)
        #expect(try lab.muster(["status"]).output.contains("attempt \(attempts.count) (oom_host: memory"))
    }

    @Test func aRetryOfTheSameSizeWaitsForNobodyElse() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b"], cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: same, dataset_root: \(data)}
            pipeline:
              command: "if [ {scene.name} = b ]; then until [ -e \(data)/a/done ]; do sleep 0.2; done; elif [ -e \(data)/a/once ]; then touch \(data)/a/done; else touch \(data)/a/once; exit 75; fi"
            packing: element
            resources: {memory: 64M, time: 5m}
            retry: {failed: {exit_codes: [75]}}
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.json?["jobs"]?.array?.map { $0["attempts"]?.array?.count } == [2, 1])
        #expect(try TestCluster.submissions(of: lab.run()) == 2)
    }

    @Test func atItsLimitAJobIsLeftAsItIs() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a"], cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: limit, dataset_root: \(data)}
            pipeline: {command: "exec perl -e '$x = q(x) x (400 << 20)'"}
            packing: element
            resources: {memory: 64M, time: 5m}
            retry: {oom_host: {memory: x2, limit: 80M, attempts: 9}}
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 1, "\(result.errors)")
        let attempts = try #require(result.json?["jobs"]?.array?.first?["attempts"]?.array)
        #expect(attempts.map { $0["outcome"] } == ["oom_host", "oom_host"], "\(attempts)")
        #expect(attempts.last?["retry"] == "oom_host: memory 64 MiB -> 80 MiB")
        let status = try lab.muster(["status"])
        #expect(status.output.contains("a: no further attempt: memory is at its limit, 80 MiB"), "\(status.output)")
    }
}
