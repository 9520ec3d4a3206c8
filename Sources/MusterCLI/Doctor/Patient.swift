import Foundation
import MusterCluster
import MusterCore
import MusterSlurm

/// The cluster under examination, with what earlier checks have found out for later ones.
actor Patient {
    nonisolated let cluster: ClusterSpec
    /// The cluster's file, or what stands for it in cures.
    nonisolated let file: String
    nonisolated let host: any MusterCore.Host
    /// How the cluster was named on the command line.
    nonisolated let asked: String
    /// Random, so that two examinations never meet.
    nonisolated let mark = Hex.text((0..<4).map { _ in UInt8.random(in: 0...255) })

    private var seconds: Double = 20
    /// Where runs lie, and the folder in it that this examination works in.
    var place: Workplace?
    /// The agent's path on the host.
    var agent: String?
    var site: SlurmSite?
    var doorbell: Doorbell?
    /// The same on the login node.
    var relayBell: RelayBell?
    /// True from before sbatch is called.
    var hasSubmitted = false
    /// What the job on a node wrote.
    var report: Answers?

    init(cluster: ClusterSpec, file: String?, asked: String) {
        self.cluster = cluster
        self.file = file ?? "the cluster's file"
        self.asked = asked
        host = cluster.host.map { Site.sshHost($0, cluster) } ?? LocalHost()
    }

    /// The time for each command of the check that comes next.
    func allow(_ seconds: Double) { self.seconds = seconds }

    func run(_ script: String) async throws -> CommandResult {
        let seconds = seconds
        return try await host.run(script, input: [], timeout: seconds)
    }

    /// Runs a script that prints `KEY=VALUE` lines.
    func ask(_ script: String) async throws -> Answers {
        Answers(try await run(script).text)
    }

    /// Runs a program of Slurm.
    func slurm(_ words: [String]) async throws -> SiteProbe.Answer {
        let result = try await run(words.map { ShellWord.quote($0) }.joined(separator: " "))
        return SiteProbe.Answer(exitStatus: result.status, output: result.text, errors: result.errorText)
    }

    func set(place: Workplace) { self.place = place }
    func set(agent: String) { self.agent = agent }
    func set(site: SlurmSite) { self.site = site }
    func set(doorbell: Doorbell) { self.doorbell = doorbell }
    func set(relayBell: RelayBell) { self.relayBell = relayBell }
    func set(report: Answers) { self.report = report }
    func willSubmit() { hasSubmitted = true }

    /// The folder of this examination; only for checks that need the workdir.
    func folder() throws -> String {
        guard let folder = place?.folder else { throw HostError(.file, "the workdir is not known") }
        return folder
    }

    /// The job's name, by which it is found also where its id never came back.
    nonisolated var jobName: String { "muster.doctor.\(mark)" }

    /// Ends the job and removes all that was made. Errors are kept quiet: whatever broke has been told.
    func leaveNothing() async {
        doorbell?.close()
        await relayBell?.close()
        if hasSubmitted {
            _ = try? await host.run(ProbeJob.endScript(name: jobName), input: [], timeout: 40)
        }
        if let script = place?.removal {
            _ = try? await host.run(script, input: [], timeout: 30)
        }
    }
}

/// `KEY=VALUE` lines of a script of ours; a key may come several times.
struct Answers: Equatable, Sendable {
    private var values: [String: [String]] = [:]

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            values[String(line[..<equals]), default: []].append(String(line[line.index(after: equals)...]))
        }
    }

    /// The last value; nil where there is none or an empty one.
    subscript(key: String) -> String? { values[key]?.last.flatMap { $0.isEmpty ? nil : $0 } }
    /// All values in their order.
    func all(_ key: String) -> [String] { (values[key] ?? []).filter { !$0.isEmpty } }
    func number(_ key: String) -> Int64? { self[key].flatMap { Int64($0) } }
}
