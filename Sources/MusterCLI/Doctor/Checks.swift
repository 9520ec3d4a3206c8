import MusterCluster
import MusterCore

extension Check {
    /// All checks of a cluster, in the order in which they are told.
    static func all(of cluster: ClusterSpec, file: String, asked: String, host: any Host, _ job: JobOptions) -> [Check]
    {
        var checks: [Check] = []
        var needs: [String] = []
        if let remote = host as? any LoginHost {
            checks += connection(remote, file: file)
            needs = ["transport", "connection", "login"]
        } else {
            checks.append(commands(needs: []))
        }
        switch cluster.backend {
        case .local:
            checks += machine(needs: needs) + folders(needs: needs, backend: .local)
            checks += collectorAddress(cluster, file: file)
        case .slurm:
            checks += slurm(needs: needs) + folders(needs: needs, backend: .slurm) + [clock(needs: needs)]
            checks += collectorAddress(cluster, file: file) + relayAddress(cluster, file: file, needs: needs)
            checks += nodes(cluster, asked: asked, job, needs: needs) + ways(cluster, asked: asked, job)
            checks += relayWay(cluster, asked: asked, job)
        }
        return checks
    }
}
