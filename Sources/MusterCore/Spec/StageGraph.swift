/// Which stages of a pipeline must have ended before which.
///
/// A stage waits for the producers of what it requires. One that declares neither products nor requirements says nothing
/// about what it reads and writes, so it waits for all before it in the list and all behind it wait for it.
public struct StageGraph: Hashable, Sendable {
    /// For each stage the stages that it waits for directly, by their places, ascending.
    public let needs: [[Int]]

    /// The graph of stages in the order in which they run.
    public init(_ stages: [StageSpec]) {
        var producer: [String: Int] = [:]
        for (index, stage) in stages.enumerated() { for product in stage.produces { producer[product] = index } }
        var barrier: Int?
        needs = stages.enumerated().map { index, stage in
            // Nobody waits for a stage that runs behind all others.
            if stage.always { return [] }
            guard !stage.requires.isEmpty || !stage.produces.isEmpty else {
                let first = barrier ?? 0
                barrier = index
                return Array(first..<index)
            }
            let own = Set(
                stage.requires.compactMap { producer[$0] }.filter { $0 != index } + (barrier.map { [$0] } ?? []))
            return own.sorted()
        }
    }

    /// The stages of `waiting` that can be begun when those of `done` have ended, in order.
    public func ready(_ waiting: [Int], done: Set<Int>) -> [Int] {
        waiting.filter { needs[$0].allSatisfy(done.contains) }
    }

    /// How many of `stages` may run side by side at most: those that wait for none of each other and say which files they
    /// make. Counted step by step, as if all of a step took equally long.
    public func width(_ stages: [StageSpec]) -> Int {
        var (waiting, done, width) = (Array(needs.indices), Set<Int>(), 1)
        while !waiting.isEmpty {
            let ready = ready(waiting, done: done)
            width = max(width, ready.count { stages[$0].declaresFiles })
            done.formUnion(ready)
            waiting.removeAll(where: ready.contains)
        }
        return width
    }

    /// `stages` and all that they wait for, ascending.
    public func closure(of stages: some Sequence<Int>) -> [Int] {
        var open = Array(stages)
        var seen: Set<Int> = []
        while let next = open.popLast() { if seen.insert(next).inserted { open += needs[next] } }
        return seen.sorted()
    }

    /// All that waits for one of `stages`, directly or not, without them, ascending.
    public func dependents(of stages: Set<Int>) -> [Int] {
        var found = stages
        for index in needs.indices where needs[index].contains(where: found.contains) { found.insert(index) }
        return found.subtracting(stages).sorted()
    }
}
