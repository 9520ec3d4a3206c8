/// What jobs ask for where that depends on their point.
public struct ResourceRules: Hashable, Sendable {
    /// The amounts that depend on parameters; what is nil is the same for all jobs.
    public var gpus: Arithmetic?, cpus: Arithmetic?, memory: Arithmetic?, time: Arithmetic?

    /// No rules.
    public init() {}

    /// Whether all jobs ask for the same.
    public var isEmpty: Bool { gpus == nil && cpus == nil && memory == nil && time == nil }

    /// Why an amount can't be told.
    public struct Mistake: Error, Hashable, Sendable {
        /// `memory` or the like.
        public var key: String
        /// What came out: nil for nothing.
        public var value: Double?
        /// The point.
        public var point: String
    }

    /// What a job at `point` asks for, with `base` for what has no rule: rounded up to whole GPUs, cores, bytes, seconds.
    public func resources(
        at point: Point, stages: [StageSpec], base: Resources
    ) throws(Mistake) -> Resources {
        guard !isEmpty else { return base }
        var values: [JSON.Member] = []
        for stage in stages {
            values += stage.parameters.map { JSON.Member("\(stage.name).\($0.key)", $0.value) }
        }
        values += point.values
        func amount(_ rule: Arithmetic?, _ key: String, least: Double) throws(Mistake) -> Int64? {
            guard let rule else { return nil }
            let value = rule.value(of: values)?.rounded(.up)
            guard let value, value >= least, value < 0x1p62 else {
                throw Mistake(key: key, value: value, point: point.label)
            }
            return Int64(value)
        }
        return Resources(
            gpus: try amount(gpus, "gpus", least: 0).map { Int($0) } ?? base.gpus, sharing: base.sharing,
            cpus: try amount(cpus, "cpus", least: 1).map { Int($0) } ?? base.cpus,
            memory: try amount(memory, "memory", least: 1).map { ByteCount($0) } ?? base.memory,
            time: try amount(time, "time", least: 1).map { WallTime(seconds: $0) } ?? base.time,
            gpuMemory: base.gpuMemory)
    }
}

/// Sizes of jobs: those of one class run in elements that ask for the most that any of them needs.
public enum ResourceClasses {
    /// Puts jobs that ask for `asked` (with how many ask so) into at most `most` classes, and tells the class of each.
    /// Classes are ordered by what they ask for, and waste as little as that order allows: the sum over all jobs of what
    /// they get beyond what they asked for, each kind as a share of the largest (dynamic programming over the sorted sizes).
    public static func assign(
        _ asked: [Resources: Int], most: Int
    ) -> (classes: [Resources], of: [Resources: Int]) {
        var sizes = asked.keys.sorted(by: precedes)
        guard let last = sizes.last else { return ([], [:]) }
        let total = sizes.dropLast().reduce(last, Self.larger)
        // More sizes than this are told apart only roughly; a class holds many of them anyway.
        var groups = sizes.map { (most: $0, members: [$0]) }
        while groups.count > 256 {
            groups = stride(from: 0, to: groups.count, by: 2).map { first in
                guard first + 1 < groups.count else { return groups[first] }
                return (
                    larger(groups[first].most, groups[first + 1].most),
                    groups[first].members + groups[first + 1].members
                )
            }
        }
        sizes = groups.map(\.most)
        func waste(_ first: Int, _ last: Int, _ top: Resources) -> Double {
            groups[first...last].reduce(0) { sum, group in
                group.members.reduce(sum) {
                    $0 + Double(asked[$1] ?? 0) * (share(top, of: total) - share($1, of: total))
                }
            }
        }
        let count = max(1, min(most, sizes.count))
        // best[k][n]: the least waste of the first n sizes in k classes, and where the last class begins.
        var best = [[(waste: Double, start: Int)]](
            repeating: Array(repeating: (.infinity, 0), count: sizes.count + 1), count: count + 1)
        best[0][0] = (0, 0)
        for end in 1...sizes.count {
            var top = sizes[end - 1]
            for start in stride(from: end - 1, through: 0, by: -1) {
                top = larger(top, sizes[start])
                let own = waste(start, end - 1, top)
                for classes in 1...count where best[classes - 1][start].waste + own < best[classes][end].waste {
                    best[classes][end] = (best[classes - 1][start].waste + own, start)
                }
            }
        }
        let used = (1...count).min { best[$0][sizes.count].waste < best[$1][sizes.count].waste } ?? 1
        var classes: [Resources] = []
        var owner: [Resources: Int] = [:]
        var end = sizes.count
        for number in stride(from: used, to: 0, by: -1) {
            let start = best[number][end].start
            classes.insert(sizes[start..<end].dropFirst().reduce(sizes[start], larger), at: 0)
            for group in groups[start..<end] { for member in group.members { owner[member] = number - 1 } }
            end = start
        }
        return (classes, owner)
    }

    private static func precedes(_ a: Resources, _ b: Resources) -> Bool {
        (a.gpus, a.memory?.bytes ?? 0, a.cpus, a.time?.seconds ?? 0) < (
            b.gpus, b.memory?.bytes ?? 0, b.cpus, b.time?.seconds ?? 0
        )
    }

    /// The most of each kind.
    static func larger(_ a: Resources, _ b: Resources) -> Resources {
        Resources(
            gpus: max(a.gpus, b.gpus), sharing: min(a.sharing, b.sharing), cpus: max(a.cpus, b.cpus),
            memory: [a.memory, b.memory].compactMap(\.self).max(), time: [a.time, b.time].compactMap(\.self).max(),
            gpuMemory: [a.gpuMemory, b.gpuMemory].compactMap(\.self).max())
    }

    private static func share(_ one: Resources, of all: Resources) -> Double {
        func part(_ a: Int64?, _ b: Int64?) -> Double { b.map { $0 > 0 ? Double(a ?? 0) / Double($0) : 0 } ?? 0 }
        return part(Int64(one.gpus), Int64(all.gpus)) + part(Int64(one.cpus), Int64(all.cpus))
            + part(one.memory?.bytes, all.memory?.bytes) + part(one.time?.seconds, all.time?.seconds)
    }
}

extension Resources {
    /// Whether a slot of this size can run a job that asks for `other`.
    public func holds(_ other: Resources) -> Bool {
        guard other.gpus <= gpus, other.cpus <= cpus else { return false }
        // A slot without a limit of its own holds everything; a job without one fits where the others do.
        if let mine = memory, let theirs = other.memory, theirs > mine { return false }
        if let mine = time, let theirs = other.time, theirs > mine { return false }
        return true
    }
}
