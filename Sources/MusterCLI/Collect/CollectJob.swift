import MusterCore
import MusterHistory

/// A job whose results come home.
struct CollectJob {
    let record: JobRecord
    /// Its folder on the cluster: the published one, or that of the last attempt.
    let there: String
    /// Its folder at home, absolute and below the results' folder.
    let here: String
    /// It was not published: what its last attempt left.
    let isPartial: Bool

    /// What part of a result's folder belongs to no job of it.
    static let records = ".muster"

    /// The jobs of `chosen` that have something to bring: published ones, and with `partial` the others that have ended.
    ///
    /// - Throws: `ExitStatus` where the layout can't be followed, or would put two jobs into one folder.
    static func all(
        _ chosen: [JobRecord], run: RunSummary, spec: CollectSpec, home: String, partial: Bool
    ) throws -> [CollectJob] {
        let root = run.outputRoot ?? ""
        var jobs: [CollectJob] = []
        var places: [String: String] = [:]
        for job in chosen {
            guard let outcome = job.standing.outcome else { continue }
            let isPublished = [.succeeded, .partial].contains(outcome)
            guard isPublished || partial, let there = isPublished ? job.output : job.attempts.last?.folder else {
                continue
            }
            let path = try place(of: job, run: run.run, root: root, spec.layout)
            let here = isPublished ? "\(home)/\(path)" : "\(home)/partial/\(path)"
            if let other = places.updateValue(job.id, forKey: here) {
                throw ExitStatus.config(
                    "error: 'collect.layout' puts the jobs '\(other)' and '\(job.id)' both into '\(here)'\n"
                        + "  add what tells them apart, such as {point.id} or {job.id}")
            }
            jobs.append(CollectJob(record: job, there: there, here: here, isPartial: !isPublished))
        }
        return jobs
    }

    /// The path below the results' folder at home.
    private static func place(of job: JobRecord, run: String, root: String, _ layout: String?) throws -> String {
        guard let layout else {
            guard job.output.hasPrefix("\(root)/") else { return job.id }
            return String(job.output.dropFirst(root.count + 1))
        }
        let path: String
        do throws(Placeholders.Unknown) {
            path = try Placeholders(job: job.id, scene: job.scene, point: job.point, run: run).expand(layout)
        } catch {
            throw ExitStatus.config(
                "error: 'collect.layout' names {\(error.name)}, which stands for nothing\n"
                    + "  there are: {scene.name} {point.id} {job.id} {run.id} and {point.NAME} for each parameter")
        }
        guard ResultFile.isInside(path) else {
            throw ExitStatus.config(
                "error: 'collect.layout' gives '\(path)' for the job '\(job.id)', which is no path below a folder")
        }
        return path
    }
}
