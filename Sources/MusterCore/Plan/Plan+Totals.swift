extension Plan {
    /// What a plan comes to.
    public struct Totals: Hashable, Sendable {
        /// Hours of GPUs and cores that all elements ask for; nil where an element has no time.
        public var gpuHours: Double?, cpuHours: Double?
        /// Files that muster itself makes on the cluster, at most. Results are not among them.
        public var files: Int
    }

    /// Files of one lane: lock, outbox, reserve, live file, log and its index.
    private static let filesOfLane = 6
    /// Files of a run folder beside lanes, claims, arrays and scripts: plan, tables, config, keys, endpoint, end mark, code.
    private static let filesOfRun = 10

    /// Sums over all elements.
    public var totals: Totals {
        let nodes = max(input.nodes, input.jobNodes)
        func hours(_ amount: (Resources) -> Int) -> Double? {
            var sum = 0.0
            for size in sizes {
                guard let time = size.element.time else { return amount(size.element) == 0 ? 0 : nil }
                sum += Double(size.elements * nodes * amount(size.element)) * Double(time.seconds) / 3600
            }
            return sum
        }
        let lanes = elements * max(1, input.nodes)
        return Totals(
            gpuHours: hours(\.gpus), cpuHours: hours(\.cpus),
            files: Self.filesOfRun + sizes.count + lanes * (Self.filesOfLane + 1) + blocks.count + arrays.count * 4)
    }

    /// A job in the form of `muster plan --json`; `stages` are their names.
    public func json(of row: JobRow, stages: JSON) -> JSON {
        .object([
            "id": .string(row.id), "scene": .string(row.scene.name), "point": .object(row.point.values),
            "output_dir": .string(row.output), "stages": stages,
            "resources": resources(ofJob: row.index).json,
        ])
    }

    /// The form of `muster plan --json`, with the jobs left out, of which there may be very many: see ``json(of:stages:)``.
    public var json: JSON {
        let totals = totals
        return .object([
            "schema": 1, "fingerprint": .string(fingerprint), "sweep": .string(input.sweep),
            "cluster": .string(input.cluster), "jobs": .array([]),
            "shared_runs": sharedRuns.isEmpty
                ? nil
                : .array(
                    sharedRuns.map { row in
                        .object([
                            "id": .string(row.id), "scene": .string(row.scene.name),
                            "point": .object(row.point.values), "output_dir": .string(row.output),
                            "stages": .strings((row.stages ?? []).map { input.stages[$0].name }),
                            "jobs": .strings(jobs.filter { $0.uses.contains(row.index) }.map(\.id)),
                        ])
                    }),
            "arrays": .array(
                sizes.enumerated().flatMap { number, size in
                    size.arrays.map {
                        .object([
                            "offset": .int($0.offset), "count": .int($0.count), "size": .int(number),
                            "slots": .int(size.slots), "resources": size.element.json,
                        ])
                    }
                }),
            "retry": input.retry.json, "halt": input.halt?.json,
            "canary": input.canaries == 0
                ? nil : .strings(blocks.filter(\.terms.isCanary).flatMap(\.jobs).map { jobs[$0].id }),
            "totals": .object([
                "jobs": .int(jobs.count), "blocks": .int(blocks.count), "elements": .int(elements),
                "slots": .int(sizes.map(\.slots).max() ?? 1), "scenes": .int(input.scenes.count),
                "points": .int(input.points.count), "sizes": .int(sizes.count),
                "gpu_hours": totals.gpuHours.map { .double($0) }, "cpu_hours": totals.cpuHours.map { .double($0) },
                "files": .int(totals.files), "stage_runs_saved": .int(savedRuns),
            ]),
        ])
    }
}
