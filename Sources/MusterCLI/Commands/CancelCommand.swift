import ArgumentParser
import MusterCluster
import MusterCore
import MusterHistory

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End jobs of a run: all, or those that are chosen.",
        discussion: Selection.words)
    @OptionGroup var selection: Selection
    @OptionGroup var consent: Consent

    func run() async throws {
        var steering = try await Steering.open(selection.name)
        let (selector, chosen) = try steering.choose(selection.jobs)
        guard steering.state.ended == nil else {
            return Terminal.complain("\(steering.run) has ended already")
        }
        let open = chosen.filter { $0.standing.outcome == nil }
        let running = open.count { $0.standing == .running }
        guard !open.isEmpty || selector.isAll else {
            return Terminal.complain("nothing to cancel: of the \(Steering.amount(chosen.count)) chosen none is open")
        }
        if !open.isEmpty {
            try consent.ask(
                "\(Steering.amount(open.count)) of \(steering.run), \(running) of which run\(running == 1 ? "s" : "") now,",
                become: "be cancelled")
        }
        if selector.isAll {
            try await cancelAll(&steering)
        } else {
            try await cancel(open, &steering)
        }
        try await steering.tellCalls()
    }

    private func cancelAll(_ steering: inout Steering) async throws {
        let asked = steering.state.jobs.filter { $0.value.orders.ask != nil }.map(\.key).sorted()
        try await steering.order(
            [.cancelRequested(jobs: [])] + (asked.isEmpty ? [] : [.cancelRequested(jobs: asked)]))
        let record = steering.record
        try await record.site.host.write([HostFile(path: "cancelled", text: "")], to: record.paths.folder)
        try await record.site.scheduler.cancel(steering.ids, in: record.paths)
        Terminal.complain("cancelled \(steering.run)")
    }

    private func cancel(_ open: [JobSelector.Subject], _ steering: inout Steering) async throws {
        try await steering.order([.cancelRequested(jobs: try steering.rows(open))])
        // Elements that have not started would find nothing to do.
        if steering.subjects.allSatisfy({ $0.standing.outcome != nil || $0.standing == .running }) {
            try await steering.record.site.scheduler.cancelWaiting(steering.ids)
        }
        Terminal.complain("cancelled \(Steering.amount(open.count)) of \(steering.run)")
    }
}

/// A run, and jobs of it.
struct Selection: ParsableArguments {
    @Argument(help: "The run's id, a unique beginning of it, or 'last'.") var name = "last"
    @Argument(help: "Which jobs: numbers, ids, KEY=VALUE; all without.") var jobs: [String] = []

    static let words = """
        Jobs are chosen by numbers as the table counts them (1,3,5-8), by ids (lr-0.1/a, with * and ?), by scene=, state=, \
        node=, stage=, and by parameters (lr<0.01, model=a,b). Several of these, with or without 'and', must all hold. \
        'state=failed' is every end but success and cancelling.
        """

    /// The command as somebody would type it.
    func command(_ verb: String, run: String) -> String {
        (["muster", verb, run] + jobs.map { ShellWord.quote($0) }).joined(separator: " ")
    }
}
