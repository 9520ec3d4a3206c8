import MusterCore
import YAML

/// `{gpus, cpus, memory, time, nodes}` as far as it is said.
struct ResourcesDraft {
    var gpus: Int?
    /// Jobs that share these GPUs.
    var sharing = 1
    var gpuMemory: ByteCount?
    var cpus: Int?
    var memory: ByteCount?
    var time: WallTime?
    var nodes: Int?
    /// The amounts that depend on parameters.
    var rules = ResourceRules()

    init() {}

    /// Reads the mapping; nil without one. Only a config's own may have expressions of parameters.
    init?(_ keyed: Keyed?, mayHaveRules: Bool = false) {
        guard let keyed else { return nil }
        defer { keyed.finish() }
        func rule(_ key: String, _ kind: Arithmetic.Kind) -> Arithmetic? {
            guard case .scalar(let text, _)? = keyed.node(key)?.content, let mark = keyed.node(key)?.mark,
                text.contains(where: { "{(*/".contains($0) })
            else { return nil }
            guard mayHaveRules else {
                keyed.reader.report(
                    at: mark, "'\(keyed.name(key))' can't depend on parameters here",
                    hint: "expressions stand in 'resources' of the config")
                return nil
            }
            do throws(Arithmetic.Mistake) {
                return try Arithmetic(text, kind: kind)
            } catch {
                keyed.reader.report(
                    at: mark, "'\(keyed.name(key))' is no expression: \(error.message)",
                    hint: "such as: memory: \"{frames} * 12M\", time: \"10m + {frames} * 2s\"")
                return nil
            }
        }
        func isRule(_ key: String) -> Bool {
            guard case .scalar(let text, _)? = keyed.node(key)?.content else { return false }
            return text.contains { "{(*/".contains($0) }
        }
        rules.gpus = rule("gpus", .count)
        rules.cpus = rule("cpus", .count)
        rules.memory = rule("memory", .size)
        rules.time = rule("time", .time)
        if !isRule("gpus") { readGPUs(keyed) }
        cpus = isRule("cpus") ? nil : keyed.count("cpus")
        nodes = keyed.count("nodes")
        if !isRule("memory") {
            memory = keyed.value("memory", expected: "a size such as 4G or 512M") {
                ByteCount(parsing: $0).flatMap { $0.bytes > 0 ? $0 : nil }
            }
        }
        gpuMemory = keyed.value("gpu_memory", expected: "a size such as 20G") {
            ByteCount(parsing: $0).flatMap { $0.bytes > 0 ? $0 : nil }
        }
        if !isRule("time") {
            time = keyed.value("time", expected: "a time such as 30m, 2h or 1-12:00:00") {
                WallTime(parsing: $0).flatMap { $0.seconds > 0 ? $0 : nil }
            }
        }
    }

    /// A whole number, or the share of one GPU that leaves room for a whole number of jobs: 0.5, 0.33, 0.25.
    private mutating func readGPUs(_ keyed: Keyed) {
        let amount = keyed.value(
            "gpus", expected: "a whole number from 0 on, or a share of one GPU such as 0.5 or 0.25"
        ) {
            text -> (Int, Int)? in
            if let whole = Int(text) { return whole >= 0 ? (whole, 1) : nil }
            guard let share = Double(text), share > 0, share <= 0.5 else { return nil }
            let jobs = (1 / share).rounded()
            return jobs <= 64 && abs(1 / share - jobs) < 0.05 * jobs ? (1, Int(jobs)) : nil
        }
        (gpus, sharing) = (amount?.0, amount?.1 ?? 1)
    }

    /// What a job needs whose stages need `stages`, one after the other: the most of each, and the sum of the times
    /// where every stage says one. What this one says itself wins.
    func completed(by stages: [ResourcesDraft]) -> Resources {
        let times = stages.map(\.time)
        let sum = times.isEmpty || times.contains(nil) ? nil : times.compactMap { $0?.seconds }.reduce(0, +)
        return Resources(
            gpus: gpus ?? stages.compactMap(\.gpus).max() ?? 0,
            sharing: gpus == nil ? stages.filter { $0.gpus ?? 0 > 0 }.map(\.sharing).min() ?? 1 : sharing,
            cpus: cpus ?? stages.compactMap(\.cpus).max() ?? 1,
            memory: memory ?? stages.compactMap(\.memory).max(), time: time ?? sum.map { WallTime(seconds: $0) },
            gpuMemory: gpuMemory ?? stages.compactMap(\.gpuMemory).max())
    }
}
