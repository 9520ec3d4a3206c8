import MusterCore

/// The keys that say how a sweep runs, whatever its experiment is.
struct SharedDraft {
    var cluster: String
    var packing: Packing
    var collect: SweepSpec.Collect
    private var asked: ResourcesDraft

    init(_ root: Keyed) {
        cluster = root.text("cluster") ?? "local"
        packing = root.choice("packing", Packing.self) ?? .auto
        asked = ResourcesDraft(root.mapping("resources")) ?? ResourcesDraft()
        let globs = root.texts("collect")
        collect = globs == ["all"] ? .all : globs.map { .globs($0) } ?? .summaries
    }

    /// Whether the config says how many GPUs a job gets.
    var gpus: Int? {
        get { asked.gpus }
        set { asked.gpus = newValue }
    }

    /// One job's resources: what the config says, else what its stages ask for.
    func resources(of stages: [StageSpec], _ draft: PipelineDraft) -> Resources {
        asked.completed(by: stages.map { draft.resources[$0.name] ?? ResourcesDraft() })
    }
}
