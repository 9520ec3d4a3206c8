import MusterCore
import MusterHistory

/// Why jobs did not succeed: failures by what they have in common, what tells them from those that did, what to do.
struct FailuresView {
    struct Link {
        var name: String, path: String
    }
    struct Trait {
        var name: String, value: String
    }
    struct Change {
        var what: String, before: String, now: String
    }
    struct Changes {
        var job: String, path: String, list: [Change]
    }
    struct Step {
        var words: String, text: String?
    }
    struct Group {
        var number: Int, isFirst: Bool
        var count: Int, outcome: String, style: String, stage: String, exit: String, line: String
        var jobsWord: String, jobs: [Link], more: String?, rest: Int
        var nodes: String
        var distinctions: [Trait]
        var changes: Changes?
        var hasWords: Bool, words: String
        var advice: [Step]
    }
    /// The most groups, and jobs of one, that are named.
    static let most = 20, mostJobs = 8

    var groups: [Group]

    /// - Parameter before: What worked last of what a job is about.
    init(
        _ jobs: [JobRecord], of run: RunSummary, before: (JobRecord) -> (job: SucceededJob, isSame: Bool)?
    ) {
        let plan = run.details["plan"].flatMap(RunPlan.init(json:))
        let succeeded = jobs.filter { $0.standing == .ended(.succeeded) && !$0.isCached }.map(\.traits)
        let byIndex = Dictionary(jobs.map { ($0.index, $0) }) { first, _ in first }
        groups = FailureGroup.groups(jobs.compactMap(\.failure)).prefix(Self.most).enumerated().map { number, group in
            let (signature, example) = (group.signature, group.example)
            let failed = Set(group.failures.map(\.index))
            let rest = group.failures.count - Self.mostJobs
            let lines = example.ending.tail.flatMap(ErrorLines.init(in:))?.lines ?? []
            return Group(
                number: number, isFirst: number == 0, count: group.failures.count,
                outcome: signature.outcome.rawValue, style: Look.style(signature.outcome.rawValue),
                stage: signature.stage, exit: signature.exit, line: signature.line,
                jobsWord: group.failures.count == 1 ? "Job" : "Jobs",
                jobs: group.failures.prefix(Self.mostJobs).map {
                    Link(name: $0.job, path: Links.job($0.job, of: run.run))
                },
                more: rest > 0 ? Links.run(run.run) + "?is=\(signature.outcome.rawValue)#jobs" : nil, rest: rest,
                nodes: group.nodes.prefix(6).map { "\($0.name) (\($0.count))" }.joined(separator: ", "),
                distinctions: Distinction.all(
                    failed: jobs.filter { failed.contains($0.index) }.map(\.traits), succeeded: succeeded
                ).map { Trait(name: $0.name, value: $0.value) },
                changes: byIndex[example.index].flatMap { Self.changes($0, example, plan, before($0)) },
                hasWords: !lines.isEmpty, words: lines.joined(separator: "\n"), advice: Self.advice(example, run, plan))
        }
    }

    private static func changes(
        _ job: JobRecord, _ failure: Failure, _ plan: RunPlan?, _ before: (job: SucceededJob, isSame: Bool)?
    ) -> Changes? {
        guard let plan, let before, let old = before.job.plan else { return nil }
        let list = PlanChange.between(
            PlanChange.Side(plan: old, scene: before.job.scene, point: before.job.point, node: before.job.node),
            PlanChange.Side(plan: plan, scene: job.scene, point: job.point, node: failure.node))
        guard !list.isEmpty else { return nil }
        return Changes(
            job: before.job.id, path: Links.job(before.job.id, of: before.job.run),
            list: list.prefix(8).map { Change(what: $0.what, before: $0.before ?? "-", now: $0.now ?? "-") })
    }

    private static func advice(_ failure: Failure, _ run: RunSummary, _ plan: RunPlan?) -> [Step] {
        // Where there are several sizes, which one the job has stands in the run's folder alone.
        let asked = plan.flatMap { $0.classes.count == 1 ? $0.classes[0].resources : nil } ?? Resources()
        var subject = Advice.Subject(
            run: run.run, config: run.configPath, cluster: run.cluster, asked: asked, retry: plan?.retry ?? .standard)
        subject.checkpoints = Set(plan?.stages.filter { $0.checkpoint != nil }.map(\.name) ?? [])
        return Advice.behind(failure, subject).map { advice in
            let text = advice.lines + [advice.command].compactMap(\.self)
            return Step(words: advice.words, text: text.isEmpty ? nil : text.joined(separator: "\n"))
        }
    }
}
