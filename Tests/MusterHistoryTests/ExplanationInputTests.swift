import Foundation
import MusterCore
import MusterHistory
import TestSupport
import Testing

/// What explanations and reports take from the history.
@Suite struct ExplanationInputTests {
    private func job(_ index: Int, _ id: String, scene: String) -> JobRow {
        JobRow(
            index: index, id: id, scene: Scene(name: scene, path: "/data/\(scene)"),
            point: Point(id: id, values: [.init("n", .string(id))]), output: "/out/\(id)", key: id)
    }

    /// Registers a run whose jobs end so, one after the other.
    private func add(
        _ run: String, at second: Int64, _ jobs: [(JobRow, Outcome)], sweep: String = "sweep", to history: History
    ) throws {
        var plan = plan(run, jobs: jobs.count)
        plan.sweep = sweep
        try history.registerRun(plan, jobs: jobs.map(\.0), registration(at: second))
        var sequence: Int64 = 0
        func tell(_ body: EventBody) throws {
            sequence += 1
            try history.append([
                Event(
                    run: run, source: FactGenerator.source(Int(second)), sequence: sequence,
                    time: Timestamp(seconds: 1_800_000_000 + second + sequence), monotonic: 0, body: body)
            ])
        }
        for (row, outcome) in jobs {
            let key = AttemptKey(job: row.index, generation: 0, element: "7_\(row.index)", restart: 0)
            try tell(.jobStarted(key, node: "n\(row.index)", slot: 0, folder: "/f"))
            try tell(.stageStarted(key, stage: "one", pid: 1))
            let ending = Ending(
                outcome: outcome, exitCode: outcome == .failed ? 3 : 0, duration: 2_000_000, peakRSS: 1 << 20,
                tail: outcome == .failed ? "error: no \(row.index)\nbye\n" : nil,
                usage: Usage(cpu: 1_000_000))
            try tell(.stageEnded(key, stage: "one", ending, reused: false))
            try tell(.jobEnded(key, ending, superseded: false))
        }
    }

    @Test func whatWorkedLastIsTheSameJobElseOneOfItsScene() throws {
        let folder = StateFolder()
        let history = try folder.history()
        try add("r1", at: 0, [(job(0, "p1/a", scene: "a"), .succeeded)], to: history)
        try add("r2", at: 1000, [(job(0, "p1/a", scene: "a"), .failed)], to: history)
        try add("r3", at: 2000, [(job(0, "p1/a", scene: "a"), .succeeded)], sweep: "another", to: history)
        try add(
            "r4", at: 3000,
            [
                (job(0, "p1/a", scene: "a"), .failed), (job(1, "p2/a", scene: "a"), .failed),
                (job(2, "p3/a", scene: "a"), .succeeded), (job(3, "p1/b", scene: "b"), .failed),
            ], to: history)
        try add("r5", at: 4000, [(job(0, "p1/a", scene: "a"), .succeeded)], to: history)
        let run = try history.run("r4")
        let jobs = try history.jobs(of: "r4")
        // Neither a later run nor another sweep counts.
        let same = try #require(try history.lastSuccess(of: jobs[0], in: run))
        #expect(same.isSame && same.job.run == "r1" && same.job.id == "p1/a" && same.job.node == "n0")
        #expect(same.job.plan?.run == "r1" && same.job.point.values == [.init("n", "p1/a")])
        let near = try #require(try history.lastSuccess(of: jobs[1], in: run))
        #expect(!near.isSame && near.job.run == "r4" && near.job.id == "p3/a")
        #expect(try history.lastSuccess(of: jobs[3], in: run) == nil)
    }

    @Test func failuresAndFiguresComeOutOfTheRecords() throws {
        let folder = StateFolder()
        let history = try folder.history()
        try add(
            "r1", at: 0,
            [
                (job(0, "a", scene: "a"), .failed), (job(1, "b", scene: "b"), .failed),
                (job(2, "c", scene: "c"), .succeeded), (job(3, "d", scene: "d"), .cancelled),
            ], to: history)
        try history.append([
            Event(
                run: "r1", source: FactGenerator.source(99), sequence: 1, time: Timestamp(seconds: 1_800_000_100),
                monotonic: 0, body: .schedulerCalls([.init("squeue", 3)]))
        ])
        let run = try history.run("r1")
        let report = try history.runReport(
            of: run, plan: plan("r1", jobs: 4), size: { _ in 0 }, now: Timestamp(seconds: 1_800_000_200))
        #expect(report.failures.map(\.failures.count) == [2])
        #expect(report.failures.first?.signature.text == "failed in stage 'one', exit code 3: error: no N")
        #expect(report.calls == [RunReport.Count("squeue", 3)])
        #expect(report.durations?.median == 2 && report.stages.map(\.name) == ["one"])
        #expect(report.sizes.first?.cores?.median == 0.5)
        #expect(report.standings.map(\.word) == ["failed", "cancelled", "succeeded"])
    }
}
