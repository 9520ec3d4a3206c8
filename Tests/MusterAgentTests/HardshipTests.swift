import Foundation
import MusterCore
import Testing

/// What goes wrong on a node that is nobody's fault in the job.
@Suite struct HardshipTests {
    @Test func `a process that made itself independent is ended with its stage`() throws {
        let bench = try AgentBench()
        // It leaves its group and session, so nothing but the agent can find it.
        bench.stage(
            "s",
            shell:
                "setsid -f sh -c 'echo $$ > \"$MUSTER_OUT/pid\"; exec sleep 300'; while [ ! -s pid ]; do sleep 0.02; done"
        )
        bench.stage("t", shell: "kill -0 $(cat pid) && exit 9; true")
        bench.job("a")
        try bench.write(blocks: [[0]])
        #expect(try bench.run() == 0)
        #expect(bench.endings.map(\.ending.outcome) == [.succeeded])
        let cause = bench.facts.compactMap { event -> String? in
            if case .stageEnded(_, "s", let ending, _) = event.body { ending.cause } else { nil }
        }
        #expect(cause == ["stage 's' left processes behind, which were ended: sleep"])
    }

    @Test func `a process that hides where it comes from is ended when nothing runs`() throws {
        let bench = try AgentBench()
        bench.stage(
            "s",
            shell: "env -i setsid -f sh -c 'echo $$ > pid; exec sleep 300'; while [ ! -s pid ]; do sleep 0.02; done")
        bench.job("a")
        try bench.write(blocks: [[0]])
        #expect(try bench.run() == 0)
        let text = try #require(bench.text(bench.output("a") + "/pid"))
        let pid = try #require(Int32(text.dropLast()))
        let state = bench.text("/proc/\(pid)/stat")?.split(separator: " ").dropFirst(2).first
        #expect(state == nil || state == "Z")
    }

    @Test func `of a program that prints without end the beginning and the end are kept`() throws {
        let bench = try AgentBench()
        bench.logLimit = 1 << 20
        bench.stage("s", shell: "echo first; yes | head -c 30000000; echo last")
        bench.job("a")
        try bench.write(blocks: [[0]])
        #expect(try bench.run() == 0)
        let lane = try #require(try FileManager.default.contentsOfDirectory(atPath: bench.paths.lanes).first)
        let log = try #require(bench.text(bench.paths.lane(lane).log))
        #expect(log.hasPrefix("first\ny\n"))
        #expect(log.hasSuffix("y\nlast\n"))
        let cut = try #require(
            bench.facts.compactMap { event -> Int64? in
                if case .stageEnded(_, _, let ending, _) = event.body { ending.logCut } else { nil }
            }.first)
        let line = try #require(log.split(separator: "\n").first { $0.hasPrefix("muster: ") })
        let missing = try #require(Int64(line.split(separator: " ")[1]))
        #expect(missing > 0 && cut >= missing)
        // What is there and what is said to be missing is all that was printed, but for what came while it was cut.
        #expect(Int64(log.utf8.count) + missing <= 30_000_200)
    }

    /// A small file system of its own, taken down again.
    private func withDisk(_ bench: AgentBench, at path: String, bytes: Int, _ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        func call(_ words: [String]) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = words
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        try #require(try call(["mount", "-t", "tmpfs", "-o", "size=\(bytes)", "none", path]) == 0)
        defer { _ = try? call(["umount", "-l", path]) }
        try body()
    }

    @Test(.enabled(if: getuid() == 0, "only root can mount a small file system"))
    func `a full disk holds the job up and counts no attempt`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "head -c 3000000 /dev/zero > data")
        for name in ["a", "b"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]])
        try withDisk(bench, at: "\(bench.root)/out", bytes: 8 << 20) {
            try Data(count: 7 << 20).write(to: URL(fileURLWithPath: "\(bench.root)/out/other"))
            let agent = try bench.start()
            #expect(bench.wait(20) { bench.facts.contains { $0.body.kind == "no_space" } })
            #expect(bench.endings.isEmpty)
            try FileManager.default.removeItem(atPath: "\(bench.root)/out/other")
            #expect(bench.wait(30) { !agent.isRunning })
            #expect(bench.endings.map(\.ending.outcome) == [.succeeded, .succeeded])
            #expect(bench.facts.count { $0.body.kind == "job.started" } == 2)
            var state = RunState()
            for event in bench.facts { state.apply(event) }
            let disk = try #require(state.fullDisks.values.first)
            #expect(disk.isOver && disk.path.hasPrefix("\(bench.root)/out"))
        }
    }

    @Test(.enabled(if: getuid() == 0, "only root can mount a small file system"))
    func `facts that a full disk can't take are kept, and the last bytes are theirs`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "head -c 20000000 /dev/zero > \"\(bench.paths.lanes)/fill\" 2>/dev/null; exit 3")
        bench.job("a")
        try bench.write(blocks: [[0]])
        try withDisk(bench, at: bench.paths.lanes, bytes: 2 << 20) {
            let agent = try bench.start()
            #expect(bench.wait(20) { !agent.isRunning || bench.endings.count == 1 })
            #expect(bench.endings.map(\.ending.exitCode) == [3])
            try FileManager.default.removeItem(atPath: "\(bench.paths.lanes)/fill")
            #expect(bench.wait(20) { !agent.isRunning })
        }
    }
}
