import Foundation
import MusterCore
import MusterScript
import MusterSlurm

extension Planned {
    /// Slurm sends a signal up to a minute early, so short allocations get none.
    private static let leastForWarning = 600

    /// The batch script of the plan for a run in `paths`.
    func script(paths: RunPaths, run: String, agent: String) throws -> String {
        let cluster = loaded.cluster
        var options = SbatchOptions()
        options.jobName = "muster.\(run)"
        options.partition = cluster.slurmValue("partition") == nil ? placement.partition : nil
        options.account = cluster.account
        options.qos = cluster.qos
        options.cpusPerTask = plan.element.cpus
        options.memory = plan.element.memory.map { .perNode(mebibytes: Int($0.mebibytesRoundedUp)) }
        // This machine ends no allocation; only jobs have a limit here.
        let time = cluster.backend == .local ? nil : plan.element.time
        options.timeLimit = time.flatMap { SlurmTimeLimit(parsing: $0.description) }
        if plan.element.gpus > 0 { options.gres = [SlurmGres(count: plan.element.gpus)] }
        options.output = "\(paths.folder)/slurm-%N.out"
        options.openMode = .append
        options.requeue = true
        options.nodes = cluster.nodes > 1 ? cluster.nodes : nil
        options.extra = cluster.slurm.filter { $0.name != "nodes" }.map { SbatchExtraOption($0.name, value: $0.value) }
        // The agent is told before the end, where there is time enough for that.
        if case .seconds(let limit)? = options.timeLimit, limit >= Self.leastForWarning,
            !cluster.slurm.contains(where: { $0.name == "signal" })
        {
            options.signal = SlurmSignalRequest("USR1", secondsBefore: 60, batchShellOnly: true)
        }
        return try BatchScript(
            run: run, options: options, folder: paths.folder, agent: agent, slots: plan.slots, modules: cluster.modules,
            prologue: cluster.prologue
        ).render(try template())
    }

    private func template() throws -> ScriptTemplate {
        let name = loaded.cluster.template ?? "slurm.sh"
        guard let file = Places.find(name, in: "templates", suffix: ".stencil", project: loaded.folder),
            let data = FileManager.default.contents(atPath: file)
        else {
            throw ExitStatus.config(
                "error: there is no script template '\(name)'\n  sought as templates/\(name).stencil in: \(Places.search(project: loaded.folder).joined(separator: ", "))"
            )
        }
        return try ScriptTemplate(text: String(decoding: data, as: UTF8.self), file: file)
    }
}
