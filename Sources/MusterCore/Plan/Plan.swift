/// A sweep expanded: what is to be done, before a run of it exists. The same input gives the same plan, byte for byte.
public struct Plan: Hashable, Sendable {
    /// A stretch of an array's indices: Slurm's own indices run from 0, the agent adds the offset.
    public struct ArrayPart: Hashable, Sendable {
        /// What to add to an index.
        public var offset: Int
        /// How many elements.
        public var count: Int

        /// Makes a part.
        public init(offset: Int, count: Int) {
            self.offset = offset
            self.count = count
        }
    }

    /// What the plan was made from.
    public var input: PlanInput
    /// The job table: points outermost, scenes within, so that results of one point appear together.
    public var jobs: [JobRow]
    /// Slices of the table in claiming order.
    public var blocks: [Block]
    /// Jobs side by side in one element.
    public var slots: Int
    /// Arrays to submit.
    public var arrays: [ArrayPart]
    /// What one element asks for.
    public var element: Resources
    /// Digest of jobs, stages and resources.
    public var fingerprint: String

    /// The plan of a run that was submitted at `stamp`, which stands in the names of folders that ask for it.
    public func stamped(_ stamp: String) -> Plan {
        guard input.layout != .plain else { return self }
        var plan = self
        for index in plan.jobs.indices {
            let levels = plan.jobs[index].output.split(separator: OutputLayout.stamp, omittingEmptySubsequences: false)
            plan.jobs[index].output = levels.joined(separator: stamp)
        }
        return plan
    }

    /// The content of `plan.json` for the run `run`.
    public func runPlan(run: String) -> RunPlan {
        RunPlan(
            run: run, sweep: input.sweep, cluster: input.cluster, fingerprint: fingerprint, stages: input.stages,
            resources: input.resources, slots: slots, jobCount: jobs.count, outputRoot: input.outputRoot,
            arrays: arrays.map(\.count))
    }

    /// The form of `muster plan --json`.
    public var json: JSON {
        .object([
            "schema": 1, "fingerprint": .string(fingerprint), "sweep": .string(input.sweep),
            "cluster": .string(input.cluster),
            "jobs": .array(
                jobs.map { row in
                    .object([
                        "id": .string(row.id), "scene": .string(row.scene.name), "point": .object(row.point.values),
                        "output_dir": .string(row.output), "stages": .strings(input.stages.map(\.name)),
                        "resources": input.resources.json,
                    ])
                }),
            "arrays": .array(arrays.map { .object(["offset": .int($0.offset), "count": .int($0.count)]) }),
            "totals": .object([
                "jobs": .int(jobs.count), "blocks": .int(blocks.count),
                "elements": .int(arrays.reduce(0) { $0 + $1.count }),
                "slots": .int(slots),
            ]),
        ])
    }
}
