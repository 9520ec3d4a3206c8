/// A cluster file for a site, as text for a person to read, change and keep.
public enum ClusterFileText {
    /// The whole file; the same site gives the same text.
    ///
    /// Partitions that the user may not use stand in comments with the reason. A partition is not named, since muster
    /// then takes the one that fits.
    public static func render(_ site: SlurmSite, login: Login = Login()) -> String {
        var lines = ["# \(YAMLText.comment(title(site)))", "# What the site told; every line may be changed."]
        func add(_ key: String, _ value: String?, _ remark: String? = nil) {
            guard let value else { return }
            lines.append("\(key): \(value)" + (remark.map { " # \(YAMLText.comment($0))" } ?? ""))
        }
        add("name", YAMLText.scalar(login.name ?? site.name ?? "cluster"))
        add("backend", "slurm")
        add("host", login.host.map(YAMLText.scalar))
        add("user", login.user.map(YAMLText.scalar))
        add("port", login.port.map { "\($0)" })
        add("identity_file", login.identityFile.map(YAMLText.scalar))
        add("known_hosts", login.knownHosts.map(YAMLText.scalar))
        add(
            "workdir", YAMLText.scalar(login.workdir ?? "~/muster"),
            (["runs, and results of relative output_roots"] + [login.workdirRemark].compactMap(\.self)).joined(
                separator: "; "))
        add("scratch", login.scratch.map(YAMLText.scalar))
        let limits = site.defaultPartition.map { site.limits(partition: $0, account: nil, qos: nil) }
        let accounts = Set((site.associations ?? []).map(\.account)).sorted()
        add("account", site.defaultAccount.map(YAMLText.scalar), others("yours", accounts, site.defaultAccount))
        let usual = site.effectiveQoS(nil, account: nil, partition: nil)
        let allowed = site.association(account: nil, partition: nil)?.qos ?? []
        if let usual { lines.append("# qos: \(YAMLText.scalar(usual)) # \(others("yours", allowed, nil) ?? "")") }
        add("accounting", site.keepsAccounting ? "true" : "false", "whether sacct can be asked how jobs ended")
        let arrays = limits?.arraySize.value ?? site.configuration.maxArraySize
        add("max_array_size", arrays.map { "\($0)" }, limits?.arraySize.rule.description)
        add("submit_limit", limits?.submitJobs.map { "\($0.value)" }, limits?.submitJobs?.rule.description)
        lines += partitions(site)
        lines += ["# Any further sbatch option by its long name:", "# slurm:", "#   constraint: ..."]
        lines += site.gaps.map { "# not known: \(YAMLText.comment($0))" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func title(_ site: SlurmSite) -> String {
        "The Slurm site \(site.name ?? "without a name")" + (site.configuration.version.map { ", Slurm \($0)" } ?? "")
    }

    private static func others(_ head: String, _ names: [String], _ own: String?) -> String? {
        let rest = names.filter { $0 != own }
        return rest.isEmpty ? nil : "\(head)\(own == nil ? "" : " too"): \(rest.joined(separator: ", "))"
    }

    private static func partitions(_ site: SlurmSite) -> [String] {
        let rights = PartitionRights(site: site, request: AllocationRequest())
        var lines: [String] = []
        var refused: [String] = []
        for partition in site.partitions {
            let reasons = rights.misfits(partition).filter(\.isLasting).map(\.description)
            if reasons.isEmpty {
                lines.append(entry(partition, site))
            } else {
                refused.append(
                    "  # \(YAMLText.comment(partition.name)): \(YAMLText.comment(reasons.joined(separator: "; ")))")
            }
        }
        if lines.isEmpty { return refused.isEmpty ? [] : ["# partitions:"] + refused }
        return ["partitions: # where a job goes is chosen by fit; 'partition: NAME' would fix it"] + lines + refused
    }

    private static func entry(_ partition: SlurmPartition, _ site: SlurmSite) -> String {
        var parts = partition.isDefault ? ["default: true"] : []
        let wall = site.limits(partition: partition, account: nil, qos: nil).wallTime
        if let wall { parts.append("max_time: \(YAMLText.scalar("\(SlurmTimeLimit.seconds(wall.value))"))") }
        let gpus = partition.gpusPerNode
        if let untyped = gpus[""], gpus.count == 1 {
            parts.append("gpus: \(untyped)")
        } else if !gpus.isEmpty {
            let typed = gpus.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }
            let list = typed.map { "\(YAMLText.scalar($0.key)): \($0.value)" }.joined(separator: ", ")
            parts.append("gpus: {\(list)}")
        }
        if let cpus = partition.kinds.compactMap(\.cpus).max() {
            parts.append("cpus: \(min(cpus, partition.maxCPUsPerNode ?? cpus))")
        }
        if let memory = partition.kinds.compactMap(\.memory).max() {
            parts.append("memory: \(YAMLText.size(min(memory, partition.maxMemoryPerNode ?? memory)))")
        }
        if partition.totalNodes > 0 { parts.append("nodes: \(partition.totalNodes)") }
        var remarks: [String] = []
        if case .partition? = wall?.rule {} else if let wall { remarks.append("max_time: \(wall.rule)") }
        if partition.isHidden { remarks.append("hidden") }
        let features = Set(partition.kinds.flatMap(\.features)).sorted()
        if !features.isEmpty { remarks.append("features: \(features.joined(separator: ", "))") }
        return "  \(YAMLText.scalar(partition.name)): {\(parts.joined(separator: ", "))}"
            + (remarks.isEmpty ? "" : " # \(YAMLText.comment(remarks.joined(separator: "; ")))")
    }
}

extension YAMLText {
    /// MiB as `500G` or `512001M`, in quotes since it begins with a digit.
    static func size(_ mebibytes: Int) -> String {
        scalar(mebibytes % 1_024 == 0 ? "\(mebibytes / 1_024)G" : "\(mebibytes)M")
    }
}
