import MusterCore

/// What an attempt knows of items, over all its stages.
struct JobItems {
    /// A way of counting items: an equal one is not gone twice in a job.
    struct Counting: Hashable {
        var command: Command
        /// What it stands for in this job.
        var words: [String]
        var environment: ProgramEnvironment
    }

    /// Numbers that programs have told.
    var counts: [Counting: Int] = [:]
    /// Items of each stage that earlier attempts have done, by the stage's place in the plan.
    var taken: [Int: ItemSet] = [:]
    /// The files that came with them.
    var takenFiles: [Int: Set<String>] = [:]
    /// What each stage that has ended has not made, or builds on and was not made.
    var missing: [Int: ItemSet] = [:]
    /// Items that stages were asked for.
    var asked = ItemSet()
    /// Ends of stages that have done a part, in order.
    var partial: [Ending] = []

    /// What stages that `needs` names have left out.
    func unavailable(to needs: [Int]) -> ItemSet {
        needs.reduce(into: ItemSet()) { all, need in all.formUnion(missing[need] ?? ItemSet()) }
    }

    /// The job's own end where stages have done a part: over all stages an item is done that none has left out.
    var ending: Ending? {
        guard let first = partial.first else { return nil }
        var ending = Ending(
            outcome: .partial, cause: first.cause, exitCode: first.exitCode, signal: first.signal, tail: first.tail)
        let lacking = missing.values.reduce(into: ItemSet()) { $0.formUnion($1) }
        ending.items = ItemCounts(
            done: asked.subtracting(lacking).count, total: asked.count,
            failures: partial.flatMap { $0.items?.failures ?? [] })
        return ending
    }
}
