import ArgumentParser
import MusterCluster
import MusterCore
import MusterHistory

struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Give jobs another attempt that have ended, also when the run has.",
        discussion: Selection.words)
    @OptionGroup var selection: Selection
    @Flag(help: "Those that ended otherwise than by success or cancelling.") var failed = false
    @Flag(help: "Those that ran out of memory, of the host's or a GPU's.") var oom = false
    @Flag(help: "Those that ran out of time.") var timeout = false
    @Option(help: "Memory of each job from now on, such as 8GiB.") var memory: String?
    @Option(help: "Time of each job from now on, such as 2h.") var time: String?
    @Option(name: .customLong("set"), help: "NAME=VALUE: a parameter, or STAGE.KEY; may be repeated.") var settings:
        [String] = []
    @Flag(help: "Then watch the run to its end.") var watch = false
    @Flag(help: "Lead the run although somebody else does.") var takeOver = false

    func run() async throws {
        var steering = try await Steering.open(selection.name, takeOver: takeOver)
        let states =
            (failed ? [StateWord.failed] : []) + (oom ? [.oom] : []) + (timeout ? [.standing(.ended(.timeout))] : [])
        guard !states.isEmpty || !selection.jobs.isEmpty else {
            throw ExitStatus.usage(
                "which jobs? Name some, or say --failed, --oom or --timeout\n"
                    + "  such as: \(selection.command("retry", run: steering.run)) --failed")
        }
        let (selector, _) = try steering.choose(selection.jobs)
        let wanted = states.isEmpty ? selector : selector.and(.state(states))
        let chosen = steering.subjects.filter(wanted.matches)
        let ended = chosen.filter { $0.standing.outcome.map { $0 != .succeeded } ?? false }
        guard !ended.isEmpty else {
            return Terminal.complain(
                "nothing to retry: of the \(Steering.amount(chosen.count)) chosen none has ended without success")
        }
        if let halt = steering.state.halt {
            throw ExitStatus.usage(
                "\(steering.run) is halted: \(halt.reason)\n  to go on all the same: muster resume \(steering.run)")
        }
        try await steering.ask(for: ended, Self.ask(memory: memory, time: time, settings))
        Terminal.complain("\(Steering.amount(ended.count)) of \(steering.run) asked for again")
        try await steering.follower.stewardOnce()
        try await steering.goOn(watch: watch)
    }

    /// What is asked for instead; the generation is not known yet.
    private static func ask(memory: String?, time: String?, _ settings: [String]) throws -> Ask {
        var ask = Ask(generation: 0)
        if let memory {
            guard let bytes = ByteCount(parsing: memory), bytes.bytes > 0 else {
                throw ExitStatus.usage("--memory '\(memory)' is no amount of memory such as 8GiB or 500M")
            }
            ask.memory = bytes
        }
        if let time {
            guard let span = WallTime(parsing: time), span.seconds > 0 else {
                throw ExitStatus.usage("--time '\(time)' is no time such as 90s, 30m or 2h")
            }
            ask.time = span
        }
        ask.set = try settings.map { try Setting.parse($0, option: "--set") }
        return ask
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run that was cancelled or halted, or for which elements are still to be submitted.")
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Flag(help: "Then watch the run to its end.") var watch = false
    @Flag(help: "Lead the run although somebody else does.") var takeOver = false

    func run() async throws {
        var steering = try await Steering.open(name, takeOver: takeOver)
        if steering.state.halt != nil {
            try await Follower.lift(steering.record)
            Terminal.complain("the halt of \(steering.run) is lifted")
        }
        let cancelled = steering.subjects.filter { $0.standing == .ended(.cancelled) }
        if !cancelled.isEmpty {
            try await steering.ask(for: cancelled, Ask(generation: 0))
            Terminal.complain("\(Steering.amount(cancelled.count)) of \(steering.run) asked for again")
        }
        guard steering.state.ended == nil else {
            return Terminal.complain(
                "\(steering.run) has ended and nothing of it was cancelled\n"
                    + "  to try again what failed: muster retry \(steering.run) --failed")
        }
        let held = steering.subjects.count { StateWord.held.holds(for: $0) }
        if held > 0 {
            Terminal.complain("\(Steering.amount(held)) held; to let them go on: muster release \(steering.run)")
        }
        try await steering.follower.stewardOnce()
        try await steering.goOn(watch: watch)
    }
}

extension Steering {
    /// Orders another attempt of jobs, and of the failed stage runs that they share.
    fileprivate mutating func ask(for chosen: [JobSelector.Subject], _ wish: Ask) async throws {
        try await Follower.reopen(record)
        try await follower.readBook()
        var ask = wish
        ask.generation = (follower.book?.blocks.map(\.generation).max() ?? 0) + 1
        var rows = try self.rows(chosen)
        let shared = try await failedSources(of: rows)
        rows += shared
        try await record.site.host.forget(failures: shared, in: record.paths)
        try await order([.retryRequested(jobs: rows.sorted(), ask)])
    }

    /// Stage runs that these jobs share with others and that did not succeed.
    private func failedSources(of rows: [Int]) async throws -> [Int] {
        let shared = try record.history.sharedRuns(of: run)
        guard !shared.isEmpty else { return [] }
        let failed = Set(shared.filter { $0.standing.outcome.map { $0 != .succeeded } ?? false }.map(\.index))
        let table = try await FoundRuns.read(record.paths, on: record.site.host).rows
        let uses = Dictionary(table.map { ($0.index, $0.uses) }) { first, _ in first }
        var found: Set<Int> = []
        var open = rows
        while let row = open.popLast() {
            for source in uses[row] ?? [] where failed.contains(source) && found.insert(source).inserted {
                open.append(source)
            }
        }
        return found.subtracting(rows).sorted()
    }

    /// Watches the run, or says how to.
    fileprivate func goOn(watch: Bool) async throws {
        guard watch else { return Terminal.complain("to see it: muster watch \(run)") }
        try await Watching.watch(run)
        let jobs = try record.watched()
        Terminal.print(JobTable.text(jobs))
        if let status = JobTable.status(jobs) { throw status }
    }
}

extension MusterCore.Host {
    /// Takes away the marks of shared stage runs that failed.
    fileprivate func forget(failures: [Int], in paths: RunPaths) async throws {
        guard !failures.isEmpty else { return }
        let marks = failures.map { ShellWord.quote("\(paths.failures)/\($0)") }.joined(separator: " ")
        _ = try await run("rm -f -- \(marks)")
    }
}
