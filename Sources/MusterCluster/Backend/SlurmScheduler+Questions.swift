public import MusterCore
import MusterSlurm

import struct Foundation.Date

/// What is asked of a cluster beside submitting.
extension SlurmScheduler {
    public func states(of submissions: [HandedOver], in paths: RunPaths) async throws -> [ElementState] {
        guard let oldest = submissions.map(\.time).min() else { return [] }
        var elements = SlurmElements(submissions)
        let rows = try await queue(in: paths)
        for row in rows { elements.take(row.job, row.state, exit: "") }
        guard elements.hasUnknown else { return elements.all }
        // What the controller has forgotten stands in the accounting, where there is one.
        for record in try await records(since: oldest, duplicates: false) {
            elements.take(record.job, record.state, exit: record.exitCode.map { "\($0)" } ?? "")
        }
        return elements.all
    }

    /// The rows of the user's jobs and elements, out of the answer that all runs share; squeue is asked when that is too old.
    func queue(in paths: RunPaths) async throws -> [Squeue.Row] {
        let shared = QueueAnswer(paths: paths, age: queueAge)
        let words = Squeue.arguments(user: try await userName(), eachTask: true)
        let queue = try await host.run(shared.script(words), input: [], timeout: 120)
        guard queue.status != 98 else {
            throw HostError(.file, "'\(paths.queue)' can't be made on \(host.name): \(queue.errorText)")
        }
        let (asked, output) = QueueAnswer.read(queue.text)
        if asked { count("squeue") }
        guard queue.status == 0 else {
            throw SlurmFailure(program: "squeue", exitStatus: queue.status, standardError: queue.errorText)
        }
        return Squeue.rows(output).rows
    }

    public func earlierEnds(of submissions: [HandedOver]) async throws -> [ElementState] {
        guard let oldest = submissions.map(\.time).min() else { return [] }
        let arrays = Set(submissions.compactMap { UInt32($0.id) })
        // Accounting keeps a record for each run of a requeued job, in their order.
        let records = try await records(since: oldest, duplicates: true).filter { arrays.contains($0.job.number) }
        return Dictionary(grouping: records) { "\($0.job)" }.flatMap { element, runs in
            runs.dropLast().enumerated().map { restart, record in
                ElementState(
                    element: element, restart: restart, state: record.state.name,
                    exit: record.exitCode.map { "\($0)" } ?? "", hasEnded: true)
            }
        }
    }

    /// Accounting's records of this user; none where nothing is kept or accounting does not answer.
    private func records(since time: Timestamp, duplicates: Bool) async throws -> [Sacct.Record] {
        guard keepsAccounting else { return [] }
        let hours = Int((Date().timeIntervalSince1970 - Double(time.microseconds) / 1e6) / 3600) + 1
        let words = Sacct.arguments(
            user: try await userName(), window: .last(hours: hours), duplicates: duplicates)
        return Sacct.records(try await slurm(words, name: "sacct").text).rows
    }

    public func cancel(_ ids: [String], in paths: RunPaths) async throws {
        let jobs = ids.compactMap { SlurmJobReference(parsing: $0) }
        for words in Scancel.arguments(jobs) {
            let result = try await slurm(words, name: "scancel")
            guard result.status == 0 else {
                throw SlurmFailure(program: "scancel", exitStatus: result.status, standardError: result.errorText)
            }
        }
    }
}
