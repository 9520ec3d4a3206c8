import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// Making a run known here that was submitted elsewhere, out of what lies in its folder on the cluster.
struct Attachment {
    let cluster: (spec: ClusterSpec, file: String?, text: String?)
    let site: Site

    /// Opens a cluster by name or path.
    init(cluster name: String) async throws {
        do {
            cluster = try LoadedConfig.readCluster(name, project: FileManager.default.currentDirectoryPath)
        } catch let unknown as LoadedConfig.UnknownCluster {
            throw ExitStatus.usage("\(unknown.message)\n  \(unknown.hint)")
        }
        site = try await Site.open(cluster.spec)
    }

    /// `CLUSTER` or `CLUSTER:RUN` in its parts.
    static func parts(of text: String) -> (cluster: String, run: String?) {
        guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("/") else { return (text, nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    /// The runs that lie there, the oldest first.
    func runs() async throws -> [FoundRuns.Found] { try await FoundRuns.list(in: site.workdir, on: site.host) }

    /// The run of this id, or the only one whose id begins so; `last` is the latest.
    static func choose(_ name: String, of runs: [FoundRuns.Found], place: String) throws -> FoundRuns.Found {
        if let exact = runs.first(where: { $0.run == name }) { return exact }
        if name == "last", let last = runs.last { return last }
        let candidates = runs.filter { !name.isEmpty && $0.run.hasPrefix(name) }
        if candidates.count == 1 { return candidates[0] }
        guard !candidates.isEmpty else {
            let near = Suggestion.nearest(to: name, in: runs.map(\.run)).map { "; did you mean '\($0)'?" } ?? ""
            throw ExitStatus.usage(
                "there is no run '\(name)' in \(place)\(near)\n  to see what lies there, leave ':\(name)' out")
        }
        throw ExitStatus.usage(
            "'\(name)' is the beginning of \(candidates.count) runs: \(candidates.prefix(6).map(\.run).joined(separator: ", "))"
        )
    }

    /// Registers the run, brings home all facts, and tells what only files say. Done twice it changes nothing.
    ///
    /// - Parameter moves: What was moved besides the run's folder itself.
    func attach(_ found: FoundRuns.Found, home: String?, moves: [Relocation.Move] = [], takeOver: Bool = false)
        async throws -> RunRecord
    {
        let paths = RunPaths(folder: found.folder)
        var content = try await FoundRuns.read(paths, on: site.host)
        let relocation = try await relocation(of: content, to: paths, moves)
        if !relocation.isEmpty {
            try await move(content, paths, relocation, takeOver: takeOver)
            content = try await FoundRuns.read(paths, on: site.host)
        }
        guard content.plan.run == found.run else {
            throw ExitStatus.usage("the folder '\(found.folder)' holds the run '\(content.plan.run)'")
        }
        let history = try RunRecord.openHistory()
        let known = try? history.run(found.run)
        // What was submitted here, or attached before, keeps what is known of it.
        if known?.run != found.run || known?.folder != found.folder || home != nil || !relocation.isEmpty {
            try history.registerRun(content.plan, jobs: content.rows, registration(content, paths, home: home))
        }
        let record = try await RunRecord.open(found.run)
        let follower = Follower(record)
        try await follower.catchUp()
        try tell(content, hasEnded: found.hasEnded, record, follower.voice)
        return try await RunRecord.open(found.run)
    }

    private func registration(
        _ content: FoundRuns.Content, _ paths: RunPaths, home: String?
    ) -> RunRegistration {
        let told = content.registration.flatMap { RunRegistration(folder: paths.folder, json: $0) }
        var registration = told ?? RunRegistration(folder: paths.folder, created: .now)
        registration.way = site.way.rawValue
        // Where results come home is a matter of the machine.
        let isHere = cluster.spec.backend == .local && cluster.spec.host == nil
        if let home {
            registration.home = Places.absolute(home)
        } else if !isHere || registration.home == nil {
            registration.home = Places.absolute("\(content.plan.sweep)/\(content.plan.run)")
        }
        registration.details.removeAll { ["cluster_file", "cluster_text"].contains($0.key) }
        registration.details += [
            .init("cluster_file", cluster.file.map(JSON.string) ?? .null),
            .init("cluster_text", cluster.text.map(JSON.string) ?? .null),
        ]
        return registration
    }

    /// What a client did whose own facts did not reach the folder: submissions by their tokens, and the end.
    private func tell(
        _ content: FoundRuns.Content, hasEnded: Bool, _ record: RunRecord, _ voice: Voice
    ) throws {
        let state = try record.history.state(of: record.summary.run)
        for submission in content.submissions where state.submissions[submission.token]?.schedulerID == nil {
            try voice.tell(
                [
                    .submitting(token: submission.token, elements: submission.elements),
                    .submitted(token: submission.token, schedulerID: submission.id),
                ], at: submission.time)
        }
        if hasEnded, state.ended == nil { try voice.tell([.runEnded], at: state.timeOfOrder(now: .now)) }
    }
}
