import ArgumentParser
import MusterCluster
import MusterCore

struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Begin no more jobs of a run, or none of those chosen; what runs goes on.",
        discussion: Selection.words)
    @OptionGroup var selection: Selection

    func run() async throws {
        var steering = try await Steering.open(selection.name)
        let (selector, chosen) = try steering.choose(selection.jobs)
        let waiting = chosen.filter { StateWord.waiting.holds(for: $0) }
        guard steering.state.ended == nil, !waiting.isEmpty else {
            return Terminal.complain(
                "nothing to hold: none of the \(Steering.amount(chosen.count)) chosen is yet to begin")
        }
        try await steering.order([.jobsHeld(jobs: selector.isAll ? [] : try steering.rows(waiting))])
        if selector.isAll { try await steering.record.site.scheduler.hold(steering.ids, true) }
        try await steering.tellCalls()
        Terminal.complain(
            "\(Steering.amount(waiting.count)) held; to let them go on: \(selection.command("release", run: steering.run))"
        )
    }
}

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let jobs go on that were held.", discussion: Selection.words)
    @OptionGroup var selection: Selection

    func run() async throws {
        var steering = try await Steering.open(selection.name)
        let (selector, chosen) = try steering.choose(selection.jobs)
        let held = chosen.filter { StateWord.held.holds(for: $0) }
        guard !held.isEmpty || selector.isAll && steering.state.orders.hold?.word == true else {
            return Terminal.complain("none of the \(Steering.amount(chosen.count)) chosen is held")
        }
        try await steering.order([.jobsReleased(jobs: selector.isAll ? [] : try steering.rows(held))])
        try await steering.record.site.scheduler.hold(steering.ids, false)
        try await steering.tellCalls()
        Terminal.complain("\(Steering.amount(held.count)) released")
        try await steering.follower.stewardOnce()
    }
}

struct ThrottleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throttle", abstract: "Let only so many jobs of a run be side by side; what runs goes on.",
        discussion: """
            On Slurm whole elements are counted, of each array: as many as have room for that many jobs, one at least; an \
            agent runs no more than that side by side. On this machine the run's agent counts.
            """)
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name: String
    @Argument(help: "How many jobs, or 'off'.") var limit: String

    func run() async throws {
        guard let jobs = limit == "off" ? 0 : Int(limit), jobs > 0 || limit == "off" else {
            throw ExitStatus.usage("'\(limit)' is no number of jobs: a whole number from 1 on, or 'off'")
        }
        var steering = try await Steering.open(name)
        guard steering.state.ended == nil else { return Terminal.complain("\(steering.run) has ended already") }
        try await steering.order([.runThrottled(limit: jobs)])
        if let plan = steering.record.plan {
            // The parts of later rounds are numbered by classes that only the table of classes has.
            try await steering.follower.readBook()
            for (token, submission) in steering.state.submissions.sorted(by: { $0.key < $1.key }) {
                guard let id = submission.schedulerID, let place = SubmissionToken.place(of: token) else { continue }
                let known = steering.follower.plan ?? plan
                let size = known.size(round: place.round, part: place.part)
                try await steering.record.site.scheduler.throttle(
                    [id], to: known.elements(forJobs: jobs, size: size) ?? 0)
            }
        }
        try await steering.tellCalls()
        Terminal.complain(
            jobs == 0
                ? "\(steering.run) is throttled no more"
                : "\(steering.run): \(Steering.amount(jobs)) at most side by side")
    }
}
