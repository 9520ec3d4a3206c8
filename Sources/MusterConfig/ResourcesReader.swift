import MusterCore

/// `{gpus, cpus, memory, time}` as far as it is said.
struct ResourcesDraft {
    var gpus: Int?
    var cpus: Int?
    var memory: ByteCount?
    var time: WallTime?

    init() {}

    /// Reads the mapping; nil without one.
    init?(_ keyed: Keyed?) {
        guard let keyed else { return nil }
        defer { keyed.finish() }
        gpus = keyed.count("gpus")
        cpus = keyed.count("cpus")
        memory = keyed.value("memory", expected: "a size such as 4G or 512M") {
            ByteCount(parsing: $0).flatMap { $0.bytes > 0 ? $0 : nil }
        }
        time = keyed.value("time", expected: "a time such as 30m, 2h or 1-12:00:00") {
            WallTime(parsing: $0).flatMap { $0.seconds > 0 ? $0 : nil }
        }
    }

    /// What a job needs whose stages need `stages`, one after the other: the most of each, and the sum of the times
    /// where every stage says one. What this one says itself wins.
    func completed(by stages: [ResourcesDraft]) -> Resources {
        let times = stages.map(\.time)
        let sum = times.isEmpty || times.contains(nil) ? nil : times.compactMap { $0?.seconds }.reduce(0, +)
        return Resources(
            gpus: gpus ?? stages.compactMap(\.gpus).max() ?? 0, cpus: cpus ?? stages.compactMap(\.cpus).max() ?? 1,
            memory: memory ?? stages.compactMap(\.memory).max(), time: time ?? sum.map { WallTime(seconds: $0) })
    }
}
