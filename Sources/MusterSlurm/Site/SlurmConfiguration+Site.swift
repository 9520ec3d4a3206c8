/// What the controller's configuration says of a site's rules (slurm.conf(5)).
extension SlurmConfiguration {
    /// What accounting enforces, in lower case; `all` and what one setting implies are written out. Limits of accounts
    /// and qualities of service that are not enforced do not bind anybody.
    public var enforcement: Set<String> {
        var words = Set(Text.list((self["AccountingStorageEnforce"] ?? "none").lowercased()[...]))
        if words.remove("all") != nil {
            words.formUnion(["associations", "limits", "nojobs", "nosteps", "qos", "safe"])
        }
        if words.contains("safe") { words.insert("limits") }
        if !words.isDisjoint(with: ["limits", "qos", "wckeys"]) { words.insert("associations") }
        words.remove("none")
        return words
    }

    /// How nodes are shared, such as `select/cons_tres`.
    public var selectType: String? { self["SelectType"] }

    /// Whether memory is one of the things that jobs are given, so that one who asks for none gets a default.
    public var countsMemory: Bool { (self["SelectTypeParameters"] ?? "").uppercased().contains("MEMORY") }

    /// Whether something stops a job that uses more memory than it asked for: the kernel, through `task/cgroup` with
    /// `ConstrainRAMSpace`, or Slurm's own sampling. Where the cgroup settings are not shown, the plug-in alone counts.
    public var limitsMemory: Bool {
        let tasks = Text.list((self["TaskPlugin"] ?? "")[...])
        let constrains = (self["ConstrainRAMSpace"] ?? "yes").lowercased() == "yes"
        return tasks.contains { $0 == "task/cgroup" || $0 == "cgroup" } && constrains
            || (self["JobAcctGatherParams"] ?? "").contains("OverMemoryKill")
    }

    /// The most memory a job may ask for where the partition says nothing, in MiB.
    public var maxMemoryPerNode: Int? { self["MaxMemPerNode"].flatMap { Text.number($0[...]) } }

    /// The same for each CPU.
    public var maxMemoryPerCPU: Int? { self["MaxMemPerCPU"].flatMap { Text.number($0[...]) } }

    /// The kinds of devices that are counted, such as `gpu`.
    public var gresTypes: [String] { Text.list((self["GresTypes"] ?? "")[...]) }

    /// Why running jobs may lose their nodes to others; nil where they do not.
    public var preemptType: String? { self["PreemptType"].flatMap { $0 == "preempt/none" ? nil : $0 } }

    /// What becomes of jobs that lose their nodes, such as `REQUEUE`.
    public var preemptMode: String? { self["PreemptMode"] }

    /// Whether jobs are put back into the queue when a node fails, unless they say otherwise.
    public var requeuesJobs: Bool? { self["JobRequeue"].map { $0 != "0" } }

    /// Whether a job that a partition can never run is refused at once instead of waiting for good.
    public var refusesMisfits: Bool {
        !["NO", "FALSE", "0"].contains((self["EnforcePartLimits"] ?? "NO").uppercased())
    }

    /// A number among `SchedulerParameters`, such as `max_array_tasks`.
    public func schedulerParameter(_ name: String) -> Int? {
        for part in Text.list((self["SchedulerParameters"] ?? "")[...]) {
            let halves = Text.split(part[...], at: UInt8(ascii: "="))
            if halves.count == 2, halves[0] == name { return Text.number(halves[1]) }
        }
        return nil
    }
}
