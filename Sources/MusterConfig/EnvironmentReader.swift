import MusterCore
import YAML

/// What a pipeline or a stage says about its program's surroundings: for every cluster, and for single ones.
struct EnvironmentDraft {
    /// `cwd`, `env` and `environment`.
    var base: Layer
    /// The same by cluster.
    var clusters: [String: Layer]

    /// One description, and whether it says which modules to load.
    struct Layer {
        var environment: ProgramEnvironment
        var namesModules: Bool
        /// Says nothing.
        static let none = Layer(environment: ProgramEnvironment(), namesModules: false)
    }

    /// Reads `cwd`, `env`, `environment` and `clusters: {NAME: {cwd, env, environment}}`.
    static func read(_ keyed: Keyed) -> EnvironmentDraft {
        let base = layer(keyed)
        var clusters: [String: Layer] = [:]
        for pair in keyed.table("clusters") {
            let path = keyed.name("clusters.\(pair.key)")
            guard let inner = Keyed(pair.value, .layer, path: path, keyed.reader) else { continue }
            clusters[pair.key] = layer(inner)
            inner.finish()
        }
        return EnvironmentDraft(base: base, clusters: clusters)
    }

    private static func layer(_ keyed: Keyed) -> Layer {
        let inner = keyed.mapping("environment")
        defer { inner?.finish() }
        let modules = inner?.texts("modules")
        let environment = ProgramEnvironment(
            cwd: keyed.text("cwd"),
            variables: keyed.table("env").map { pair in
                .init(pair.key, Scalar.text(pair.value, name: keyed.name("env.\(pair.key)"), keyed.reader) ?? "")
            },
            modules: modules ?? [], conda: inner?.text("conda"), venv: inner?.text("venv"),
            container: inner?.text("container"))
        return Layer(environment: environment, namesModules: modules != nil)
    }

    /// What holds on `cluster`; nil is any that is not named. Modules have other names elsewhere, so a cluster's own
    /// take the place of the general ones.
    func environment(on cluster: String?) -> ProgramEnvironment {
        guard let cluster, let own = clusters[cluster] else { return base.environment }
        var general = base.environment
        if own.namesModules { general.modules = [] }
        return general.merged(with: own.environment)
    }

    /// What holds for `stage` of a pipeline that says this: everywhere, and on the clusters that either names.
    func combined(with stage: EnvironmentDraft) -> (
        everywhere: ProgramEnvironment, clusters: [String: ProgramEnvironment]
    ) {
        func both(_ cluster: String?) -> ProgramEnvironment {
            environment(on: cluster).merged(with: stage.environment(on: cluster))
        }
        let names = Set(clusters.keys).union(stage.clusters.keys)
        return (both(nil), Dictionary(uniqueKeysWithValues: names.map { ($0, both($0)) }))
    }
}
