import ArgumentParser
import Foundation
import MusterCluster
import MusterCore
import MusterSlurm

struct DiscoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Ask a Slurm site what it has, and print a cluster file for it.",
        discussion: "What could not be learned is said on standard error, and stands in the file as a comment.")
    @Argument(help: "The login node: [USER@]HOST or an alias of ~/.ssh/config; '-' is this machine.") var host: String?
    @Option(help: "The cluster's name; the site's own without it.") var name: String?
    @Option(help: "Write the file here instead of printing it.") var output: String?
    @Flag(help: "Write over a file that is there.") var force = false
    @Option(help: "Folder of runs there; without it the one with the most room is proposed.") var workdir: String?
    @Option(help: "The user there; SSH's without it.") var user: String?
    @Option(help: "The SSH port; SSH's without it.") var port: Int?
    @Option(help: "The private key; SSH's without it.") var identityFile: String?
    @Option(help: "The file of known host keys; SSH's without it.") var knownHosts: String?

    func run() async throws {
        let target = output.map { Places.absolute($0) }
        if let target, !force, FileManager.default.fileExists(atPath: target) {
            throw ExitStatus.usage("'\(target)' is there already\n  add --force to write over it")
        }
        if let workdir, !workdir.hasPrefix("/"), !workdir.hasPrefix("~/") {
            throw ExitStatus.usage("--workdir '\(workdir)' is no absolute path and does not begin with '~/'")
        }
        let cluster = try reached()
        let site = Site.unopened(cluster)
        guard let slurm = site.scheduler as? SlurmScheduler else { return }
        let told = try await slurm.site()
        let folder = try await chosen(on: site.host)
        let text = ClusterFileText.render(
            told,
            login: .init(
                name: name, host: cluster.host, user: cluster.user, port: port, identityFile: cluster.identityFile,
                knownHosts: cluster.knownHosts, workdir: folder.path, workdirRemark: folder.remark))
        if let target {
            try FileManager.default.createDirectory(
                at: URL(filePath: target).deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: target), options: .atomic)
            Terminal.complain("wrote \(target); try it: muster check CONFIG --cluster \(target)")
        } else {
            Terminal.print(String(text.dropLast()))
        }
        for gap in told.gaps { Terminal.complain("not known: \(gap)") }
    }

    /// The way to the site, as a cluster file would say it.
    private func reached() throws -> ClusterSpec {
        var cluster = ClusterSpec(name: name ?? host ?? "this machine")
        cluster.backend = .slurm
        cluster.workdir = workdir
        if let host, host != "-" {
            let parts = host.split(separator: "@", maxSplits: 1).map { String($0) }
            cluster.host = parts.last ?? host
            cluster.user = user ?? (parts.count == 2 ? parts[0] : nil)
            cluster.port = port
            cluster.identityFile = identityFile.map { Places.absolute($0) }
            cluster.knownHosts = knownHosts.map { Places.absolute($0) }
        } else if host == nil, !Self.hasSlurm {
            throw ExitStatus.usage(
                "there is no sbatch in PATH here\n  name the login node: muster clusters discover HOST")
        }
        return cluster
    }

    private static var hasSlurm: Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/sbatch") }
    }

    /// The folder of runs: the one asked for, else the one with the most room; always told.
    private func chosen(on host: some MusterCore.Host) async throws -> (path: String, remark: String) {
        if let workdir {
            let seen = try await FolderSpace.look(at: [workdir], on: host)
            let isGood = seen.first?.isWritable ?? false
            let words = isGood ? seen.first.map(Workdir.room) ?? "" : "it cannot be written to"
            Terminal.complain("workdir: \(workdir) (\(words))")
            return (workdir, words)
        }
        let seen = try await WorkdirSurvey.candidates(on: host)
        guard let best = seen.first else {
            throw ExitStatus(
                code: 1,
                text: "error: no folder on \(host.name) has room for runs: $SCRATCH, $WORK, folders of the user's "
                    + "below /scratch and /work, and the home were looked at\n  name one that all nodes see: --workdir /FOLDER"
            )
        }
        let others = seen.count > 1 ? "; also seen: \(Workdir.words(Array(seen.dropFirst())))" : ""
        Terminal.complain(
            "workdir: \(best.path) (\(Workdir.room(best)))\(others). All nodes must see it; to choose another: --workdir"
        )
        return (best.path, "\(Workdir.room(best)) when this was written; all nodes must see it")
    }
}
