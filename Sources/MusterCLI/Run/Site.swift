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
    ///
    /// - Parameter runFolder: The folder of a run that was made there: it tells the workdir where the cluster file no
    ///   longer does.
    static func open(_ cluster: ClusterSpec, runFolder: String? = nil) async throws -> Site {
        let site = unopened(cluster)
        guard site.workdir.isEmpty || site.workdir.hasPrefix("~/") else { return site }
        if site.workdir.isEmpty {
            guard let runFolder else { throw await Workdir.missing(cluster, on: site.host) }
            return site.at(URL(filePath: runFolder).deletingLastPathComponent().deletingLastPathComponent().path)
        }
        let home = try await site.host.run("printf %s \"$HOME\"").text
        return site.at(home + site.workdir.dropFirst())
    }

    /// The cluster as its file describes it; nobody was asked. Its workdir may begin with `~/` where that stands for
    /// another machine's, and is empty where the file names none.
    static func unopened(_ cluster: ClusterSpec) -> Site {
        let host: any MusterCore.Host =
            cluster.host.map { HeldSessions.host($0, cluster) ?? sshHost($0, cluster) as any MusterCore.Host }
            ?? LocalHost()
        let isHere = cluster.host == nil
        let named = cluster.workdir.map { isHere ? Places.absolute($0) : $0 }
        switch cluster.backend {
        case .local:
            return Site(
                cluster: cluster, host: host,
                scheduler: LocalScheduler(host: host, lockFolder: "/tmp/muster-\(getuid())", gpus: localGPUs()),
                workdir: named ?? (isHere ? Places.state : ""))
        case .slurm:
            let scheduler = SlurmScheduler(
                host: host, keepsAccounting: cluster.accounting ?? true,
                // A little less than the pause between two questions of one run, whose own answer must not serve it twice.
                queueAge: cluster.pollInterval.seconds - max(1, min(2, cluster.pollInterval.seconds / 10)))
            return Site(cluster: cluster, host: host, scheduler: scheduler, workdir: named ?? "")
        }
    }

    private func at(_ workdir: String) -> Site {
        Site(cluster: cluster, host: host, scheduler: scheduler, workdir: workdir)
    }

    /// A login node, by the alias or name and by the settings of `cluster`.
    static func sshHost(_ alias: String, _ cluster: ClusterSpec) -> any LoginHost {
        let overrides = HostOverrides(
            port: cluster.port, user: cluster.user, identityFiles: cluster.identityFile.map { [$0] },
            knownHostsFiles: cluster.knownHosts.map { [$0] })
        let (mayAsk, questions) = (Terminal.inputIsTerminal && Terminal.errorIsTerminal, SSHHost.Questions.atTerminal)
        return switch cluster.transport {
        case .libssh: SSHHost(alias: alias, overrides: overrides, mayAsk: mayAsk, questions: questions)
        case .openssh:
            OpenSSHHost(
                alias: alias, overrides: overrides, folder: HeldSessions.folder, mayAsk: mayAsk, again: questions.again)
        }
    }

    /// The GPUs of this machine by index, as their device files show.
    static func localGPUs() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/dev")) ?? []).filter { $0.hasPrefix("nvidia") }
            .compactMap { Int($0.dropFirst(6)) }.sorted().map(String.init)
    }

    /// The way home of runs that are submitted now.
    var way: ClusterSpec.Way { cluster.chosenWay }
}
