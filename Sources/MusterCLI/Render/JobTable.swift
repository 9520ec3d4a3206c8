import MusterCore
import MusterHistory

/// The jobs of a run for people.
enum JobTable {
    static func text(_ jobs: [JobRecord]) -> String {
        // GPUs have columns where any was measured.
        let hasGPUs = jobs.contains { $0.attempts.last?.ending?.peakGPU != nil }
        var header = ["#", "JOB", "OUTCOME", "DURATION", "PEAK"]
        if hasGPUs { header += ["GPU PEAK", "GPU %"] }
        var table = Table(header: header + ["NODE", "CAUSE"], right: Set([0] + (3..<header.count)))
        for (place, job) in jobs.enumerated() {
            let attempt = job.attempts.last
            let ending = attempt?.ending
            var row = [
                "\(place + 1)", job.id, job.isCached ? "cached" : "\(job.standing)",
                ending.map { duration(Double($0.duration) / 1e6) } ?? "-", size(ending?.peakRSS),
            ]
            if hasGPUs {
                let busy = attempt.flatMap(utilization).map { String(Int($0.rounded())) }
                row += [size(ending?.peakGPU), busy ?? "-"]
            }
            table.rows.append(row + [attempt?.node ?? "-", remark(job)])
        }
        return table.text
    }

    /// `attempt 2 (oom_host: memory 4 GiB -> 6 GiB): CAUSE`; the first attempt is not numbered.
    static func remark(_ job: JobRecord) -> String {
        guard let attempt = job.attempts.last else { return "" }
        let why = attempt.why.map { " (\($0))" } ?? ""
        let number = attempt.number > 1 ? "attempt \(attempt.number)\(why)" : nil
        return [number, attempt.ending?.cause].compactMap(\.self).joined(separator: ": ")
    }

    private static func size(_ bytes: Int64?) -> String { bytes.map { "\(ByteCount($0))" } ?? "-" }

    /// Mean utilisation of the GPUs of a job's latest attempt, in per cent.
    static func utilization(_ job: JobRecord) -> Double? { job.attempts.last.flatMap(utilization) }

    /// Mean utilisation of an attempt's GPUs in per cent, by the stages' durations.
    private static func utilization(_ attempt: AttemptRecord) -> Double? {
        var (busy, time) = (0.0, 0.0)
        for stage in attempt.stages {
            guard let share = stage.usage?.utilization, let duration = stage.duration else { continue }
            busy += share * Double(duration)
            time += Double(duration)
        }
        return time > 0 ? busy / time : nil
    }

    /// A line for each node whose GPUs can't be measured, and for each error that a GPU told.
    static func gpuWords(_ jobs: [JobRecord], of record: RunRecord) throws -> [String] {
        let blind = try record.history.unseenGPUs(of: record.summary.run).sorted { $0.key < $1.key }.map {
            "\($0.key): \($0.value)"
        }
        let errors = jobs.flatMap { job in
            job.attempts.flatMap { attempt in
                attempt.gpuErrors.compactMap { error in
                    error["words"]?.string.map { "\(job.id) on \(attempt.node ?? "?"): \($0)" }
                }
            }
        }
        return blind + errors
    }

    /// One line of counts.
    static func summary(_ jobs: [JobRecord], of what: String = "jobs") -> String {
        var counts: [(String, Int)] = []
        for job in jobs {
            let word = "\(job.standing)"
            if let at = counts.firstIndex(where: { $0.0 == word }) {
                counts[at].1 += 1
            } else {
                counts.append((word, 1))
            }
        }
        return "\(jobs.count) \(what): " + counts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }

    static func duration(_ seconds: Double) -> String {
        seconds < 60 ? Decimal.text(seconds, digits: 1) + " s" : "\(WallTime(seconds: Int64(seconds.rounded())))"
    }

    /// The status that jobs which have ended give the process.
    static func status(_ jobs: [JobRecord]) -> ExitStatus? {
        jobs.allSatisfy { $0.standing == .ended(.succeeded) } ? nil : .someFailed
    }
}
