import MusterCore
import Testing

@Suite struct CgroupMemoryTests {
    /// As a batch job of Slurm 22.05 sees it.
    private static let slurm = """
        9:name=systemd:/
        6:freezer:/slurm_n1/uid_1001/job_10/step_batch
        5:devices:/slurm_n1/uid_1001/job_10/step_batch/task_0
        4:memory:/slurm_n1/uid_1001/job_10/step_batch/task_0
        0::/
        """

    @Test func `version 1 counts kills in the leaf and has its limit above`() throws {
        let group = try #require(CgroupMemory(processFile: Self.slurm))
        #expect(group == CgroupMemory(version: .v1, path: "/slurm_n1/uid_1001/job_10/step_batch/task_0"))
        let job = "/sys/fs/cgroup/memory/slurm_n1/uid_1001/job_10"
        let files = [
            "\(job)/step_batch/task_0/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
            "\(job)/step_batch/task_0/memory.limit_in_bytes": "9223372036854771712\n",
            "\(job)/step_batch/task_0/memory.max_usage_in_bytes": "67104768\n",
            "\(job)/step_batch/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n",
            "\(job)/step_batch/memory.limit_in_bytes": "67108864\n",
            "\(job)/step_batch/memory.max_usage_in_bytes": "67108860\n",
            "\(job)/memory.limit_in_bytes": "67108864\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        ]
        #expect(group.reading { files[$0] } == .init(kills: 1, limit: 67_108_864, peak: 67_108_860))
    }

    @Test func `version 2 sums kills upwards and names no limit max`() throws {
        let group = try #require(
            CgroupMemory(processFile: "0::/system.slice/slurmstepd.scope/job_7/step_0/user/task_0\n"))
        #expect(group.version == .v2)
        let step = "/sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/step_0"
        let files = [
            "\(step)/user/task_0/memory.events": "low 0\nhigh 0\nmax 12\noom 1\noom_kill 2\noom_group_kill 0\n",
            "\(step)/user/task_0/memory.max": "max\n", "\(step)/memory.max": "1073741824\n",
            "\(step)/memory.peak": "1073700000\n", "/sys/fs/cgroup/system.slice/memory.max": "max\n",
        ]
        #expect(group.reading { files[$0] } == .init(kills: 2, limit: 1_073_741_824, peak: 1_073_700_000))
    }

    @Test func `the smallest limit on the way up is in force`() throws {
        let group = CgroupMemory(version: .v2, path: "/a/b")
        let files = [
            "/sys/fs/cgroup/a/b/memory.max": "500\n", "/sys/fs/cgroup/a/memory.max": "300\n",
            "/sys/fs/cgroup/a/memory.peak": "299\n",
        ]
        #expect(group.reading { files[$0] } == .init(kills: 0, limit: 300, peak: 299))
    }

    @Test func `a path that a container hides leaves the nearest visible counters`() {
        let group = CgroupMemory(version: .v1, path: "/docker/abc")
        let files = ["/sys/fs/cgroup/memory/memory.oom_control": "oom_kill 4\n"]
        #expect(group.reading { files[$0] }.kills == 4)
    }

    @Test func `no controller is no group`() { #expect(CgroupMemory(processFile: "3:cpu:/\n") == nil) }
}

@Suite struct ProgressLineTests {
    @Test func `lines change what they name`() {
        var reading = Reading()
        reading.take(progressLine: Array(#"{"item":"f1","done":1,"total":4.0}"#.utf8))
        reading.take(progressLine: Array("{broken".utf8))
        reading.take(progressLine: Array(#"{"done":2}"#.utf8))
        reading.take(progressLine: Array("almost there".utf8))
        #expect(reading == Reading(item: "f1", done: 2, total: 4, message: "almost there"))
    }
}
