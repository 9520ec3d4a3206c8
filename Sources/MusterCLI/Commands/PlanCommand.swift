import ArgumentParser
import MusterConfig
import MusterCore

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a config expands to, without submitting anything.")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Print one JSON object.") var json = false
    @Flag(help: "Contact no other machine: go by the cluster file alone, and by the scenes that the config lists.")
    var offline = false

    func run() async throws { try await Self.print(options, json: json, offline: offline) }

    static func print(_ options: ConfigOptions, json: Bool, offline: Bool = false) async throws {
        let loaded = try LoadedConfig.read(options)
        let planned = try await Planned.make(loaded, offline: offline) { "\($0.workdir)/runs/RUN" }
        let plan = planned.plan
        if json {
            let place = JSON.Member("partition", planned.placement.partition.map(JSON.string) ?? .null)
            Terminal.print(JSON.object((plan.json.members ?? []) + [place]).line)
            return
        }
        let elements = plan.arrays.reduce(0) { $0 + $1.count }
        let scenes = plan.input.scenes.count
        Terminal.print(
            "\(plan.input.sweep) on \(plan.input.cluster): \(plan.jobs.count) jobs = \(scenes) scenes x \(plan.jobs.count / max(1, scenes)) points"
        )
        Terminal.print("stages: \(plan.input.stages.map(\.name).joined(separator: " -> "))")
        let arrays = plan.arrays.map { "\($0.count) from \($0.offset)" }.joined(separator: ", ")
        Terminal.print(
            "\(elements) element\(elements == 1 ? "" : "s") of \(plan.slots) slots, \(plan.blocks.count) blocks; arrays: \(arrays)"
        )
        let place = planned.placement.partition.map { "; it goes to partition \($0)" } ?? ""
        Terminal.print("an element asks: \(plan.element.text)\(place)")
        var table = Table(header: ["JOB", "OUTPUT"])
        for job in plan.jobs.prefix(10) { table.rows.append([job.id, job.output]) }
        Terminal.print(table.text)
        if plan.jobs.count > 10 { Terminal.print("... and \(plan.jobs.count - 10) more") }
    }
}

/// What a run would be.
enum DryRun {
    /// The plan; for a config of My3DIS the config as it was understood, with scenes unchecked, in the form of My3DIS's own
    /// dry run.
    static func print(_ options: ConfigOptions, json: Bool) async throws {
        let (result, _) = try LoadedConfig.read(options.config, settings: options.settings, options: options)
        guard result.isMy3DIS, let resolved = result.resolved else {
            return try await PlanCommand.print(options, json: json)
        }
        var config = resolved.json
        Terminal.print("# My3DIS workflow dry run\n# config: \(Places.absolute(options.config))")
        if let output = options.overrideOutput {
            let path = Places.absolute(output)
            Terminal.print("# override_output: \(path)")
            config = config.setting(["experiment", "output_root"], to: .string(path))
        }
        Terminal.print(config.canonical.pretty)
    }
}

extension JSON {
    /// The value with another one under a path of keys.
    fileprivate func setting(_ path: ArraySlice<String>, to value: JSON) -> JSON {
        guard let key = path.first else { return value }
        var members = self.members ?? []
        let inner = (self[key] ?? .object([])).setting(path.dropFirst(), to: value)
        if let index = members.firstIndex(where: { $0.key == key }) {
            members[index].value = inner
        } else {
            members.append(Member(key, inner))
        }
        return .object(members)
    }

    fileprivate func setting(_ path: [String], to value: JSON) -> JSON { setting(path[...], to: value) }
}

extension Resources {
    /// For people: `2 cpus, 1 gpu, 4 GiB, 01:00:00`.
    var text: String {
        var parts = ["\(cpus) cpu\(cpus == 1 ? "" : "s")"]
        if gpus > 0 { parts.append("\(gpus) gpu\(gpus == 1 ? "" : "s")") }
        if let memory { parts.append("\(memory)") }
        if let time { parts.append("\(time)") }
        return parts.joined(separator: ", ")
    }
}

struct ScriptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script", abstract: "Print the batch script that a config's run would use.")
    @OptionGroup var options: ConfigOptions

    func run() async throws {
        let planned = try await Planned.make(try LoadedConfig.read(options)) { "\($0.workdir)/runs/RUN" }
        let paths = RunPaths(folder: "\(planned.site.workdir)/runs/RUN")
        let script = try planned.script(
            paths: paths, run: "RUN", agent: "\(planned.site.workdir)/agent/DIGEST/muster-agent")
        Terminal.print(script)
    }
}
