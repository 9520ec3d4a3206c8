import Foundation
import MusterCluster
import MusterCore
import SSH

/// A cluster that commands can be given to: its host, its scheduler, its folders.
struct Site {
    let cluster: ClusterSpec
    let host: any MusterCore.Host
    let scheduler: any Scheduler
    /// Folder of runs, locks and the agent there, absolute.
    let workdir: String

    /// Opens the cluster; nothing is contacted but to learn the home folder of a remote user.
    static func open(_ cluster: ClusterSpec) async throws -> Site {
        let host: any MusterCore.Host = cluster.host.map { sshHost($0, cluster) } ?? LocalHost()
        switch cluster.backend {
        case .local:
            let workdir = cluster.workdir.map { Places.absolute($0) } ?? Places.state
            return Site(
                cluster: cluster, host: host,
                scheduler: LocalScheduler(host: host, lockFolder: "/tmp/muster-\(getuid())", gpus: localGPUs()),
                workdir: workdir)
        case .slurm:
            let asked = cluster.workdir ?? "~/muster"
            var workdir = asked
            if asked.hasPrefix("~/") {
                let home = try await host.run("printf %s \"$HOME\"").text
                workdir = home + asked.dropFirst()
            }
            return Site(cluster: cluster, host: host, scheduler: SlurmScheduler(host: host), workdir: workdir)
        }
    }

    static func sshHost(_ alias: String, _ cluster: ClusterSpec) -> SSHHost {
        SSHHost(
            alias: alias,
            overrides: HostOverrides(
                port: cluster.port, user: cluster.user, identityFiles: cluster.identityFile.map { [$0] },
                knownHostsFiles: cluster.knownHosts.map { [$0] }),
            mayAsk: Terminal.inputIsTerminal && Terminal.errorIsTerminal,
            askUnknown: { unknown in
                Terminal.confirm(
                    "The host '\(unknown.host)' is not known. Its key is \(unknown.key.fingerprint). Connect and remember it?"
                )
            },
            askPassphrase: { locked in
                getpass("Passphrase of \(locked.path): ").map { String(cString: $0) }
            })
    }

    /// The GPUs of this machine by index, as their device files show.
    static func localGPUs() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/dev")) ?? []).filter { $0.hasPrefix("nvidia") }
            .compactMap { Int($0.dropFirst(6)) }.sorted().map(String.init)
    }

    /// What the planner must know of the place.
    func capacity() async throws -> Capacity {
        var capacity = try await scheduler.capacity(partition: cluster.partition)
        if let size = cluster.maxArraySize { capacity.maxArraySize = min(capacity.maxArraySize, size) }
        return capacity
    }

    /// The way home: `direct` where the collector can be reached, else `files`.
    var way: ClusterSpec.Way {
        switch cluster.way {
        case .auto: cluster.backend == .local || cluster.collectorAddress != nil ? .direct : .files
        case let named: named
        }
    }
}
