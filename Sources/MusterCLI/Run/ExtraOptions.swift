import MusterCore
import MusterSlurm

/// The further sbatch options of a cluster file, looked at before anything is planned.
enum ExtraOptions {
    /// Remarks on options that no known release has; each names its line.
    ///
    /// - Throws: All options together that contradict another key or how muster submits.
    static func check(_ cluster: ClusterSpec, gpus: Int) throws -> [String] {
        guard cluster.backend == .slurm else { return [] }
        var mistakes: [String] = []
        var warnings: [String] = []
        for option in cluster.slurm where option.name != "nodes" {
            let place = cluster.places["slurm.\(option.name)"]
            let extra = SbatchExtraOption(option.name, value: option.value)
            do throws(SbatchOptionError) {
                try extra.check(against: options(cluster, gpus: gpus))
                if let hint = extra.hint { warnings.append(text(.warning, place, hint, "it is passed on as it is")) }
            } catch {
                mistakes.append(text(.error, place, "\(error)", "in 'slurm' of the cluster '\(cluster.name)'"))
            }
        }
        guard mistakes.isEmpty else { throw ExitStatus.config(mistakes.joined()) }
        return warnings
    }

    /// What the cluster file and the config ask for in keys of their own.
    private static func options(_ cluster: ClusterSpec, gpus: Int) -> SbatchOptions {
        var options = SbatchOptions()
        (options.partition, options.account, options.qos) = (cluster.partition, cluster.account, cluster.qos)
        if gpus > 0 { options.gres = [SlurmGres(count: gpus)] }
        return options
    }

    private static func text(
        _ severity: Diagnostic.Severity, _ place: SourceLocation?, _ message: String, _ hint: String
    ) -> String {
        guard let place else { return "\(severity.rawValue): \(message)\n  \(hint)\n" }
        return Diagnostic(severity, at: place, message, hint: hint, excerpt: ExitStatus.excerpt(place)).text
    }
}
