import Foundation
import MusterCore
import MusterHistory

/// Which job's result a path lies in.
struct ResultPlace: Equatable {
    /// The run and the job.
    var run: String, job: String
    /// The job's execution.
    var execution: String { "\(run)/\(job)" }

    /// The job that published the folder which `path` lies in, by the record that is published with it; else the latest job
    /// whose result lies there as far as the history knows, or was brought home to there. nil for a path outside of results.
    static func find(_ path: String, _ history: History) throws -> ResultPlace? {
        let real = URL(filePath: path).resolvingSymlinksInPath().path
        if let record = record(above: real) {
            if let run = record["run"]?.string, let job = record["job"]?.string, (try? history.run(run))?.run == run {
                return ResultPlace(run: run, job: job)
            }
            if let key = record["key"]?.string, let (run, job) = try history.jobs(withKey: key).first {
                return ResultPlace(run: run, job: job)
            }
        }
        for place in Set([path, real]).sorted() {
            if let (run, job) = try history.jobs(holding: place).first { return ResultPlace(run: run, job: job) }
        }
        for run in try history.runs() {
            guard let home = run.home, let root = run.outputRoot, real.hasPrefix("\(home)/") else { continue }
            let there = root + real.dropFirst(home.count)
            if let (_, job) = try history.jobs(holding: there).first(where: { $0.run == run.run }) {
                return ResultPlace(run: run.run, job: job)
            }
        }
        return nil
    }

    /// The record of the nearest folder above that has one.
    static func record(above path: String) -> JSON? {
        var folder = URL(filePath: path)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            guard let content = FileManager.default.contents(atPath: OutputPaths.jobRecord(in: folder.path)) else {
                continue
            }
            return try? JSON(parsing: content)
        }
        return nil
    }
}
