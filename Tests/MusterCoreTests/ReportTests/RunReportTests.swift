import MusterCore
import Testing

/// What a run is reported to have cost, and what is advised for the next one.
@Suite struct RunReportTests {
    private func plan(_ resources: Resources, slots: Int = 1) -> RunPlan {
        RunPlan(
            run: "r", sweep: "s", cluster: "alps", fingerprint: "f", stages: [], resources: resources, slots: slots,
            jobCount: 1, outputRoot: "/o")
    }

    private func job(
        _ index: Int, _ outcome: Outcome = .succeeded, seconds: Double, gib: Double, cpu: Double? = nil,
        utilization: Double? = nil, start: Int64 = 0, limit: Double? = nil, reused: Bool = false
    ) -> RunReport.Job {
        let stage = RunReport.StageUse(
            name: "one", hasSucceeded: outcome == .succeeded, isReused: reused, seconds: seconds, cpu: cpu,
            memory: gib * 1_073_741_824, utilization: utilization)
        let attempt = RunReport.Attempt(
            element: "7_\(index)", outcome: outcome, started: Timestamp(seconds: start),
            ended: Timestamp(seconds: start + Int64(seconds)), seconds: seconds, memory: gib * 1_073_741_824,
            gpuMemory: utilization.map { _ in 8 * 1_073_741_824 }, memoryLimit: limit, stages: [stage])
        return RunReport.Job(
            index: index, id: "j\(index)", standing: .ended(outcome), isCached: false, attempts: [attempt])
    }

    private func report(_ jobs: [RunReport.Job], _ plan: RunPlan, starts: [String: Timestamp] = [:]) -> RunReport {
        RunReport(
            run: "r", sweep: "s", cluster: "alps", plan: plan, jobs: jobs, failures: [], starts: starts,
            now: Timestamp(seconds: 10_000))
    }

    @Test func figuresOfASpreadAreAmongItsValues() {
        let spread = Spread((1...10).map(Double.init))
        #expect(spread?.median == 5 && spread?.ninth == 9 && spread?.most == 10 && spread?.count == 10)
        #expect(Spread([Double]()) == nil)
        #expect(Spread([3])?.median == 3)
    }

    @Test func requestsAreAdvisedByTheLargestUseWithHeadRoom() throws {
        let asked = Resources(cpus: 8, memory: ByteCount(64 << 30), time: WallTime(seconds: 36_000))
        let jobs = (1...10).map { job($0, seconds: Double($0) * 100, gib: Double($0), cpu: Double($0) * 200) }
        let size = try #require(report(jobs, plan(asked)).sizes.first)
        // 10 GiB and a fifth; 1000 s and a quarter are 21 minutes; two cores and a tenth.
        #expect(size.lines == ["resources:", "  memory: 12G", "  time: 25m", "  cpus: 3"])
        #expect(size.memoryShare.map { Int($0.rounded()) } == 16)
        #expect(size.coreShare.map { Int($0.rounded()) } == 25)
    }

    @Test func whoRanOutAsksForMoreThanItHad() throws {
        let asked = Resources(memory: ByteCount(4 << 30), time: WallTime(seconds: 600))
        let jobs = [
            job(0, seconds: 100, gib: 1), job(1, .oomHost, seconds: 50, gib: 4, limit: 4 * 1_073_741_824),
            job(2, .timeout, seconds: 600, gib: 1),
        ]
        let size = try #require(report(jobs, plan(asked)).sizes.first)
        #expect(size.starved == 1 && size.late == 1)
        #expect(size.lines == ["resources:", "  memory: 6G", "  time: 15m"])
    }

    @Test func whatWasTakenOverIsNoMeasureOfTime() {
        let jobs = [job(0, seconds: 100, gib: 1), job(1, seconds: 1, gib: 0.1, reused: true)]
        #expect(report(jobs, plan(Resources())).durations?.median == 100)
        #expect(report([jobs[1]], plan(Resources())).durations?.median == 1)
    }

    @Test func idleGPUsAreHeldButDoNotCompute() throws {
        let asked = Resources(gpus: 1, memory: ByteCount(4 << 30))
        // An hour on one GPU, of which half computed; its agent began half an hour before.
        let jobs = [job(0, seconds: 3600, gib: 1, utilization: 50, start: 7200)]
        let time = try #require(report(jobs, plan(asked), starts: ["7_0 0": Timestamp(seconds: 5400)]).gpuTime)
        #expect(time.held == 1.5 && time.inJobs == 1 && time.busy == 0.5 && time.idle == 1)
        #expect(report(jobs, plan(Resources())).gpuTime == nil)
        // Two jobs side by side, each with half of the one GPU.
        let shared = report(
            [job(0, seconds: 3600, gib: 1, utilization: 30)], plan(Resources(gpus: 1, sharing: 2), slots: 2))
        #expect(shared.gpuTime?.held == 1 && shared.gpuTime?.inJobs == 0.5)
        #expect(report(jobs, plan(asked)).sizes.first?.sharing == nil)
        let lazy = report([job(0, seconds: 3600, gib: 1, utilization: 30)], plan(asked))
        #expect(lazy.sizes.first?.sharing == 2)
        #expect(lazy.sizes.first?.lines.contains("  gpu_memory: 9G") == true)
    }

    @Test func sizesOfRetriesCountWithTheOneTheyCameFrom() throws {
        var plan = plan(Resources(memory: ByteCount(1 << 30)))
        var more = SizeClass(resources: Resources(memory: ByteCount(2 << 30)), slots: 1, arrays: [])
        more.base = 0
        plan = plan.extended(by: [(1, more)])
        var job = job(0, .oomHost, seconds: 10, gib: 1)
        var second = job.attempts[0]
        (second.size, second.outcome, second.memory, second.why) = (
            1, .succeeded, 1.8 * 1_073_741_824, "oom_host: more"
        )
        job.attempts.append(second)
        job.standing = .ended(.succeeded)
        let report = report([job], plan)
        #expect(report.sizes.map(\.number) == [0] && report.sizes[0].attempts == 2)
        #expect(report.retries == [RunReport.Count("oom_host: more", 1)])
        #expect(report.attempts == 2 && report.standings == [RunReport.Count("succeeded", 1)])
    }

    @Test func theSlowestAndTheLargestAreNamed() {
        let jobs = (0..<8).map { job($0, seconds: Double(100 - $0), gib: Double($0 + 1)) }
        let report = report(jobs, plan(Resources()))
        #expect(report.slowest.map(\.index) == [0, 1, 2, 3, 4])
        #expect(report.largest.map(\.index) == [7, 6, 5, 4, 3])
        #expect(report.json["schema"] == 1)
        #expect(report.json["slowest"]?.array?.count == 5)
    }
}
