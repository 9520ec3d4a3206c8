extension Section {
    /// `resources` of the config.
    static let jobResources = Section(
        "resources",
        "What one job asks for on each of its nodes, and where it may run. The amounts may be expressions of parameters.",
        amounts(orRule: true) + [
            Key("gpu_type", .text, "any", "the type of GPUs"),
            Key("constraint", .text, "", "features that nodes must have, as Slurm writes them: `a100&nvlink`"),
            Key("exclude", .text, "", "nodes to stay away from: `n[01-04]`"),
            Key("partition", .text, "the cluster's", "partition"),
            Key("account", .text, "the cluster's", "account"),
            Key("qos", .text, "the cluster's", "quality of service"),
            Key(
                "slurm", .section(slurmExtras), "",
                "further sbatch options; they win over those of the cluster, and may not contradict what stands elsewhere"
            ),
        ])

    static let slurmExtras = Section(
        "sbatch", "Options of sbatch by their long names: `{mail-type: FAIL}`; `true` for an option without value.",
        others: .any, [])

    /// `resources` of a stage.
    static let resources = Section("stage-resources", "What a stage asks for.", amounts(orRule: false))

    private static func amounts(orRule: Bool) -> [Key] {
        func kind(_ kind: ValueKind) -> ValueKind { orRule ? .either([kind, .rule]) : kind }
        return [
            Key(
                "gpus", kind(.number), "0",
                "whole GPUs, or a share of one such as `0.5`: so many jobs use one GPU where they run side by side"),
            Key(
                "gpu_memory", .size, "",
                "memory that a job needs of each of its GPUs: it begins only once so much is free there"),
            Key("cpus", kind(.count(1...Int.max)), "1", "cores"),
            Key("memory", kind(.size), "the cluster's", "host memory"),
            Key("time", kind(.time), "unknown", "wall time"),
            Key(
                "nodes", .count(1...10_000), "1",
                "nodes; with several one agent starts the stage on all of them through srun, a task on each"),
        ]
    }
}
