import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import ZeroMQ

/// A run that exists: what later commands need to go on with it.
struct RunRecord {
    let summary: RunSummary
    let site: Site
    let history: History

    var paths: RunPaths { RunPaths(folder: summary.folder) }
    var plan: RunPlan? { summary.plan }

    /// What people watch: the jobs; of a run that only builds products, its stage runs.
    func watched() throws -> [JobRecord] {
        let jobs = try history.jobs(of: summary.run)
        return jobs.isEmpty ? try history.sharedRuns(of: summary.run) : jobs
    }

    /// Opens the history of this user, and tells it what earlier commands could not.
    static func openHistory() throws -> History {
        Reconciling.flushAll()
        return try History(folder: Places.state)
    }

    /// Finds a run by id, unique beginning of one, or `last`, and its cluster.
    static func open(_ name: String) async throws -> RunRecord {
        let history = try openHistory()
        let summary = try history.run(name)
        let site = try await Site.open(try cluster(of: summary), runFolder: summary.folder)
        return RunRecord(summary: summary, site: site, history: history)
    }

    /// The cluster as its file says now, or, where that is gone, as it said at submission.
    private static func cluster(of summary: RunSummary) throws -> ClusterSpec {
        guard let file = summary.details["cluster_file"]?.string else { return .local }
        if let content = FileManager.default.contents(atPath: file) {
            return try LoadedConfig.parseCluster(content, file: file, project: "/").0
        }
        guard let text = summary.details["cluster_text"]?.string else {
            return try LoadedConfig.readCluster(file, project: "/").0
        }
        return try LoadedConfig.parseCluster(Data(text.utf8), file: file, project: "/").0
    }

    /// What comes home, as the config said at submission.
    var collect: CollectSpec { CollectSpec(json: summary.details["collect"]) }

    /// Whose contents come into the store at home, as the config said at submission.
    var keep: ProvenancePolicy.Keep { summary.details["keep"]?.string.flatMap(ProvenancePolicy.Keep.init) ?? .none }

    /// The most elements that the scheduler takes at once; nil where that is not known.
    var submitLimit: Int? { (summary.details["submit_limit"]?.int).map { Int($0) } }

    /// The patterns of the pipeline's summaries.
    var summaries: [String] { (summary.details["summaries"]?.array ?? []).compactMap(\.string) }
}

/// The keys of a run's wire.
enum WireKeys {
    /// New pairs as the text of their files.
    static func make() throws -> RunFolder.Keys {
        func text(_ pair: CurveKeyPair) -> String { "\(pair.secretKey.z85)\n\(pair.publicKey.z85)\n" }
        return RunFolder.Keys(client: text(try CurveKeyPair.generate()), server: text(try CurveKeyPair.generate()))
    }

    /// The collector's pair and the agents' public key, read from the run's folder.
    static func read(_ paths: RunPaths, on host: some MusterCore.Host) async throws -> (CurveKeyPair, CurveKey) {
        let result = try await host.run(
            "head -n 1 \(ShellWord.quote(paths.serverKey)); sed -n 2p \(ShellWord.quote(paths.clientKey))")
        let lines = result.text.split(separator: "\n")
        guard lines.count == 2, let secret = CurveSecretKey(z85: String(lines[0])),
            let client = CurveKey(z85: String(lines[1]))
        else {
            throw HostError(.file, "the run's keys in '\(paths.keys)' can't be read: \(result.errorText)")
        }
        return (try CurveKeyPair(secretKey: secret), client)
    }
}
