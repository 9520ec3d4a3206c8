import MusterCore
import MusterHistory

/// The jobs of a run for people.
enum JobTable {
    static func text(_ jobs: [JobRecord]) -> String {
        var table = Table(header: ["JOB", "OUTCOME", "DURATION", "PEAK", "NODE", "CAUSE"], right: [2, 3])
        for job in jobs {
            let attempt = job.attempts.last
            let ending = attempt?.ending
            table.rows.append([
                job.id, job.isCached ? "cached" : "\(job.standing)",
                ending.map { duration(Double($0.duration) / 1e6) } ?? "-",
                ending?.peakRSS.map { "\(ByteCount($0))" } ?? "-", attempt?.node ?? "-", ending?.cause ?? "",
            ])
        }
        return table.text
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
