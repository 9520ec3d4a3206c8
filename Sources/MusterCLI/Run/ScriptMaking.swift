import Foundation
import MusterCore
import MusterScript
import MusterSlurm

extension Planned {
    /// The batch script of the plan for a run in `paths`.
    func script(paths: RunPaths, run: String, agent: String) throws -> String {
        let cluster = loaded.cluster
        var options = SbatchOptions()
        options.jobName = "muster.\(run)"
        options.partition = cluster.partition
        options.account = cluster.account
        options.cpusPerTask = plan.element.cpus
        options.memory = plan.element.memory.map { .perNode(mebibytes: Int($0.mebibytesRoundedUp)) }
        options.timeLimit = plan.element.time.flatMap { SlurmTimeLimit(parsing: $0.description) }
        if plan.element.gpus > 0 { options.gres = [SlurmGres(count: plan.element.gpus)] }
        options.output = "\(paths.folder)/slurm-%N.out"
        options.openMode = .append
        options.requeue = true
        options.extra = cluster.slurm.map { SbatchExtraOption($0.name, value: $0.value) }
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
