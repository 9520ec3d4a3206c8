import Foundation
import MusterCore
import TestSupport
import Testing

/// Memory that runs out under Slurm's own limits: in an element, in a step of it, and beside neighbours.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmMemoryTests {
    /// A run of two scenes; `sweep` follows the experiment's own lines.
    private func lab(_ name: String, _ sweep: String) throws -> (lab: Lab, data: String) {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b"], cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            "experiment: {name: \(name), dataset_root: \(data)}\n" + sweep.replacing("DATA", with: data))
        return (lab, data)
    }

    /// The first job ran out of memory in its only attempt, having held so many MiB under a limit; the other one is well.
    private func expectOnlyTheFirst(_ lab: Lab, held: Int64, limit: String, kills: ClosedRange<Int64>) throws -> JSON {
        let jobs = try lab.jobs()
        #expect(jobs.map { $0["outcome"] } == ["oom_host", "succeeded"], "\(jobs.map(\.line))")
        #expect(jobs.map { $0["attempts"]?.array?.count } == [1, 1])
        let attempt = try #require(jobs[0]["attempts"]?.array?.first)
        #expect((attempt["peak_rss_bytes"]?.int ?? 0) >= held << 20, "\(attempt.line)")
        #expect(kills.contains(attempt["oom_kills"]?.int ?? -1), "\(attempt.line)")
        #expect(attempt["cause"]?.string?.contains(limit) == true, "\(attempt.line)")
        #expect(jobs[1]["attempts"]?.array?.first?["oom_kills"] == 0)
        try RunFacts(of: lab.run()).expectPublishedOnce(except: ["a"])
        return attempt
    }

    @Test func anElementThatOutgrowsItsLimit() throws {
        let lab = try lab(
            "grows",
            """
            pipeline:
              command: "[ {scene.name} = b ] || exec perl -e '$n = 30 << 20; $x = q(x) x $n; sleep 3; $n = 400 << 20; $y = q(x) x $n'"
            packing: element
            resources: {memory: 80M, time: 5m}
            """
        ).lab
        #expect(try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"]).status == 1, "\(lab.errors)")
        _ = try expectOnlyTheFirst(lab, held: 80, limit: "limit of 80.0 MiB", kills: 1...2)
    }

    /// The kernel counts in the step's own control groups, here on the other node: the agent can't see them.
    @Test func aTaskOnTheOtherNodeOutgrowsItsLimit() throws {
        let lab = try lab(
            "pair",
            """
            pipeline:
              stages:
                - name: both
                  command: [bash, -c, "[ {scene.name} = b ] || [ $SLURM_PROCID = 0 ] || perl -e '$n = 400 << 20; $x = q(x) x $n'"]
                  resources: {nodes: 2}
            packing: element
            resources: {memory: 80M, time: 5m, cpus: 2}
            """
        ).lab
        #expect(try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"]).status == 1, "\(lab.errors)")
        _ = try expectOnlyTheFirst(lab, held: 80, limit: "limit of 80.0 MiB", kills: 1...2)
    }

    /// The element itself is COMPLETED, and the program too: it does not mind what becomes of its step.
    @Test func aStepThatAProgramStartsItself() throws {
        let lab = try lab(
            "step",
            """
            pipeline:
              command: "[ {scene.name} = b ] || srun -n 1 perl -e '$n = 400 << 20; $x = q(x) x $n'; exit 0"
            packing: element
            resources: {memory: 80M, time: 5m}
            """
        ).lab
        #expect(try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"]).status == 1, "\(lab.errors)")
        _ = try expectOnlyTheFirst(lab, held: 80, limit: "limit of 80.0 MiB", kills: 1...2)
    }

    /// Both hold what they asked for, then one takes all that the element has: the kernel ends that one.
    @Test func oneOfTwoSideBySideTakesAllAtOnce() throws {
        let (lab, data) = try lab(
            "beside",
            """
            pipeline:
              command: "exec perl -e '$n = 30 << 20; $x = q(x) x $n; open F, q(>), q({scene.path}/began); close F; until (-e q(DATA/a/began) && -e q(DATA/b/began)) { sleep 1 }; if (q({scene.name}) eq q(a)) { $n = 500 << 20; $y = q(x) x $n }; until (-e q(DATA/go)) { select undef, undef, undef, 0.1 }'"
            packing: node
            resources: {memory: 96M, time: 5m, cpus: 2}
            """)
        let script = try lab.muster(["script", "sweep.yaml", "--cluster", "testbed.yaml"]).output
        #expect(script.contains("--slots 2") && script.contains("#SBATCH --mem=192M"), "\(script)")
        try endNeighbours(lab, data)
        _ = try expectOnlyTheFirst(lab, held: 192, limit: "limit of 192 MiB", kills: 1...2)
    }

    /// The largest process is the neighbour's, within its share: the kernel would take that one.
    @Test func aJobThatGrowsBeyondItsShareIsEndedBeforeItsNeighbour() throws {
        let (lab, data) = try lab(
            "share",
            """
            pipeline:
              command: "if [ {scene.name} = b ]; then perl -e '$n = 75 << 20; $x = q(x) x $n; open F, q(>), q({scene.path}/began); close F; until (-e q(DATA/go)) { select undef, undef, undef, 0.1 }'; else until [ -e DATA/b/began ]; do sleep 0.1; done; for i in $(seq 24); do perl -e '$n = 12 << 20; $x = q(x) x $n; sleep 100' & sleep 0.4; done; wait; fi"
            packing: node
            resources: {memory: 192M, time: 5m, cpus: 2}
            """)
        try endNeighbours(lab, data)
        let attempt = try expectOnlyTheFirst(lab, held: 192, limit: "share of 192 MiB", kills: 0...0)
        #expect(attempt["cause"]?.string?.contains("limit of 384 MiB") == true, "\(attempt.line)")
        let neighbour = try #require(lab.jobs()[1]["attempts"]?.array?.first)
        #expect((neighbour["peak_rss_bytes"]?.int ?? 0) >= 75 << 20, "\(neighbour.line)")
    }

    /// Runs it until the first job has ended, then lets the other one go.
    private func endNeighbours(_ lab: Lab, _ data: String) throws {
        let watch = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        _ = try lab.wait(for: "the first job's end") {
            try lab.peek().first.flatMap { $0["attempts"]?.array?.first?["ended"]?.string }
        }
        try TestCluster.run("touch", ["\(data)/go"])
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 1, "\(lab.errors)")
    }
}
