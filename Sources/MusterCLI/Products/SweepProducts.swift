import ArgumentParser
import MusterCore
import MusterProducts

/// The products of a config on its cluster, looked at.
struct SweepProducts {
    let planned: Planned
    let census: ProductCensus
    var plan: Plan { planned.plan }
    var products: StageProducts { census.products }

    /// Plans the config and looks at what lies there.
    static func look(_ options: ConfigOptions, makers: Bool) async throws -> SweepProducts {
        let planned = try await Planned.make(try LoadedConfig.read(options)) { "\($0.workdir)/runs/RUN" }
        if let note = planned.ownFolderNote { Terminal.complain("note: \(note)") }
        let census = try await Foresight.look(planned.plan, makers: makers, on: planned.site)
        return SweepProducts(planned: planned, census: census)
    }

    /// The stages that make the named products.
    func stages(of names: [String]) throws -> Set<Int> { try Set(names.map { try Self.stage(of: $0, products) }) }

    /// The place of the stage that makes a product; where none does, what there is.
    static func stage(of name: String, _ products: StageProducts) throws -> Int {
        do throws(StageProducts.Unknown) {
            return try products.stage(of: name)
        } catch {
            let near = error.near.map { "; did you mean '\($0)'?" } ?? ""
            throw ExitStatus.usage(
                "no stage produces '\(name)'\(near)\n  known: \(error.known.joined(separator: ", "))")
        }
    }

    /// What is made out of what, as a picture or a table; without a census nobody looked.
    static func diagram(
        _ products: StageProducts, _ census: ProductCensus?, title: String
    ) throws -> ProductDiagram {
        var statuses: [String: ProductStatus] = [:]
        for (stage, names) in products.names.enumerated() {
            for name in names { statuses[name] = census?.status(of: stage) }
        }
        return ProductDiagram(
            try ProductGraph(products.steps), statuses: census == nil ? nil : statuses, title: title)
    }
}

extension Planned {
    /// Why no run finds the results of another here; nil where they do.
    var ownFolderNote: String? {
        guard !loaded.spec.outputRoot.hasPrefix("/"), loaded.cluster.backend != .local else { return nil }
        return
            "'experiment.output_root' is relative, so on '\(loaded.cluster.name)' each run has results of its own and "
            + "takes nothing over\n  to keep products there, give an absolute path"
    }
}

/// Which jobs are meant.
struct JobChoice: ParsableArguments {
    @Option(help: "Only jobs of this scene; may be repeated.") var scene: [String] = []
    @Option(help: "Only this job, such as sigma-2/scene_001; may be repeated.") var job: [String] = []

    /// The jobs of the plan that are meant.
    func choose(from plan: Plan) throws -> [JobRow] {
        let (scenes, ids) = (Set(plan.jobs.map(\.scene.name)), Set(plan.jobs.map(\.id)))
        for name in scene where !scenes.contains(name) { throw Self.unknown("scene", name, scenes) }
        for id in job where !ids.contains(id) { throw Self.unknown("job", id, ids) }
        return plan.jobs.filter {
            (scene.isEmpty || scene.contains($0.scene.name)) && (job.isEmpty || job.contains($0.id))
        }
    }

    private static func unknown(_ what: String, _ name: String, _ known: Set<String>) -> ExitStatus {
        let near = Suggestion.nearest(to: name, in: known).map { "; did you mean '\($0)'?" } ?? ""
        return .usage("the sweep has no \(what) '\(name)'\(near)\n  see them all: muster plan CONFIG --csv")
    }
}
