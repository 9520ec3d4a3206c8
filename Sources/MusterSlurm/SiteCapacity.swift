public import MusterCore

/// What the planner must know of a site, out of Slurm's own answers.
public enum SiteCapacity {
    /// Slurm's own default for MaxArraySize (slurm.conf(5)).
    static let defaultArraySize = 1001

    /// The least that every node of `partition` has, and its limit; nil for `partition` is the default one, several
    /// with commas are taken together. Without rows nothing is known of nodes and limit.
    public static func read(config: SlurmConfiguration, rows: [Sinfo.Row], partition: String?) -> Capacity {
        let names = partition.map { Set($0.split(separator: ",").map(String.init)) }
        let own = rows.filter { names?.contains($0.partition) ?? $0.isDefault }
        let limits = own.compactMap { row -> WallTime? in
            if case .seconds(let seconds)? = row.timeLimit { WallTime(seconds: Int64(seconds)) } else { nil }
        }
        let gpus = own.map { row in row.gres.filter { $0.name == "gpu" }.reduce(0) { $0 + $1.count } }
        return Capacity(
            cpus: own.compactMap(\.cpus).min(), gpus: gpus.min(), timeLimit: limits.min(),
            maxArraySize: config.maxArraySize ?? defaultArraySize, isLocal: false)
    }
}
