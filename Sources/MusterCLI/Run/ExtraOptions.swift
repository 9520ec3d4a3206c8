import MusterCore
import MusterSlurm

/// The further sbatch options of a cluster file, looked at before anything is planned.
enum ExtraOptions {
    /// Remarks on options that no known release has; each names its line.
    ///
    /// - Throws: All options together that contradict another key or how muster submits.
    static func check(_ cluster: ClusterSpec, gpus: Int) throws -> [Diagnostic] {
        guard cluster.backend == .slurm else { return [] }
        var mistakes: [Diagnostic] = []
        var warnings: [Diagnostic] = []
        for option in cluster.slurm where option.name != "nodes" {
            // Every option was read from some line.
            guard let place = cluster.places["slurm.\(option.name)"] else { continue }
            let extra = SbatchExtraOption(option.name, value: option.value)
            do throws(SbatchOptionError) {
                try extra.check(against: options(cluster, gpus: gpus))
                if let hint = extra.hint { warnings.append(found(.warning, place, hint, "it is passed on as it is")) }
            } catch {
                mistakes.append(found(.error, place, "\(error)", "in 'slurm' of the cluster '\(cluster.name)'"))
            }
        }
        guard mistakes.isEmpty else { throw ExitStatus.config(mistakes, text: mistakes.map(\.text).joined()) }
        return warnings
    }

    /// What the cluster file and the config ask for in keys of their own.
    private static func options(_ cluster: ClusterSpec, gpus: Int) -> SbatchOptions {
        var options = SbatchOptions()
        (options.partition, options.account, options.qos) = (cluster.partition, cluster.account, cluster.qos)
        if gpus > 0 { options.gres = [SlurmGres(count: gpus)] }
        return options
    }

    private static func found(
        _ severity: Diagnostic.Severity, _ place: SourceLocation, _ message: String, _ hint: String
    ) -> Diagnostic {
        Diagnostic(severity, at: place, message, hint: hint, excerpt: ExitStatus.excerpt(place))
    }
}
