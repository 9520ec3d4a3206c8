/// A difference between what made two results.
public struct PlanChange: Equatable, Sendable {
    /// What is different: `stage segment, parameters.tile`.
    public var what: String
    /// Before and now, as text; nil where it was not there, or is not there now.
    public var before: String?, now: String?

    /// Describes a difference.
    public init(what: String, before: String?, now: String?) {
        (self.what, self.before, self.now) = (what, before, now)
    }

    /// What made a result.
    public struct Side: Sendable {
        /// The plan of its run.
        public var plan: RunPlan
        /// The job's scene and point, and the node where it ran.
        public var scene: Scene, point: Point, node: String?

        /// Gathers what is known.
        public init(plan: RunPlan, scene: Scene, point: Point, node: String?) {
            (self.plan, self.scene, self.point, self.node) = (plan, scene, point, node)
        }
    }

    /// What is different `now`: values of the point, stages with their programs, requests, the cluster and the node.
    public static func between(_ before: Side, _ now: Side) -> [PlanChange] {
        var changes: [PlanChange] = []
        changes += differences(.string(before.scene.path), .string(now.scene.path), "the scene's path")
        changes += differences(.object(before.point.values), .object(now.point.values), "")
        let (old, new) = (before.plan.stages, now.plan.stages)
        let names = old.map(\.name) + new.map(\.name).filter { name in !old.contains { $0.name == name } }
        for name in names {
            let (left, right) = (old.first { $0.name == name }, new.first { $0.name == name })
            let label = "stage \(name)"
            guard let left, let right else {
                changes.append(
                    PlanChange(what: label, before: left.map { _ in "there" }, now: right.map { _ in "there" }))
                continue
            }
            if left.program != right.program {
                changes.append(
                    PlanChange(
                        what: "\(label), its program's own files", before: left.program.map { String($0.prefix(12)) },
                        now: right.program.map { String($0.prefix(12)) }))
            }
            changes += differences(bare(left), bare(right), "\(label), ")
        }
        if before.plan.classes.map(\.resources) != now.plan.classes.map(\.resources) {
            changes += differences(requests(before.plan), requests(now.plan), "resources: ")
        }
        changes += differences(.string(before.plan.cluster), .string(now.plan.cluster), "the cluster")
        if let left = before.node, let right = now.node {
            changes += differences(.string(left), .string(right), "the node")
        }
        return changes
    }

    private static func bare(_ stage: StageSpec) -> JSON {
        var stage = stage
        stage.program = nil
        return .object((stage.json.members ?? []).filter { $0.key != "name" })
    }

    /// What is asked for, in the words of a config.
    private static func requests(_ plan: RunPlan) -> JSON {
        let sizes = plan.classes.map(\.resources).map { asked in
            JSON.object([
                "gpus": .int(asked.gpus), "sharing": .int(asked.sharing), "cpus": .int(asked.cpus),
                "gpu_memory": asked.gpuMemory.map { .string(Amounts.text($0)) },
                "memory": asked.memory.map { .string(Amounts.text($0)) },
                "time": asked.time.map { .string(Amounts.text($0)) },
            ])
        }
        return sizes.count == 1 ? sizes[0] : .array(sizes)
    }

    private static func differences(_ before: JSON, _ now: JSON, _ path: String) -> [PlanChange] {
        JSONDifference.between(before, now).map { found in
            let joint = path.isEmpty || path.hasSuffix(" ") || found.path.isEmpty ? "" : "."
            return PlanChange(
                what: path + joint + found.path, before: found.before.map(text), now: found.after.map(text))
        }
    }

    private static func text(_ json: JSON) -> String { json.string ?? json.line }

    /// `{"what","before","now"}`; null where it is not there.
    public var json: JSON {
        .object([
            "what": .string(what), "before": .known(before), "now": .known(now),
        ])
    }
}
