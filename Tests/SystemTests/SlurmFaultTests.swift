import Foundation
import MusterCore
import TestSupport
import Testing

/// What dies, and what must not be lost.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmFaultTests {
    private func lab(_ name: String, scenes: [String], command: String) throws -> (Lab, String) {
        let (lab, data) = try TestCluster.lab(scenes: scenes, cluster: "poll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: \(name), dataset_root: \(data)}
            pipeline:
              command: "\(command)"
            packing: element
            resources: {memory: 64M, time: 5m, cpus: 1}
            collect: all
            """)
        return (lab, data)
    }

    /// Puts a program in front of sbatch for the runs of one sweep; `script` may call `real "$@"`.
    private func fault(_ sweep: String, _ script: String) throws {
        let home = try TestCluster.home()
        let text = """
            #!/bin/bash
            real() { /usr/bin/sbatch "$@"; }
            case "$*" in *muster.\(sweep)-*) ;; *) real "$@"; exit ;; esac
            \(script)
            """
        try? FileManager.default.removeItem(atPath: "\(home)/fault")
        try FileManager.default.createDirectory(atPath: "\(home)/fault", withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(home)/fault/sbatch"))
        try Data("PATH=$HOME/fault:$PATH\n".utf8).write(to: URL(filePath: "\(home)/.bashrc"))
        try TestCluster.run("chmod", ["755", "\(home)/fault/sbatch"])
        try TestCluster.run("chown", ["-R", "hpcuser:", "\(home)/fault"])
    }

    private func expectOneAttemptEach(_ lab: Lab, count: Int) throws {
        let jobs = try lab.jobs()
        #expect(jobs.count == count)
        for job in jobs {
            #expect(job["outcome"] == "succeeded", "\(job.line)")
            #expect(job["attempts"]?.array?.count == 1, "\(job.line)")
        }
    }

    @Test func theClientIsKilledBetweenSbatchAndItsAnswer() throws {
        let (lab, _) = try lab("held", scenes: ["a", "b"], command: "sleep 1")
        let home = try TestCluster.home()
        try fault("held", "touch ~/fault/held; until [ -e ~/fault/go ]; do sleep 0.1; done; real \"$@\"")
        let client = try lab.start(["submit", "sweep.yaml", "--cluster", "testbed.yaml"])
        _ = try lab.wait(for: "sbatch") { FileManager.default.fileExists(atPath: "\(home)/fault/held") ? true : nil }
        kill(client.processIdentifier, SIGKILL)
        client.waitUntilExit()
        try TestCluster.run("touch", ["\(home)/fault/go"])
        let watch = try lab.muster(["watch", "last"])
        #expect(watch.status == 0, "\(watch.errors)")
        try expectOneAttemptEach(lab, count: 2)
        #expect(try TestCluster.submissions(of: lab.run()) == 1)
    }

    @Test func sbatchTimesOutAfterItWasAccepted() throws {
        let (lab, _) = try lab("slow", scenes: ["a", "b"], command: "sleep 1")
        try fault(
            "slow",
            """
            real "$@" >/dev/null || exit
            echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2
            exit 1
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(result.status == 0, "\(result.errors)")
        try expectOneAttemptEach(lab, count: 2)
        #expect(try TestCluster.submissions(of: lab.run()) == 1)
    }

    @Test func theCollectorIsKilledInTheMiddle() throws {
        let scenes = (0..<9).map { "s\($0)" }
        let (lab, data) = try lab(
            "collector", scenes: scenes,
            command: "touch {scene.path}/began; until [ -e {scene.path}/../go ]; do sleep 0.1; done")
        let client = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        _ = try lab.wait(for: "jobs to begin") {
            scenes.contains { FileManager.default.fileExists(atPath: "\(data)/\($0)/began") } ? true : nil
        }
        kill(client.processIdentifier, SIGKILL)
        client.waitUntilExit()
        try TestCluster.run("touch", ["\(data)/go"])
        let watch = try lab.muster(["watch", "last"])
        #expect(watch.status == 0, "\(watch.errors)")
        try expectOneAttemptEach(lab, count: 9)
    }

    @Test func anAgentIsKilled() throws {
        let (lab, data) = try lab(
            "agent", scenes: ["a", "b"],
            command:
                "echo {scene.name} >> {scene.path}/../ran; [ {scene.name} = a ] || [ -e {scene.path}/../go ] || sleep 300"
        )
        try TestCluster.run("chmod", ["777", data])
        let watch = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        _ = try lab.wait(for: "the first job's end, and the second's begin") {
            let ran = (try? TestCluster.text("\(data)/ran")) ?? ""
            let isOver = try lab.peek().contains { $0["outcome"] == "succeeded" }
            return isOver && ran.contains("b") ? true : nil
        }
        let agents = try lab.wait(for: "one agent left") { () -> [Int32]? in
            let agents = try TestCluster.agents(of: "agent")
            return agents.count == 1 ? agents : nil
        }
        try TestCluster.run("touch", ["\(data)/go"])
        kill(agents[0], SIGKILL)
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        let jobs = try lab.jobs()
        #expect(jobs.map { $0["outcome"] } == ["succeeded", "succeeded"])
        #expect(jobs.map { $0["attempts"]?.array?.count } == [1, 2])
        #expect(try TestCluster.text("\(data)/ran").split(separator: "\n").sorted() == ["a", "b", "b"])
    }

    /// Slurm declares the node dead and starts the element elsewhere, while the first agent lives on.
    @Test(arguments: [("kill-slurmd", "start-slurmd"), ("cut", "heal")])
    func aNodeIsGivenUpUnderARunningElement(fault: String, mending: String) throws {
        let (lab, data) = try lab(
            fault, scenes: ["a"],
            command:
                "hostname > {output_dir}/host.txt; hostname >> {scene.path}/ran; until [ -e {scene.path}/go ]; do sleep 0.1; done"
        )
        let watch = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        let node = try lab.wait(for: "the job's begin") {
            (try? TestCluster.text("\(data)/a/ran"))?.split(separator: "\n").first.map(String.init)
        }
        try TestCluster.verb(fault, node)
        defer {
            _ = try? TestCluster.verb(mending, node)
            _ = try? TestCluster.verb("resume")
        }
        let nodes = try lab.wait(for: "the second attempt", within: 60) { () -> [String]? in
            let ran = try TestCluster.text("\(data)/a/ran").split(separator: "\n").map(String.init)
            return ran.count == 2 ? ran : nil
        }
        #expect(nodes[0] != nodes[1])
        // Now both may publish.
        try TestCluster.run("touch", ["\(data)/a/go"])
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        let job = try #require(try lab.jobs().first)
        #expect(job["outcome"] == "succeeded")
        let attempts = try #require(job["attempts"]?.array)
        #expect(attempts.count == 2)
        #expect(attempts.count { $0["outcome"] == "succeeded" } == 1, "\(job.line)")
        #expect(attempts.allSatisfy { $0["ended"]?.string != nil }, "\(job.line)")
        #expect(try TestCluster.text("\(lab.folder)/results/\(fault)/a/host.txt") == "\(nodes[1])\n")
        // The first agent has seen for itself that it lost its work.
        _ = try lab.wait(for: "the end of both agents") { try TestCluster.agents(of: fault).isEmpty ? true : nil }
        let facts = try RunFacts(of: lab.run())
        let starts = facts.of("job.started", row: "a")
        #expect(starts.count == 2)
        let first = try #require(starts.first { $0["node"]?.string == nodes[0] })
        #expect(Set(facts.fenced.compactMap { $0["src"]?.string }) == [try #require(first["src"]?.string)])
        try facts.expectPublishedOnce()
    }

    @Test func aNodeCrashesAndSlurmRequeuesTheElement() throws {
        let (lab, data) = try lab(
            "crash", scenes: ["a", "b"],
            command:
                "hostname >> {scene.path}/ran; [ {scene.name} = a ] || exit 0; hold=0; [ -e {scene.path}/go ] || hold=300; exec perl -e '$n = 30 << 20; $x = q(x) x $n; sleep shift' $hold"
        )
        let watch = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        let node = try lab.wait(for: "the job's begin") {
            (try? TestCluster.text("\(data)/a/ran"))?.split(separator: "\n").first.map(String.init)
        }
        _ = try lab.wait(for: "the other job's end") {
            try lab.peek().contains { $0["outcome"] == "succeeded" } ? true : nil
        }
        let run = try lab.run()
        _ = try lab.wait(for: "a sample of what it holds") {
            try RunFacts.lastSeen(in: run).contains { $0 >= 30 << 20 } ? true : nil
        }
        try TestCluster.run("touch", ["\(data)/a/go"])
        try TestCluster.verb("crash", node)
        defer {
            _ = try? TestCluster.verb("boot", node)
            _ = try? TestCluster.verb("resume")
        }
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        let jobs = try lab.jobs()
        #expect(jobs.map { $0["outcome"] } == ["succeeded", "succeeded"])
        let attempts = try #require(jobs[0]["attempts"]?.array)
        #expect(attempts.map { $0["outcome"] } == ["node_failed", "succeeded"], "\(jobs[0].line)")
        #expect(attempts.allSatisfy { ($0["peak_rss_bytes"]?.int ?? 0) >= 30 << 20 }, "\(jobs[0].line)")
        #expect(jobs[1]["attempts"]?.array?.count == 1)
        #expect(try TestCluster.text("\(data)/a/ran").split(separator: "\n").count == 2)
        #expect(try TestCluster.submissions(of: lab.run()) == 1)
        try RunFacts(of: lab.run()).expectPublishedOnce()
    }

    /// The network goes and comes; the cluster's file at home is gone for good.
    @Test func theSessionBreaksWhileARunIsWatched() throws {
        let (lab, data) = try lab(
            "session", scenes: ["a", "b"],
            command: "touch {scene.path}/began; until [ -e {scene.path}/../go ]; do sleep 0.1; done")
        try lab.write(
            "testbed.yaml",
            try TestCluster.text("\(lab.folder)/testbed.yaml").replacing("way: direct", with: "way: files"))
        #expect(try lab.muster(["submit", "sweep.yaml", "--cluster", "testbed.yaml"]).status == 0)
        try FileManager.default.removeItem(atPath: "\(lab.folder)/testbed.yaml")
        let watch = try lab.start(["watch", "last"])
        _ = try lab.wait(for: "a job's begin") { try lab.peek().contains { $0["outcome"] == "running" } ? true : nil }
        try TestCluster.verb("stop-sshd")
        defer { _ = try? TestCluster.verb("start-sshd") }
        for pid in try TestCluster.sessions() { kill(pid, SIGKILL) }
        _ = try lab.wait(for: "a word about it") { lab.errors.contains("trying again") ? true : nil }
        try TestCluster.run("touch", ["\(data)/go"])
        try TestCluster.verb("start-sshd")
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        #expect(lab.errors.contains("connected again"))
        try expectOneAttemptEach(lab, count: 2)
    }

    @Test func elementsThatNeverBecomeAgentsAreNotSubmittedForever() throws {
        let (lab, _) = try lab("dead", scenes: ["a"], command: "true")
        let text = try TestCluster.text("\(lab.folder)/testbed.yaml")
        try lab.write("testbed.yaml", text + "prologue: echo no such license; exit 9\n")
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(result.status == 6, "\(result.errors)")
        #expect(result.errors.contains("no such license"), "\(result.errors)")
        #expect(try TestCluster.submissions(of: lab.run()) == 2)
    }
}
