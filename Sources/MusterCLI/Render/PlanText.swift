import MusterCluster
import MusterCore

/// A plan for people.
struct PlanText {
    let plan: Plan
    /// How the jobs stand already; nil where nobody looked.
    let states: [ResultSurvey.State]?
    /// The partition of each size; nil leaves it to Slurm.
    var partitions: [String?] = []
    /// What a run would do and take over, stage by stage; nil where nothing of earlier runs lies there.
    var work: [ProductCensus.Work]?

    /// The whole text.
    var text: String {
        var lines = [heading, "stages: \(plan.input.stages.map(\.name).joined(separator: " -> "))"]
        lines += plan.sizes.enumerated().filter { $0.element.elements > 0 }.map(sizeLine)
        lines.append("asked for: \(asked)")
        lines.append("files of muster there: at most \(plan.totals.files), \(plan.blocks.count) of them claims")
        if let sharing { lines.append(sharing) }
        lines += plan.input.rulesText(jobs: plan)
        if let states { lines.append("results: \(Self.counts(states))") }
        if let work { lines.append(Foresight.words(work)) }
        lines.append(sample)
        return lines.joined(separator: "\n")
    }

    private var heading: String {
        let (scenes, points) = (plan.input.scenes.count, plan.input.points.count)
        return "\(plan.input.sweep) on \(plan.input.cluster): \(Self.amount(plan.jobs.count, "job")) = "
            + "\(Self.amount(scenes, "scene")) x \(Self.amount(points, "point"))"
    }

    /// What several jobs share; nil where they share nothing.
    private var sharing: String? {
        guard !plan.sharedRuns.isEmpty else { return nil }
        let runs = plan.sharedRuns.reduce(0) { $0 + ($1.stages?.count ?? 0) }
        return "shared: \(Self.amount(runs, "stage run")) done once for several jobs, \(plan.savedRuns) saved"
    }

    private func sizeLine(_ number: Int, _ size: Plan.Size) -> String {
        let arrays = size.arrays.map { "\($0.count)" }.joined(separator: " + ")
        let rows = size.isShared ? "shared stage runs" : Self.amount(size.jobs, "job")
        let what = plan.sizes.count > 1 ? "size \(number): \(rows), " : ""
        let parts = size.arrays.count > 1 ? " in \(size.arrays.count) arrays of \(arrays)" : ""
        return "\(what)\(Self.amount(size.elements, "element"))\(parts), each \(Self.amount(size.slots, "slot")) and "
            + size.element.text
            + (partitions.indices.contains(number) ? partitions[number].map { ", in partition \($0)" } ?? "" : "")
    }

    private var asked: String {
        let totals = plan.totals
        func hours(_ value: Double?, _ what: String) -> String {
            value.map { "\(Decimal.text($0, digits: $0 < 10 ? 1 : 0)) \(what)-hours" }
                ?? "an unknown number of \(what)-hours"
        }
        let hasGPUs = plan.sizes.contains { $0.element.gpus > 0 }
        return (hasGPUs ? [hours(totals.gpuHours, "GPU")] : []).appending(hours(totals.cpuHours, "core"))
            .joined(separator: ", ")
    }

    private var sample: String {
        let several = plan.sizes.count > 1
        var table = Table(header: ["JOB", "OUTPUT"] + (several ? ["ASKS"] : []) + (states == nil ? [] : ["RESULT"]))
        // The first ones and the last: both ends of a sweep.
        let shown = plan.jobs.count > 10 ? Array(plan.jobs.prefix(8)) + plan.jobs.suffix(1) : plan.jobs
        for job in shown {
            table.rows.append(
                [job.id, job.output] + (several ? [plan.resources(ofJob: job.index).text] : [])
                    + (states.map { [$0[job.index].rawValue] } ?? []))
        }
        let rest = plan.jobs.count - shown.count
        return table.text + (rest > 0 ? "\n... and \(rest) more" : "")
    }

    /// `12 cached, 3 stale, 5 to do`.
    static func counts(_ states: [ResultSurvey.State]) -> String {
        let counts = ResultSurvey.State.allCases.map { state in (state, states.count { $0 == state }) }
        return counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }.joined(separator: ", ")
    }

    static func amount(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

    /// What one may want to know before submitting.
    var warnings: [String] {
        var found: [String] = []
        for size in plan.sizes where !plan.input.capacity.isLocal && size.elements > 1 {
            let each = size.resources.time ?? plan.input.expectedTime
            guard let each else { continue }
            let rounds = (size.jobs + size.elements * size.slots - 1) / max(1, size.elements * size.slots)
            let seconds = Int64(rounds) * each.seconds
            if seconds < 600 {
                found.append(
                    "warning: an element lasts about \(WallTime(seconds: seconds)): under ten minutes a job costs the scheduler more than it is worth\n"
                        + "  pack more jobs into an element: packing: auto")
            }
        }
        if let rule = plan.input.retry.rules[.oomHost], rule.runsAlone, rule.memory == nil, rule.set.isEmpty,
            plan.sizes.allSatisfy({ $0.slots == 1 })
        {
            found.append(
                "warning: 'retry.oom_host.alone' changes nothing here: jobs run alone in their allocations anyway\n"
                    + "  add: memory: x1.5, or let jobs share an allocation: packing: node")
        }
        if let states, case let count = states.count(where: { $0 == .stale }), count > 0 {
            found.append(
                "note: \(Self.amount(count, "result")) made another way lie where new ones go; each is kept beside, as .NAME.old.RUN"
            )
        }
        if let states, case let count = states.count(where: { $0 == .occupied }), count > 0 {
            found.append(
                "warning: \(Self.amount(count, "folder")) that muster did not make lie where results would go\n"
                    + "  take another experiment.output_root, or remove them")
        }
        return found
    }

    /// RFC 4180: a row a job, a column for every parameter.
    var csv: String {
        var names: [String] = []
        for point in plan.input.points {
            for name in point.values.map(\.key) where !names.contains(name) { names.append(name) }
        }
        func field(_ text: String) -> String {
            guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
            return "\"\(text.replacing("\"", with: "\"\""))\""
        }
        let header =
            ["id", "scene", "output_dir"] + names + ["gpus", "cpus", "memory_bytes", "time_s"]
            + (states == nil ? [] : ["result"])
        var lines = [header.map(field).joined(separator: ",")]
        for job in plan.jobs {
            let asked = plan.resources(ofJob: job.index)
            let values = names.map { name in
                job.point.values.first { $0.key == name }.map { Placeholders.text($0.value) } ?? ""
            }
            let sizes = [
                String(asked.gpus), String(asked.cpus), asked.memory.map { String($0.bytes) } ?? "",
                asked.time.map { String($0.seconds) } ?? "",
            ]
            let row =
                [job.id, job.scene.name, job.output] + values + sizes + (states.map { [$0[job.index].rawValue] } ?? [])
            lines.append(row.map(field).joined(separator: ","))
        }
        return lines.joined(separator: "\n")
    }
}

extension Array {
    fileprivate func appending(_ element: Element) -> [Element] { self + [element] }
}

extension Resources {
    /// For people: `2 cpus, 1 gpu, 4 GiB, 01:00:00`.
    var text: String {
        var parts = ["\(cpus) cpu\(cpus == 1 ? "" : "s")"]
        if gpus > 0 { parts.append("\(gpus) gpu\(gpus == 1 ? "" : "s")\(sharing > 1 ? " for \(sharing) jobs" : "")") }
        if let memory { parts.append("\(memory)") }
        if let time { parts.append("\(time)") }
        return parts.joined(separator: ", ")
    }
}
