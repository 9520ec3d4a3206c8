import Foundation
import MusterCore
import Testing

/// Out-of-memory kills in a group made for the test; only where the machine lets us make one.
@Suite struct MemoryTests {
    static let mount = "/sys/fs/cgroup/memory"
    static var canMakeGroups: Bool { access("\(mount)/memory.limit_in_bytes", W_OK) == 0 && access(mount, W_OK) == 0 }

    private func withGroup(_ bytes: Int, _ body: (String) throws -> Void) throws {
        let group = "\(Self.mount)/muster-test-\(UUID().uuidString)"
        try #require(mkdir(group, 0o755) == 0)
        defer {
            // The group can go once its last process was reaped.
            for _ in 0..<500 where rmdir(group) != 0 && errno == EBUSY { usleep(10_000) }
        }
        try Data("\(bytes)".utf8).write(to: URL(fileURLWithPath: "\(group)/memory.limit_in_bytes"))
        try body(group)
    }

    private static let eat = "perl -e '$n = 300_000_000; $x = q(x) x $n'"

    @Test(
        .enabled(if: canMakeGroups), arguments: [("\(eat); exit 0", "a child was killed"), ("exec \(eat)", "itself")])
    func `a kernel kill makes the stage oom_host whatever its exit code`(shell: String, who: String) throws {
        let bench = try AgentBench()
        bench.stage("s", shell: shell)
        bench.stage("never", shell: "true")
        bench.job("a")
        try bench.write(blocks: [[0]])
        try withGroup(64 << 20) { group in
            _ = try bench.run(shell: "echo $$ > \(group)/cgroup.procs")
        }
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .oomHost && ending.oomKills >= 1 && ending.memoryLimit == 64 << 20)
        #expect((ending.peakRSS ?? 0) > 32 << 20)
        #expect(
            bench.facts.contains { if case .oom(let key, "s", 1, 67_108_864) = $0.body { key.job == 0 } else { false } }
        )
    }

    @Test func `what Slurm says of a step counts, if it is one of the own job`() throws {
        let bench = try AgentBench()
        bench.stage(
            "s",
            shell:
                "echo 'slurmstepd-n2: error: Detected 1 oom-kill event(s) in StepId={scene.name}.0. Some of your processes may have been killed by the cgroup out-of-memory handler.' >&2"
        )
        for name in ["4", "44"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]])
        _ = try bench.run(environment: ["SLURM_JOB_ID": "4"])
        let outcomes = Dictionary(bench.endings.map { ($0.key.job, $0.ending.outcome) }) { $1 }
        #expect(outcomes == [0: .oomHost, 1: .succeeded])
        #expect(bench.endings.first { $0.key.job == 0 }?.ending.oomKills == 1)
    }

    @Test(.enabled(if: canMakeGroups)) func `of two slots the one whose child was large and is gone is told`() throws {
        let bench = try AgentBench()
        let slow =
            "perl -e '$n = 40_000_000; $x = q(x) x $n; select(undef, undef, undef, 2.5); "
            + "$n = 300_000_000; $y = q(x) x $n'"
        bench.stage("s", shell: "[ {scene.name} = calm ] && sleep 5 || {{ \(slow); sleep 1.5; exit 0; }}")
        for name in ["calm", "greedy"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]], slots: 2)
        try withGroup(64 << 20) { group in
            _ = try bench.run(shell: "echo $$ > \(group)/cgroup.procs")
        }
        let outcomes = Dictionary(bench.endings.map { ($0.key.job, $0.ending.outcome) }) { $1 }
        #expect(outcomes == [0: .succeeded, 1: .oomHost])
    }

    @Test(.enabled(if: canMakeGroups)) func `of two slots the one that lost a process is told`() throws {
        let bench = try AgentBench()
        bench.stage("s", shell: "[ {scene.name} = calm ] && sleep 3 || exec \(Self.eat)")
        for name in ["calm", "greedy"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]], slots: 2)
        try withGroup(64 << 20) { group in
            try bench.run(shell: "echo $$ > \(group)/cgroup.procs")
        }
        let outcomes = Dictionary(bench.endings.map { ($0.key.job, $0.ending.outcome) }) { $1 }
        #expect(outcomes == [0: .succeeded, 1: .oomHost])
    }

    @Test(.enabled(if: canMakeGroups)) func `a job that takes its neighbour's memory is ended, not the neighbour`()
        throws
    {
        let bench = try AgentBench()
        bench.resources.memory = ByteCount(100 << 20)
        // Both are as likely for the kernel; one holds what it asked for, the other takes more and more.
        let calm = "perl -e '$n = 80_000_000; $x = q(x) x $n; select(undef, undef, undef, 6)'"
        let greedy =
            "perl -e 'for (1..150) {{ push @x, q(x) x (1_000_000 + $_); select(undef, undef, undef, 0.03) }} sleep 30'"
        bench.stage("s", shell: "[ {scene.name} = calm ] && exec \(calm); exec \(greedy)")
        for name in ["calm", "greedy"] { bench.job(name) }
        try bench.write(blocks: [[0, 1]], slots: 2)
        try withGroup(200 << 20) { group in
            _ = try bench.run(shell: "echo $$ > \(group)/cgroup.procs")
        }
        let endings = Dictionary(bench.endings.map { ($0.key.job, $0.ending) }) { $1 }
        #expect(endings[0]?.outcome == .succeeded)
        let ending = try #require(endings[1])
        #expect(ending.outcome == .oomHost && ending.oomKills == 0, "\(ending)")
        #expect(ending.cause?.contains("more than its share of 100 MiB") == true, "\(ending.cause ?? "")")
        #expect(ending.memoryLimit == 100 << 20)
    }
}
