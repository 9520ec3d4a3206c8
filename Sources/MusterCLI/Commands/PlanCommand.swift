import ArgumentParser
import MusterCluster
import MusterConfig
import MusterCore
import MusterHistory

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a config expands to, without submitting anything.")
    @OptionGroup var options: ConfigOptions
    @Flag(help: "Print one JSON object.") var json = false
    @Flag(help: "Contact no other machine: go by the cluster file alone, and by the scenes that the config lists.")
    var offline = false
    @Flag(help: "Print the jobs as CSV, a column for every parameter.") var csv = false
    @Option(help: "Tell what changed against this run: its id, a unique beginning of it, or 'last'.") var diff: String?

    func validate() throws {
        if json, csv { throw ValidationError("--json and --csv exclude each other") }
    }

    func run() async throws {
        let loaded = try LoadedConfig.read(options)
        let planned = try await Planned.make(loaded, offline: offline) { "\($0.workdir)/runs/RUN" }
        let (states, work) = offline ? (nil, nil) : try await Foresight.ofRerun(planned)
        var text = PlanText(plan: planned.plan, states: states, partitions: planned.partitions)
        text.work = work
        let difference = try diff.map { name in
            let history = try RunRecord.openHistory()
            let run = try history.run(name).run
            return (run, PlanDifference(plan: planned.plan, run: try history.jobs(of: run)))
        }
        if csv { return Terminal.print(text.csv) }
        for warning in text.warnings { Terminal.complain(warning) }
        if json { return put(json(planned, states, work, difference), planned.plan) }
        Terminal.print(text.text)
        if let (run, difference) = difference { Terminal.print(difference.text(run: run)) }
    }

    /// Prints the object with the jobs in it, one after the other: all of them at once may be more than memory.
    private func put(_ json: JSON, _ plan: Plan) {
        let stages = JSON.strings(plan.input.stages.map(\.name))
        var bytes = Array("{".utf8)
        for (number, member) in (json.members ?? []).enumerated() {
            if number > 0 { bytes.append(UInt8(ascii: ",")) }
            JSON.string(member.key).write(to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            guard member.key == "jobs" else {
                member.value.write(to: &bytes)
                continue
            }
            for (index, row) in plan.jobs.enumerated() {
                bytes.append(index == 0 ? UInt8(ascii: "[") : UInt8(ascii: ","))
                plan.json(of: row, stages: stages).write(to: &bytes)
                guard bytes.count > 1 << 18 else { continue }
                Terminal.put(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
            bytes += (plan.jobs.isEmpty ? "[]" : "]").utf8
        }
        Terminal.put(bytes + Array("}\n".utf8))
    }

    private func json(
        _ planned: Planned, _ states: [ResultSurvey.State]?, _ work: [ProductCensus.Work]?,
        _ difference: (String, PlanDifference)?
    ) -> JSON {
        var members = planned.plan.json.members ?? []
        members.append(.init("partitions", .array(planned.partitions.map { $0.map(JSON.string) ?? .null })))
        if let states {
            members.append(
                .init(
                    "results",
                    .object(
                        ResultSurvey.State.allCases.map { state in
                            .init(state.rawValue.replacing(" ", with: "_"), .int(states.count { $0 == state }))
                        })))
        }
        if let work { members.append(.init("work", .array(work.map(\.json)))) }
        if let (run, difference) = difference { members.append(.init("diff", difference.json(run: run))) }
        return .object(members)
    }
}

/// What a run would be.
enum DryRun {
    /// The plan; for a config of My3DIS the config as it was understood, with scenes unchecked, in the form of My3DIS's own
    /// dry run.
    static func print(_ options: ConfigOptions, json: Bool) async throws {
        let (result, _) = try LoadedConfig.read(options.config, settings: options.settings, options: options)
        guard result.isMy3DIS, let resolved = result.resolved else {
            var plan = PlanCommand()
            (plan.options, plan.json, plan.csv, plan.diff, plan.offline) = (options, json, false, nil, false)
            return try await plan.run()
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

struct ScriptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script", abstract: "Print the batch script that a config's run would use.")
    @OptionGroup var options: ConfigOptions
    @Option(help: "Which one, where jobs differ in what they ask for; from 0.") var size: Int?

    func run() async throws {
        let planned = try await Planned.make(try LoadedConfig.read(options)) { "\($0.workdir)/runs/RUN" }
        let paths = RunPaths(folder: "\(planned.site.workdir)/runs/RUN")
        let scripts = try planned.scripts(
            paths: paths, run: "RUN", agent: "\(planned.site.workdir)/agent/DIGEST/muster-agent")
        if size == nil, scripts.count > 1 {
            Terminal.complain("jobs of \(scripts.count) sizes; this is the script of the first one, see --size")
        }
        guard scripts.indices.contains(size ?? 0) else {
            throw ExitStatus.usage("there are the sizes 0 to \(scripts.count - 1), not \(size ?? 0)")
        }
        Terminal.print(scripts[size ?? 0])
    }
}
