import Foundation
import GRDB
import MusterCore
import TestSupport
import Testing

/// The ways home on a real cluster: what dies, what is heard all the same, and what is left on the login node.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmWayTests {
    private func lab(_ way: String, scenes: [String], idle: String = "1h") throws -> (Lab, data: String) {
        let (lab, data) = try TestCluster.lab(scenes: scenes, cluster: "poll_interval: 3s\n")
        let text = try TestCluster.text("\(lab.folder)/testbed.yaml")
        let line = way == "files" ? "way: files" : "way: \(way)\n  interface: 10.77.0.1\n  idle: \(idle)"
        try lab.write(
            "testbed.yaml",
            text.replacing("way: direct", with: line).split(separator: "\n").filter { !$0.hasPrefix("  address:") }
                .joined(separator: "\n") + "\n")
        try write("sweep", data: data, to: lab)
        return (lab, data)
    }

    private func write(_ name: String, data: String, to lab: Lab) throws {
        try lab.write(
            "\(name).yaml",
            """
            experiment: {name: \(name), dataset_root: \(data)}
            pipeline:
              command: "touch {scene.path}/began; until [ -e {scene.path}/../go ]; do sleep 0.1; done"
            packing: element
            resources: {memory: 64M, time: 5m, cpus: 1}
            """)
    }

    private func waitForBegin(of scenes: [String], _ data: String, _ lab: Lab) throws {
        _ = try lab.wait(for: "all jobs to begin") {
            scenes.allSatisfy { FileManager.default.fileExists(atPath: "\(data)/\($0)/began") } ? true : nil
        }
    }

    /// Every fact that an agent wrote down is in the history, once.
    private func expectAllFacts(of run: String, in lab: Lab) throws {
        let facts = try RunFacts(of: run).facts
        let queue = try DatabaseQueue(path: "\(lab.folder)/state/history.sqlite")
        let lines = try queue.read { try String.fetchAll($0, sql: "SELECT line FROM facts") }
        func name(_ fact: JSON) -> String { "\(fact["src"]?.string ?? "?") \(fact["seq"]?.int ?? 0)" }
        let here = try lines.map { name(try JSON(parsing: $0)) }
        #expect(Set(here).count == here.count)
        let missing = Set(facts.map(name)).subtracting(here)
        #expect(!facts.isEmpty && missing.isEmpty, "\(missing)")
    }

    /// What a relay has heard of a run, each fact once and none that no agent has told.
    @discardableResult
    private func expectJournal(of run: String) throws -> [JSON] {
        let paths = RunPaths(folder: "\(try TestCluster.home())/muster/runs/\(run)")
        let lines = try TestCluster.text(paths.journal).split(separator: "\n").map { try JSON(parsing: String($0)) }
        let told = Set(try RunFacts(of: run).facts.map(\.line))
        #expect(Set(lines.map(\.line)).count == lines.count)
        #expect(Set(lines.map(\.line)).subtracting(told).isEmpty)
        return lines
    }

    private func expectSucceeded(_ lab: Lab, count: Int, run: String = "last") throws {
        let jobs = try lab.jobs(run)
        #expect(jobs.count == count)
        #expect(jobs.allSatisfy { $0["outcome"] == "succeeded" }, "\(jobs.map(\.line))")
    }

    /// Nothing of muster runs on the login node, and nothing of the user listens there.
    private func expectNothingLeft(_ lab: Lab) throws {
        _ = try lab.wait(for: "the end of all that ran on the login node", within: 20) {
            try LoginNode.relays().isEmpty && TestCluster.sessions().isEmpty && LoginNode.ports().isEmpty ? true : nil
        }
    }

    @Test(arguments: ["attached", "detached", "files"])
    func theClientIsKilledAndANodeIsCutOff(way: String) throws {
        let scenes = (0..<6).map { "s\($0)" }
        let (lab, data) = try lab(way, scenes: scenes)
        let client = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        try waitForBegin(of: scenes, data, lab)
        if way == "files" {
            #expect(try LoginNode.relays().isEmpty && LoginNode.ports().isEmpty)
        } else {
            _ = try lab.wait(for: "the relay") { try LoginNode.ports().count == 1 ? true : nil }
            let run = try lab.peekRun()
            _ = try lab.wait(for: "all agents in its journal") {
                let text = (try? TestCluster.text(LoginNode.journal(of: run))) ?? ""
                return text.split(separator: "\n").count { $0.contains("job.started") } == 6 ? true : nil
            }
        }
        kill(client.processIdentifier, SIGKILL)
        client.waitUntilExit()
        if way == "detached" {
            _ = try lab.wait(for: "the end of the session") { try TestCluster.sessions().isEmpty ? true : nil }
            #expect(try LoginNode.ports().count == 1 && LoginNode.relays().count == 1)
        } else {
            try expectNothingLeft(lab)
        }
        let run = try lab.run()
        let node = try #require(try RunFacts(of: run).of("job.started").first?["node"]?.string)
        try TestCluster.verb("cut", node)
        defer {
            _ = try? TestCluster.verb("heal", node)
            _ = try? TestCluster.verb("resume")
        }
        try TestCluster.run("touch", ["\(data)/go"])
        _ = try lab.wait(for: "the jobs' ends") {
            try RunFacts(of: run).of("job.ended").count == 6 ? true : nil
        }
        try TestCluster.verb("heal", node)
        let watch = try lab.muster(["watch", "last"])
        #expect(watch.status == 0, "\(watch.errors)")
        try expectSucceeded(lab, count: 6)
        try expectAllFacts(of: run, in: lab)
        try RunFacts(of: run).expectPublishedOnce()
        try expectNothingLeft(lab)
        if way != "files" { try expectJournal(of: run) }
        let paths = RunPaths(folder: "\(try TestCluster.home())/muster/runs/\(run)")
        #expect(try TestCluster.text(paths.way) == "\(way)\n")
        #expect(!FileManager.default.fileExists(atPath: paths.endpoint))
    }

    @Test(arguments: ["attached", "detached"])
    func theRelayIsKilledInTheMiddle(way: String) throws {
        let scenes = (0..<4).map { "s\($0)" }
        let (lab, data) = try lab(way, scenes: scenes)
        let client = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        try waitForBegin(of: scenes, data, lab)
        let run = try lab.peekRun()
        let first = try lab.wait(for: "the relay") { try LoginNode.serving(run) }
        kill(first, SIGKILL)
        let second = try lab.wait(for: "another relay") {
            try LoginNode.serving(run).flatMap { $0 == first ? nil : $0 }
        }
        #expect(second != first)
        try TestCluster.run("touch", ["\(data)/go"])
        client.waitUntilExit()
        #expect(client.terminationStatus == 0, "\(lab.errors)")
        try expectSucceeded(lab, count: 4)
        try expectAllFacts(of: run, in: lab)
        try expectJournal(of: run)
        try expectNothingLeft(lab)
    }

    /// A relay is heard whatever carries its stream: a session that is held, or the ssh program.
    @Test(arguments: zip(["libssh", "openssh"], [true, false]))
    func theRelayIsHeard(over transport: String, isHeld: Bool) throws {
        let (lab, data) = try lab("attached", scenes: ["a"])
        try lab.write(
            "testbed.yaml", try TestCluster.text("\(lab.folder)/testbed.yaml") + "transport: \(transport)\n")
        if isHeld { #expect(try lab.muster(["connect", "testbed.yaml", "--for", "10m"]).status == 0) }
        defer { _ = try? lab.muster(["disconnect", "--all"]) }
        let client = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        try waitForBegin(of: ["a"], data, lab)
        let run = try lab.peekRun()
        _ = try lab.wait(for: "the relay") { try LoginNode.serving(run) }
        _ = try lab.wait(for: "the job in its journal") {
            (try? TestCluster.text(LoginNode.journal(of: run)))?.contains("job.started") == true ? true : nil
        }
        try TestCluster.run("touch", ["\(data)/go"])
        client.waitUntilExit()
        #expect(client.terminationStatus == 0, "\(lab.errors)")
        try expectSucceeded(lab, count: 1)
        try expectJournal(of: run)
        if isHeld {
            // Its stream has gone with the client, though the session is still there.
            _ = try lab.wait(for: "the relay's end") { try LoginNode.relays().isEmpty ? true : nil }
            #expect(try lab.muster(["disconnect", "--all"]).status == 0)
        }
        try expectNothingLeft(lab)
    }

    /// Two clients of a user: one relay serves both, and when its client goes the other's takes its place.
    @Test func oneRelayServesAllRunsOfAUser() throws {
        let (lab, data) = try lab("attached", scenes: ["a", "b"])
        let other = try self.lab("attached", scenes: ["c"])
        try write("other", data: other.data, to: other.0)
        let first = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        try waitForBegin(of: ["a", "b"], data, lab)
        let run = try lab.peekRun()
        let relay = try lab.wait(for: "the relay") { try LoginNode.serving(run) }
        let second = try other.0.start(["run", "other.yaml", "--cluster", "testbed.yaml"])
        try waitForBegin(of: ["c"], other.data, other.0)
        let otherRun = try other.0.peekRun()
        _ = try lab.wait(for: "the other run in its journal") {
            (try? TestCluster.text(LoginNode.journal(of: otherRun)))?.contains("job.started") == true ? true : nil
        }
        #expect(try LoginNode.serving(otherRun) == relay && LoginNode.ports().count == 1)
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        let heir = try lab.wait(for: "another relay") {
            try LoginNode.serving(otherRun).flatMap { $0 == relay ? nil : $0 }
        }
        #expect(try LoginNode.serving(run) == heir && LoginNode.ports().count == 1)
        for data in [data, other.data] { try TestCluster.run("touch", ["\(data)/go"]) }
        second.waitUntilExit()
        #expect(second.terminationStatus == 0, "\(other.0.errors)")
        #expect(try lab.muster(["watch", "last"]).status == 0, "\(lab.errors)")
        try expectAllFacts(of: run, in: lab)
        try expectAllFacts(of: otherRun, in: other.0)
        try expectJournal(of: run)
        try expectJournal(of: otherRun)
        try expectNothingLeft(lab)
    }

    /// Nodes do not reach what is bound; the way was chosen all the same, and later watches keep it.
    @Test func agentsThatDoNotReachTheRelayAreReadInTheirOutboxes() throws {
        let (lab, data) = try lab("auto", scenes: ["a", "b"])
        let text = try TestCluster.text("\(lab.folder)/testbed.yaml")
        try lab.write("testbed.yaml", text.replacing("interface: 10.77.0.1", with: "interface: lo"))
        let client = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        try waitForBegin(of: ["a", "b"], data, lab)
        let run = try lab.peekRun()
        _ = try lab.wait(for: "the relay") { try LoginNode.serving(run) }
        _ = try lab.wait(for: "both jobs in the history") {
            try lab.peek().count { $0["outcome"] == "running" } == 2 ? true : nil
        }
        kill(client.processIdentifier, SIGKILL)
        client.waitUntilExit()
        try expectNothingLeft(lab)
        try lab.write("testbed.yaml", text.replacing("way: auto", with: "way: files"))
        let watch = try lab.start(["watch", "last", "--json"])
        _ = try lab.wait(for: "the relay again") { try LoginNode.serving(run) }
        try TestCluster.run("touch", ["\(data)/go"])
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        let last = try TestCluster.text("\(lab.folder)/out").split(separator: "\n").last ?? ""
        #expect(try JSON(parsing: String(last))["report"]?["way"] == "attached")
        try expectSucceeded(lab, count: 2)
        try expectAllFacts(of: run, in: lab)
        try expectNothingLeft(lab)
    }

    @Test func theSessionBreaksUnderARelay() throws {
        let (lab, data) = try lab("attached", scenes: ["a", "b"])
        let watch = try lab.start(["run", "sweep.yaml", "--cluster", "testbed.yaml"])
        try waitForBegin(of: ["a", "b"], data, lab)
        let run = try lab.peekRun()
        let relay = try lab.wait(for: "the relay") { try LoginNode.serving(run) }
        try TestCluster.verb("stop-sshd")
        defer { _ = try? TestCluster.verb("start-sshd") }
        for pid in try TestCluster.sessions() { kill(pid, SIGKILL) }
        _ = try lab.wait(for: "the end of the relay") { try LoginNode.relays().contains(relay) ? nil : true }
        _ = try lab.wait(for: "a word about it") { lab.errors.contains("trying again") ? true : nil }
        try TestCluster.run("touch", ["\(data)/go"])
        try TestCluster.verb("start-sshd")
        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(lab.errors)")
        #expect(lab.errors.contains("connected again"))
        try expectSucceeded(lab, count: 2)
        try expectAllFacts(of: run, in: lab)
        try expectNothingLeft(lab)
    }
}

/// What runs of muster on the test cluster's login node.
enum LoginNode {
    /// Pids of relays, serving or not.
    static func relays() throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { pid in
            let line = (try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"))) ?? Data()
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            guard words.first?.hasSuffix("/muster-agent") == true, words.dropFirst().first == "relay" else {
                return false
            }
            // Those of other tests run on this machine, but not there.
            let owner = try? FileManager.default.attributesOfItem(atPath: "/proc/\(pid)")[.ownerAccountName] as? String
            return owner == "hpcuser"
        }
    }

    /// Ports on which programs of the user listen in the login node's network.
    static func ports() throws -> [String] {
        let user = try TestCluster.run("id", ["-u", "hpcuser"]).split(separator: "\n").first.map(String.init)
        return try TestCluster.text("/proc/net/tcp").split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ").map(String.init)
            return fields.count > 7 && fields[3] == "0A" && fields[7] == user ? fields[1] : nil
        }
    }

    static func journal(of run: String) throws -> String {
        RunPaths(folder: "\(try TestCluster.home())/muster/runs/\(run)").journal
    }

    /// The pid of the relay that a run's agents are told to connect to: the one that listens there.
    static func serving(_ run: String) throws -> Int32? {
        let paths = RunPaths(folder: "\(try TestCluster.home())/muster/runs/\(run)")
        guard let text = try? TestCluster.text(paths.endpoint), let json = try? JSON(parsing: text),
            let port = Endpoint(json: json)?.address.split(separator: ":").last.flatMap({ UInt16($0) })
        else { return nil }
        let end = ":" + String(format: "%04X", port)
        let sockets = Set(
            try TestCluster.text("/proc/net/tcp").split(separator: "\n").compactMap { line -> String? in
                let fields = line.split(separator: " ").map(String.init)
                return fields.count > 9 && fields[3] == "0A" && fields[1].hasSuffix(end) ? "socket:[\(fields[9])]" : nil
            })
        return try relays().first { pid in
            let folder = "/proc/\(pid)/fd"
            let open = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return open.contains {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")).map(sockets.contains)
                    ?? false
            }
        }
    }
}
