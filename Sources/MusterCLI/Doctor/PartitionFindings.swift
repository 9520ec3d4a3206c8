import MusterCore
import MusterSlurm

/// A site's partitions with what holds in each, a line each.
enum PartitionFindings {
    /// Lines for more partitions than this are left out.
    static let most = 30

    static func all(_ site: SlurmSite, cluster: ClusterSpec, file: String) -> [Finding] {
        let names = site.partitions.map(\.name)
        guard !names.isEmpty else {
            return [.wrong("the site names none", cure: "see: sinfo -s; and: \(site.gaps.joined(separator: "; "))")]
        }
        let chosen = cluster.partition.map { $0.split(separator: ",").map(String.init) }
        var found: [Finding] = []
        for name in chosen ?? [] where !names.contains(name) {
            let near = Suggestion.nearest(to: name, in: names).map { "; did you mean '\($0)'?" } ?? ""
            found.append(
                .wrong(
                    "there is no such partition\(near)", cure: "set 'partition' in \(file) to one of: \(list(names))"
                )
                .named("partition \(name)"))
        }
        if chosen == nil, site.defaultPartition == nil {
            found.append(
                .warning("the site has no default one", cure: "set 'partition' in \(file) to one of: \(list(names))"))
        }
        for partition in site.partitions.prefix(most) {
            let isUsed = chosen?.contains(partition.name) ?? partition.isDefault
            found.append(line(partition, site, cluster, isUsed: isUsed).named("partition \(partition.name)"))
        }
        if names.count > most { found.append(.ok("and \(names.count - most) more").named("partitions")) }
        return found
    }

    private static func list(_ names: [String]) -> String { names.prefix(most).joined(separator: ", ") }

    /// One partition; its troubles count only where jobs would go there.
    private static func line(
        _ partition: SlurmPartition, _ site: SlurmSite, _ cluster: ClusterSpec, isUsed: Bool
    ) -> Finding {
        let up = partition.kinds.reduce(0) { $0 + $1.inService }
        let all = partition.kinds.reduce(0) { $0 + $1.count }
        let text = describe(partition, site, cluster) + (all > 0 ? ", \(up) of \(all) nodes in service" : "")
        guard isUsed else { return .ok(text) }
        if partition.state != "UP" {
            return .wrong(
                "\(partition.state): \(text)", cure: "it starts no jobs now: choose another, or wait; see: sinfo -s")
        }
        if all > 0, up == 0 {
            return .wrong(text, cure: "no node would start a job: see why with: sinfo -R -p \(partition.name)")
        }
        return .ok(text)
    }

    private static func describe(_ partition: SlurmPartition, _ site: SlurmSite, _ cluster: ClusterSpec) -> String {
        let limits = site.limits(
            partition: partition, account: cluster.account,
            qos: cluster.slurm.first { $0.name == "qos" }?.value)
        var parts = partition.isDefault ? ["default"] : []
        parts.append(
            limits.wallTime.map { "up to \(SlurmTimeLimit.seconds($0.value)) by \($0.rule)" } ?? "no time limit")
        if let cpus = partition.kinds.compactMap(\.cpus).max() { parts.append("\(cpus) cpus") }
        if let memory = partition.kinds.compactMap(\.memory).max() {
            parts.append("\(ByteCount.mebibytes(Int64(memory)))")
        }
        let gpus = partition.kinds.map { $0.gpus() }.max() ?? 0
        if gpus > 0 { parts.append("\(gpus) gpus") }
        parts.append("arrays of \(limits.arraySize.value)")
        if let jobs = limits.submitJobs { parts.append("\(jobs.value) jobs by \(jobs.rule)") }
        return parts.joined(separator: ", ")
    }

    /// What jobs are charged to; nil where the site told nothing of accounts.
    static func account(_ site: SlurmSite, cluster: ClusterSpec, file: String) -> Finding? {
        guard let associations = site.associations else { return nil }
        let own = Set(associations.map(\.account)).sorted()
        let isEnforced = site.configuration.enforcement.contains("associations")
        let cure =
            own.isEmpty
            ? "ask the site for an account" : "set 'account' in \(file) to one of: \(own.joined(separator: ", "))"
        if let asked = cluster.account, !own.contains(asked.lowercased()) {
            let text = "'\(asked)' is none of yours"
            return isEnforced ? .wrong(text, cure: cure) : .warning(text + ", and the site does not mind", cure: cure)
        }
        if own.isEmpty, isEnforced { return .wrong("you have none, and the site asks for one", cure: cure) }
        let used = cluster.account ?? site.defaultAccount
        return .ok(used.map { "'\($0)'" } ?? "none asked for; yours: \(own.joined(separator: ", "))")
    }
}
