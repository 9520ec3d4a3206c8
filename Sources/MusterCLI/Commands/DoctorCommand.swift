import ArgumentParser
import Foundation
import MusterCore

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at all that a run on a cluster needs, and say what to do where something is missing.",
        discussion: "Exit status: 0 nothing is wrong, 1 something is, 4 the cluster can't be reached.")
    @Argument(help: "The cluster, by name or path.") var cluster = "local"
    @Flag(help: "Look at a compute node too, by a short job.") var job = false
    @Option(help: "How long that job may wait in the queue (90s, 5m).") var wait = "2m"
    @Option(help: "GPUs to ask for in that job.") var gpus = 0
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        guard let patience = WallTime(parsing: wait) else {
            throw ExitStatus.usage("--wait '\(wait)' is no time such as 90s or 5m")
        }
        let options = Check.JobOptions(isWanted: job, patience: Double(patience.seconds), gpus: max(0, gpus))
        let told = try await Interruption.heeded { [cluster, json] in
            try await Self.examine(cluster, options) { if !json { Terminal.print($0.finding.text(of: $0.check)) } }
        }
        if json {
            Terminal.print(
                JSON.object([
                    "schema": 1, "cluster": .string(cluster), "checks": .array(told.map(\.json)),
                ]).line)
        }
        if let status = Self.status(told) { throw status }
    }

    /// How the command ends: nil where nothing is wrong.
    static func status(_ told: [Told]) -> ExitStatus? {
        let wrong = told.filter { $0.finding.status == .wrong }.map(\.check)
        if !Set(wrong).isDisjoint(with: ["connection", "host key", "login"]) { return ExitStatus(code: 4, text: nil) }
        return wrong.isEmpty ? nil : ExitStatus(code: 1, text: nil)
    }

    /// Reads the cluster's file, makes all checks, and takes away what they left, whatever happens.
    private static func examine(
        _ name: String, _ options: Check.JobOptions, tell: (Told) -> Void
    ) async throws -> [Told] {
        var told: [Told] = []
        func say(_ finding: Finding) {
            told.append(Told(check: "cluster file", finding: finding))
            tell(told[0])
        }
        let found: (spec: ClusterSpec, file: String?, text: String?)
        do {
            found = try LoadedConfig.readCluster(name, project: ".")
        } catch let unknown as LoadedConfig.UnknownCluster {
            say(.wrong(unknown.message, cure: unknown.hint))
            return told
        } catch let status as ExitStatus {
            say(.wrong(status.text ?? "it can't be read", cure: "docs/config.md has every key of a cluster file"))
            return told
        }
        let cluster = found.spec
        let place = cluster.host.map { "\(cluster.backend.rawValue) on \($0)" } ?? "\(cluster.backend.rawValue), here"
        say(.ok("\(found.file ?? "built in"): \(place)"))
        let patient = Patient(cluster: cluster, file: found.file, asked: name)
        let checks = Check.all(of: cluster, file: patient.file, asked: name, host: patient.host, options)
        let result: Result<[Told], any Error>
        do {
            result = .success(try await Check.make(checks, on: patient, tell: tell))
        } catch {
            result = .failure(error)
        }
        // In a task of its own: what was begun is ended also after an interruption.
        await Task { await patient.leaveNothing() }.value
        return told + (try result.get())
    }
}
