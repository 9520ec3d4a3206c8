import Foundation
import MusterCore
import MusterScript
import MusterSlurm

extension Planned {
    /// Slurm sends a signal up to a minute early, so short allocations get none.
    private static let leastForWarning = 600

    /// How many seconds before the end the agent is told, and the shortest allocation in which it is: as long as programs need
    /// to keep what they go on from, with some for the agent itself.
    private var warning: (lead: Int, least: Int) {
        let graces = loaded.spec.pipeline.stages.compactMap { $0.checkpoint.map { Int($0.grace.seconds) } }
        guard let most = graces.max() else { return (60, Self.leastForWarning) }
        return (most + 30, most + 90)
    }

    /// The batch scripts of the plan for a run in `paths`, one for each class of sizes.
    func scripts(paths: RunPaths, run: String, agent: String) throws -> [String] {
        try plan.sizes.enumerated().map { try script($0, $1, paths: paths, run: run, agent: agent) }
    }

    private func script(_ number: Int, _ size: Plan.Size, paths: RunPaths, run: String, agent: String) throws -> String
    {
        let cluster = loaded.cluster
        var options = SbatchOptions()
        options.jobName = "muster.\(run)"
        let placement = loaded.spec.placement
        options.partition = loaded.option("partition") == nil ? partitions[number] : nil
        options.account = placement.account ?? cluster.account
        options.qos = placement.qos ?? cluster.qos
        options.constraint = placement.constraint
        options.exclude = placement.exclude
        options.cpusPerTask = size.element.cpus
        options.memory = size.element.memory.map { .perNode(mebibytes: Int($0.mebibytesRoundedUp)) }
        // This machine ends no allocation; only jobs have a limit here.
        let time = cluster.backend == .local ? nil : size.element.time
        options.timeLimit = time.flatMap { SlurmTimeLimit(parsing: $0.description) }
        if size.element.gpus > 0 { options.gres = [SlurmGres(type: placement.gpuType, count: size.element.gpus)] }
        options.output = "\(paths.folder)/slurm-%N.out"
        options.openMode = .append
        options.requeue = true
        // Jobs that take whole nodes share them with nobody.
        let saysSharing = cluster.slurm.contains { ["exclusive", "oversubscribe", "share"].contains($0.name) }
        if loaded.spec.packing == .node, cluster.backend == .slurm, !saysSharing { options.exclusive = .node }
        options.nodes = max(cluster.nodes, placement.nodes) > 1 ? max(cluster.nodes, placement.nodes) : nil
        options.extra = loaded.extraOptions.map { SbatchExtraOption($0.option.name, value: $0.option.value) }
        // The agent is told before the end, where there is time enough for that.
        let (lead, least) = warning
        if case .seconds(let limit)? = options.timeLimit, limit >= least,
            !cluster.slurm.contains(where: { $0.name == "signal" })
        {
            options.signal = SlurmSignalRequest("USR1", secondsBefore: lead, batchShellOnly: true)
        }
        let template = try TemplateFile.read(cluster.template, project: loaded.folder)
        guard number == 0 || template.uses("size") else {
            throw ExitStatus.config(
                "error: the script template '\(template.file)' does not use 'size', but jobs of \(plan.sizes.count) sizes are to run\n"
                    + "  give it to the agent: --slots {{ slots }}{% if size %} --size {{ size }}{% endif %}")
        }
        return try BatchScript(
            run: run, options: options, folder: paths.folder, agent: agent, slots: size.slots, size: number,
            agents: cluster.nodes, modules: cluster.modules,
            prologue: cluster.prologue
        ).render(template)
    }
}
