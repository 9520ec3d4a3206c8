import MusterCore
import YAML

/// The keys that say how a sweep runs, whatever its experiment is.
struct SharedDraft {
    var cluster: String
    private let packing: Packing
    private let collect: CollectSpec, collectMark: Mark
    private let stageIn: StageInSpec?, stageInMark: Mark?
    private let measures: Set<Measure>
    private var asked: ResourcesDraft
    private let mostClasses: Int
    private let placement: Placement
    private let logLimit: ByteCount?
    private let checksumLimit: ByteCount?
    private let retry: RetryDraft
    private let notify: NotifyPolicy?
    private let provenance: ProvenancePolicy
    private let code: CodePolicy, codeMark: Mark?
    private let dataset: DatasetPin?, datasetMark: Mark?
    private let mark: Mark
    private let reader: Reader

    init(_ root: Keyed) {
        reader = root.reader
        mark = root.node("resources")?.mark ?? root.mark
        cluster = root.text("cluster") ?? "local"
        packing = root.choice("packing", Packing.self) ?? .auto
        mostClasses = root.count("resource_classes") ?? 4
        logLimit = root.value("log_limit", expected: "a size such as 64M, from 64K on") {
            ByteCount(parsing: $0).flatMap { $0.bytes >= 65_536 ? $0 : nil }
        }
        checksumLimit = root.value("checksums", expected: "true, false, or a size such as 10G") { text in
            Scalar.truth(text).map { ByteCount($0 ? Int64.max : 0) } ?? ByteCount(parsing: text)
        }
        retry = RetryDraft(root)
        notify = root.mapping("notify").map(NotifyReader.policy)
        provenance = Self.provenance(root.mapping("provenance"))
        code = Self.code(root)
        codeMark = root.node("code")?.mark
        dataset = Self.dataset(root)
        datasetMark = root.node("dataset")?.mark
        let resources = root.mapping("resources")
        var placement = Placement()
        if let resources {
            placement.partition = resources.text("partition")
            placement.account = resources.text("account")
            placement.qos = resources.text("qos")
            placement.gpuType = resources.text("gpu_type")
            placement.constraint = resources.text("constraint")
            placement.exclude = resources.text("exclude")
            placement.slurm = resources.mapping("slurm").map { ClusterReader.options($0) } ?? []
        }
        self.placement = placement
        asked = ResourcesDraft(resources, mayHaveRules: true) ?? ResourcesDraft()
        measures = root.choices("measure", Measure.self)
        collect = CollectReader.spec(root)
        stageIn = StageInReader.spec(root)
        stageInMark = root.node("stage_in")?.mark
        collectMark = root.node("collect")?.mark ?? root.mark
    }

    /// Whole GPUs that the config asks for; nil where it says nothing.
    var gpus: Int? {
        get { asked.gpus }
        set { asked.gpus = newValue }
    }

    /// Whether the number of GPUs is said at all.
    var saysGPUs: Bool { asked.gpus != nil || asked.rules.gpus != nil }

    /// Puts into the spec what one job asks for (what the config says, else what its stages ask for) and how jobs run.
    func complete(_ spec: inout SweepSpec, _ draft: PipelineDraft) {
        for (name, mark) in draft.marks { spec.places["stage.\(name)"] = reader.location(mark) }
        let drafts = spec.pipeline.stages.map { draft.resources[$0.name] ?? ResourcesDraft() }
        spec.resources = asked.completed(by: drafts)
        spec.pipeline.records = draft.records
        spec.packing = packing
        spec.collect = collect
        CollectReader.check(collect, spec.pipeline, at: collectMark, reader)
        spec.logLimit = logLimit
        spec.checksumLimit = checksumLimit
        spec.measures = measures
        spec.mostClasses = mostClasses
        spec.placement = placement
        spec.placement.nodes = asked.nodes ?? drafts.compactMap(\.nodes).max() ?? 1
        for index in spec.pipeline.stages.indices {
            spec.pipeline.stages[index].nodes = drafts[index].nodes ?? asked.nodes ?? 1
            if spec.pipeline.stages[index].nodes > spec.placement.nodes {
                reader.report(
                    at: mark,
                    "the stage '\(spec.pipeline.stages[index].name)' needs \(spec.pipeline.stages[index].nodes) nodes, but 'resources.nodes' is \(spec.placement.nodes)",
                    hint: "leave 'resources.nodes' out: it is the most that a stage needs")
            }
        }
        if spec.placement.gpuType != nil, spec.resources.gpus == 0, asked.rules.gpus == nil {
            reader.report(at: mark, "'resources.gpu_type' needs 'resources.gpus'", hint: "add: gpus: 1")
        }
        if spec.resources.gpuMemory != nil, spec.resources.gpus == 0, asked.rules.gpus == nil {
            reader.report(at: mark, "'resources.gpu_memory' needs 'resources.gpus'", hint: "add: gpus: 1")
        }
        sizes(&spec)
        spec.notify = notify
        spec.provenance = provenance
        spec.code = code
        if let mark = codeMark { spec.places["code"] = reader.location(mark) }
        spec.dataset = dataset
        if dataset != nil, let mark = datasetMark { spec.places["dataset"] = reader.location(mark) }
        spec.stageIn = stageIn
        if let mark = stageInMark { spec.places["stage_in"] = reader.location(mark) }
        retry.complete(&spec, asks: asked.rules)
    }

    private static func provenance(_ keyed: Keyed?) -> ProvenancePolicy {
        var policy = ProvenancePolicy()
        guard let keyed else { return policy }
        defer { keyed.finish() }
        policy.dirty = keyed.choice("dirty", ProvenancePolicy.Dirty.self) ?? policy.dirty
        policy.inputs = keyed.flag("inputs") ?? policy.inputs
        policy.keep = keyed.choice("keep", ProvenancePolicy.Keep.self) ?? policy.keep
        return policy
    }

    private static func code(_ root: Keyed) -> CodePolicy {
        guard let node = root.node("code") else { return .live }
        guard node.pairs != nil, let keyed = root.mapping("code") else {
            return root.choice("code", CodePolicy.Word.self) == .snapshot ? .snapshot(folders: []) : .live
        }
        defer { keyed.finish() }
        if !keyed.has("snapshot") { _ = keyed.required("snapshot", "[src]") }
        return .snapshot(folders: keyed.texts("snapshot") ?? [])
    }

    private static func dataset(_ root: Keyed) -> DatasetPin? {
        let expected = "NAME@MAJOR.MINOR.PATCH such as cells@1.2.0"
        guard let node = root.node("dataset") else { return nil }
        guard node.pairs != nil, let keyed = root.mapping("dataset") else {
            return root.value("dataset", expected: expected) { DatasetPin($0) }
        }
        defer { keyed.finish() }
        _ = keyed.required("version", "cells@1.0.0")
        var pin = keyed.value("version", expected: expected) { DatasetPin($0) }
        pin?.verify = keyed.flag("verify") ?? false
        return pin
    }

    private func sizes(_ spec: inout SweepSpec) {
        guard !asked.rules.isEmpty else { return }
        do throws(ResourceRules.Mistake) {
            var sizes: [Resources] = []
            for point in spec.points {
                sizes.append(
                    try asked.rules.resources(at: point, stages: spec.pipeline.stages, base: spec.resources))
            }
            spec.sizes = sizes
        } catch {
            let known =
                (spec.points.first?.values.map(\.key) ?? [])
                + spec.pipeline.stages.flatMap { stage in
                    stage.parameters.map { "\(stage.name).\($0.key)" }
                }
            let outcome = error.value.map { "is \($0)" } ?? "has no value"
            reader.report(
                at: mark,
                "'resources.\(error.key)' \(outcome)\(error.point.isEmpty ? "" : " at the point \(error.point)")",
                hint: "an expression may name: \(known.map { "{\($0)}" }.joined(separator: " "))")
        }
    }
}
