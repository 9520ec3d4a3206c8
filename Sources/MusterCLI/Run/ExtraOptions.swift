import MusterCore
import MusterSlurm

/// The further sbatch options of a cluster file, looked at before anything is planned.
enum ExtraOptions {
    /// Those of the config, which win, before those of the cluster file, with the places where they stand.
    static func merged(
        _ cluster: ClusterSpec, _ spec: SweepSpec
    ) -> [(option: ClusterSpec.Option, place: SourceLocation?)] {
        let own = spec.placement.slurm
        let others = cluster.slurm.filter { option in option.name != "nodes" && !own.contains { $0.name == option.name }
        }
        return others.map { ($0, cluster.places["slurm.\($0.name)"]) }
            + own.map { ($0, spec.places["resources.slurm"]) }
    }

    /// Remarks on options that no known release has; each names its line.
    ///
    /// - Throws: All options together that contradict another key or how muster submits.
    static func check(_ cluster: ClusterSpec, _ spec: SweepSpec) throws -> [Diagnostic] {
        guard cluster.backend == .slurm else { return [] }
        var mistakes: [Diagnostic] = []
        var warnings: [Diagnostic] = []
        for (option, place) in merged(cluster, spec) {
            // Every option was read from some line.
            guard let place else { continue }
            let extra = SbatchExtraOption(option.name, value: option.value)
            do throws(SbatchOptionError) {
                try extra.check(against: options(cluster, spec))
                if let hint = extra.hint { warnings.append(found(.warning, place, hint, "it is passed on as it is")) }
            } catch {
                mistakes.append(found(.error, place, "\(error)", "in 'slurm' for the cluster '\(cluster.name)'"))
            }
        }
        guard mistakes.isEmpty else { throw ExitStatus.config(mistakes, text: mistakes.map(\.text).joined()) }
        return warnings
    }

    /// What the config and the cluster file ask for in keys of their own.
    private static func options(_ cluster: ClusterSpec, _ spec: SweepSpec) -> SbatchOptions {
        let placement = spec.placement
        var options = SbatchOptions()
        options.partition = placement.partition ?? cluster.partition
        options.account = placement.account ?? cluster.account
        options.qos = placement.qos ?? cluster.qos
        (options.constraint, options.exclude) = (placement.constraint, placement.exclude)
        let gpus = (spec.sizes + [spec.resources]).map(\.gpus).max() ?? 0
        if gpus > 0 { options.gres = [SlurmGres(type: placement.gpuType, count: gpus)] }
        return options
    }

    private static func found(
        _ severity: Diagnostic.Severity, _ place: SourceLocation, _ message: String, _ hint: String
    ) -> Diagnostic {
        Diagnostic(severity, at: place, message, hint: hint, excerpt: ExitStatus.excerpt(place))
    }
}
