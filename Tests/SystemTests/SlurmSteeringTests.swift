import Foundation
import MusterCore
import TestSupport
import Testing

/// Orders about runs on a real Slurm, and another machine that goes on with them.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmSteeringTests {
    private func elsewhere(_ lab: Lab, _ words: [String]) throws -> Lab.Result {
        try lab.muster(words, environment: ["MUSTER_STATE": "\(lab.folder)/other"])
    }

    private func queue(_ run: String, _ format: String) throws -> [String] {
        try TestCluster.run("squeue", ["-h", "-r", "-u", "hpcuser", "-o", "%j %\(format)"]).split(separator: "\n")
            .filter { $0.hasPrefix("muster.\(run).") }.compactMap { $0.split(separator: " ").last.map(String.init) }
    }

    @Test func aSecondMachineAttachesLeadsAndRetriesWhatFailed() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b", "c"], cluster: "poll_interval: 3s\n")
        try TestCluster.run("touch", ["\(data)/bad-a", "\(data)/bad-c"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: second, dataset_root: \(data), scenes: [a, b, c]}
            pipeline: {command: "echo $SLURM_MEM_PER_NODE > {output_dir}/memory; [ ! -e \(data)/bad-{scene.name} ]"}
            packing: element
            resources: {memory: 64M, time: 5m}
            collect: all
            """)
        let first = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(first.status == 1, "\(first.errors)")
        let run = try lab.run()
        let attached = try elsewhere(lab, ["attach", "testbed.yaml:\(run)"])
        #expect(attached.status == 0, "\(attached.errors)")
        let words = ["history", "show", run, "--json"]
        func jobs(_ result: Lab.Result) throws -> [JSON] { try #require(result.json?["jobs"]?.array) }
        #expect(try jobs(try elsewhere(lab, words)) == jobs(try lab.muster(words)))
        try TestCluster.run("rm", ["\(data)/bad-a", "\(data)/bad-c"])
        let retry = try elsewhere(lab, ["retry", run, "--failed", "--memory", "96M", "--watch"])
        #expect(retry.status == 0, "\(retry.errors)")
        let after = try jobs(try elsewhere(lab, words))
        #expect(after.map { $0["attempts"]?.array?.count } == [2, 1, 2])
        #expect(after[0]["attempts"]?.array?.last?["retry"] == "asked: memory 96 MiB")
        #expect(try TestCluster.submissions(of: run) == 2)
        let facts = try RunFacts(of: run)
        try facts.expectPublishedOnce()
        // The first machine sees what the second did.
        #expect(try lab.muster(["watch", run]).status == 0)
        #expect(try jobs(try lab.muster(words)).map { $0["outcome"] } == ["succeeded", "succeeded", "succeeded"])
        let memory = try #require(facts.rows.first?["output"]?.string)
        #expect(try TestCluster.text("\(memory)/memory").hasPrefix("96"))
    }

    @Test func whoHoldsTheLeaseSubmitsUntilItRunsOut() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a"], cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: leased, dataset_root: \(data)}
            pipeline: {command: "[ -e \(data)/good ]"}
            packing: element
            resources: {memory: 64M, time: 5m}
            """)
        #expect(try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"]).status == 1)
        let run = try lab.run()
        // Somebody leads it from a machine of which nothing is known here.
        let folder = "\(try TestCluster.home())/muster/runs/\(run)/lease"
        let last = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { Int($0) }.max())
        var lease = try #require(
            Lease(number: last, json: try JSON(parsing: try TestCluster.text("\(folder)/\(last)"))))
        #expect(lease.isGivenBack)
        (lease.isGivenBack, lease.user, lease.host) = (false, "eve", "far")
        lease.process.machine = "another"
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        lease.expires = Timestamp(microseconds: now.microseconds + 3_600_000_000)
        try Data(lease.json.bytes).write(to: URL(filePath: "\(folder)/\(last)"))
        #expect(try elsewhere(lab, ["attach", "testbed.yaml:\(run)"]).status == 0)
        try TestCluster.run("touch", ["\(data)/good"])
        let asked = try elsewhere(lab, ["retry", run, "--failed"])
        #expect(asked.status == 0 && asked.errors.contains("eve@far"), "\(asked.errors)")
        #expect(asked.errors.contains("leads this run and goes on with it"))
        #expect(try TestCluster.submissions(of: run) == 1)
        #expect(try elsewhere(lab, ["wait", run, "--timeout", "3s"]).status == 6)
        #expect(try TestCluster.submissions(of: run) == 1)
        // Its time is over by the clock of the cluster: what was asked for is done by whoever comes next.
        lease.expires = now
        try Data(lease.json.bytes).write(to: URL(filePath: "\(folder)/\(last)"))
        let watched = try elsewhere(lab, ["watch", run])
        #expect(watched.status == 0, "\(watched.errors)")
        #expect(try TestCluster.submissions(of: run) == 2)
    }

    @Test func waitingElementsAreThrottledHeldAndGivenBack() throws {
        let (lab, data) = try TestCluster.lab(scenes: (0..<6).map { "s\($0)" }, cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: held, dataset_root: \(data)}
            pipeline: {command: "until [ -e \(data)/../go-held ]; do sleep 0.1; done"}
            packing: element
            resources: {memory: 64M, time: 5m, cpus: 4}
            """)
        try TestCluster.run("rm", ["-f", "\(data)/../go-held"])
        #expect(try lab.muster(["submit", "sweep.yaml", "--cluster", "testbed.yaml"]).status == 0)
        let run = try lab.run()
        defer { _ = try? lab.muster(["cancel", run, "--yes"]) }
        let running = try lab.wait(for: "running elements, and others that wait for room") {
            let states = try queue(run, "t")
            return states.count == 6 && states.contains("R") && !states.contains("CF")
                ? states.count { $0 == "R" } : nil
        }
        #expect(running < 6)
        #expect(try lab.muster(["throttle", run, "1"]).status == 0)
        let array = try #require(try queue(run, "F").first)
        #expect(try TestCluster.run("scontrol", ["show", "job", array]).contains("ArrayTaskThrottle=1"))
        #expect(try lab.muster(["status", run]).output.contains("throttled: 1 job at most"))
        #expect(try lab.muster(["hold", run]).status == 0)
        #expect(try queue(run, "r").contains("JobHeldUser"))
        #expect(try lab.muster(["release", run]).status == 0)
        #expect(try !queue(run, "r").contains("JobHeldUser"))
        #expect(try lab.muster(["throttle", run, "off"]).status == 0)
        // All that has not begun is cancelled: Slurm gets its elements back, and those that run are left alone.
        let begun = try lab.wait(for: "agents' words") {
            _ = try lab.muster(["status", run])
            let begun = try lab.peek(run).count { $0["outcome"] == "running" }
            return begun >= running ? begun : nil
        }
        let cancelled = try lab.muster(["cancel", run, "state=waiting", "--yes"])
        #expect(cancelled.status == 0, "\(cancelled.errors)")
        #expect(try queue(run, "t").allSatisfy { $0 == "R" || $0 == "CG" })
        try TestCluster.run("touch", ["\(data)/../go-held"])
        #expect(try lab.muster(["wait", run, "--timeout", "120s"]).status == 1)
        let outcomes = try lab.jobs(run).map { $0["outcome"]?.string }
        #expect(outcomes.count { $0 == "succeeded" } == begun, "\(outcomes)")
        #expect(outcomes.count { $0 == "cancelled" } == 6 - begun, "\(outcomes)")
    }
}
