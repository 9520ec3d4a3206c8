import Foundation
import MusterCluster
import MusterCore
import MusterSlurm

extension Check {
    /// What a job is asked for.
    struct JobOptions: Sendable {
        /// False leaves all that needs a node out.
        var isWanted: Bool
        /// Seconds that it may wait in the queue.
        var patience: Double
        var gpus: Int
    }

    /// What only a node can tell.
    static func nodes(_ cluster: ClusterSpec, asked: String, _ options: JobOptions, needs: [String]) -> [Check] {
        let names = [
            "job", "agent on a node", "system of a node", "memory of a node", "GPUs of a node", "scratch of a node",
            "claims on a node", "clock of a node",
        ]
        guard options.isWanted else {
            return names.map { name in
                Check(name) { _ in [.skipped("no job was asked for", cure: "muster doctor \(asked) --job")] }
            }
        }
        let all = needs + ["slurm programs", "controller", "workdir", "agent"]
        let job = Check("job", needs: all, seconds: 30) { try await run(on: $0, options) }
        let looks: [@Sendable (NodeFindings) -> Finding] = [
            { $0.agent }, { $0.system }, { $0.memory }, { $0.gpus(asked: options.gpus) }, { $0.scratch }, { $0.claims },
        ]
        let checks = zip(names.dropFirst(), looks).map { name, look in
            Check(name, needs: ["job"]) { patient in [look(try await findings(patient))] }
        }
        return [job] + checks + [Check("clock of a node", needs: ["job"], seconds: 30, nodeClock)]
    }

    /// Ways home that the cluster's file allows.
    static func ways(_ cluster: ClusterSpec, asked: String, _ options: JobOptions) -> [Check] {
        let files = Check("way files") { _ in [.ok("outboxes are read in the run's folder")] }
        guard cluster.way == .direct || (cluster.way == .auto && cluster.collectorAddress != nil) else {
            return [files]
        }
        return [
            files,
            Check("way direct", needs: ["collector address"] + (options.isWanted ? ["job"] : [])) { patient in
                guard options.isWanted else {
                    return [.skipped("no job was asked for", cure: "muster doctor \(asked) --job")]
                }
                guard let bell = await patient.doorbell else { return [.skipped("needs: collector address")] }
                return [try await findings(patient).ring(bell.address, answer: bell.answer)]
            },
        ]
    }

    /// Whether a collector can listen here; it goes on listening for the job.
    static func collectorAddress(_ cluster: ClusterSpec, file: String) -> [Check] {
        guard cluster.way == .direct || (cluster.way == .auto && cluster.collectorAddress != nil) else { return [] }
        return [
            Check("collector address") { patient in
                let isRemote = cluster.backend == .slurm && cluster.collectorAddress == nil
                if isRemote {
                    return [
                        .wrong(
                            "'collector.way: direct' without an address listens on 127.0.0.1, which nodes can't reach",
                            cure: "set 'collector.address' in \(file) to an address of this machine that nodes reach")
                    ]
                }
                do {
                    let bell = try Doorbell(host: cluster.collectorAddress ?? "127.0.0.1", port: cluster.collectorPort)
                    await patient.set(doorbell: bell)
                    return [.ok("\(bell.address.host) can be listened on")]
                } catch let error as HostError {
                    return [
                        .wrong(
                            error.message,
                            cure: "set 'collector.address' in \(file) to an address of this machine (ip -br address), "
                                + "or use: collector: {way: files}")
                    ]
                }
            }
        ]
    }

    static func findings(_ patient: Patient) async throws -> NodeFindings {
        guard let report = await patient.report else { throw HostError(.command, "the job did not report") }
        return NodeFindings(report: report, file: patient.file)
    }

    private static func run(on patient: Patient, _ options: JobOptions) async throws -> [Finding] {
        let folder = try await patient.folder()
        let job = ProbeJob(
            cluster: patient.cluster, name: patient.jobName, folder: folder, agent: await patient.agent ?? "",
            gpus: options.gpus, bell: await patient.doorbell?.address, relayBell: await patient.relayBell?.address)
        try await patient.host.write(try job.files(), to: folder)
        await patient.willSubmit()
        let answer = try await patient.slurm(try job.submitWords())
        let id = try Sbatch.answer(
            exitStatus: answer.exitStatus, standardOutput: answer.output, standardError: answer.errors
        ).job
        let clock = ContinuousClock()
        let start = clock.now
        var wait = JobWait(patience: options.patience)
        while true {
            let seen = try await patient.run(job.lookScript(id))
            let answers = Answers(seen.text)
            let seconds = (clock.now - start) / .seconds(1)
            let record = answers["job"].flatMap { ScontrolRecord(line: $0) }
            switch wait.next(
                id: "\(id)", reported: answers["node"] != nil, record: record, seconds: seconds, cluster: patient.asked)
            {
            case .again: try await Task.sleep(for: .seconds(seconds < 10 ? 0.5 : 3))
            case .reported:
                await patient.set(report: answers)
                return [
                    .ok("\(id) ran on \(answers["node"] ?? "?") \(Int(seconds.rounded(.up))) s after its submission")
                ]
            case .over(var finding):
                let words = try await patient.run("tail -n 5 \(ShellWord.quote("\(folder)/job.out")) 2>/dev/null").text
                if !words.isEmpty {
                    finding.result += "\n  it wrote: \(words.split(separator: "\n").joined(separator: "\n  "))"
                }
                return [finding]
            }
        }
    }

    /// The node's clock against the login node's.
    private static let nodeClock: @Sendable (Patient) async throws -> [Finding] = { patient in
        let job = ProbeJob(
            cluster: patient.cluster, name: patient.jobName, folder: try await patient.folder(), agent: "", gpus: 0,
            bell: nil)
        let answers = try await patient.ask(job.clockScript())
        func stamp(_ key: String) -> Timestamp {
            Timestamp(microseconds: Int64((Double(answers[key] ?? "") ?? 0) * 1_000_000))
        }
        let node = await patient.report?["node"] ?? "the node"
        return [
            ClockFindings.clock(
                there: answers["time"] ?? "", before: stamp("before"), after: stamp("after"), of: node,
                against: "the login node")
        ]
    }
}
