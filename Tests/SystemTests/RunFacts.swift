import Foundation
import MusterCore
import Testing

/// What a run left on the cluster's own storage: its rows, and all that its agents have said, heard or not.
struct RunFacts {
    /// The job table: jobs, and shared stage runs behind them.
    let rows: [JSON]
    /// Facts of all lanes, in the order in which each agent told them.
    let facts: [JSON]

    init(of run: String) throws {
        let paths = RunPaths(folder: "\(try TestCluster.home())/muster/runs/\(run)")
        rows = try Self.lines(paths.jobs)
        facts = try FileManager.default.contentsOfDirectory(atPath: paths.lanes).sorted().flatMap {
            try Self.lines(paths.lane($0).outbox)
        }
    }

    private static func lines(_ path: String) throws -> [JSON] {
        try TestCluster.text(path).split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
    }

    /// Resident memory of what runs in each slot, as agents wrote it down last.
    static func lastSeen(in run: String) throws -> [Int64] {
        let paths = RunPaths(folder: "\(try TestCluster.home())/muster/runs/\(run)")
        return try FileManager.default.contentsOfDirectory(atPath: paths.lanes).flatMap { lane in
            let live = (try? TestCluster.text(paths.lane(lane).live)).flatMap { try? JSON(parsing: $0) }
            return (live?["samples"]?.array ?? []).compactMap { $0["rss"]?.int }
        }
    }

    /// Facts of a kind, about the row of that name if one is given.
    func of(_ kind: String, row id: String? = nil) -> [JSON] {
        let index = id.map { id in rows.first { $0["id"]?.string == id }?["i"]?.int ?? -1 }
        return facts.filter { $0["kind"]?.string == kind && (index == nil || $0["job"]?.int == index) }
    }

    /// What was told of attempts that had lost their work to another: that the claim was lost, or that the other had published.
    var fenced: [JSON] { of("fenced") + of("job.ended").filter { $0["superseded"]?.bool == true } }

    /// Each row's result lies in its place, and is the work of the one attempt that says so.
    func expectPublishedOnce(except open: Set<String> = []) throws {
        #expect(!rows.isEmpty)
        for row in rows {
            let id = try #require(row["id"]?.string)
            let ends = of("job.ended", row: id).filter {
                $0["outcome"] == "succeeded" && $0["superseded"]?.bool != true
            }
            let path = OutputPaths.jobRecord(in: try #require(row["output"]?.string))
            guard !open.contains(id) else {
                #expect(ends.isEmpty && !FileManager.default.fileExists(atPath: path), "\(id)")
                continue
            }
            #expect(ends.count == 1, "\(id): \(ends.map(\.line))")
            let record = try JSON(parsing: try TestCluster.text(path))
            for key in ["gen", "element", "restart"] {
                #expect(record[key] == ends.first?[key], "\(id): \(record.line)")
            }
        }
    }
}
