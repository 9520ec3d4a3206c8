import Foundation
import MusterConfig
import MusterCore
import MusterHistory

/// `results.csv` and `results.jsonl` at home: a row for each job of a run, with its parameters and metrics.
struct ResultsTable {
    private let run: RunSummary
    private let spec: CollectSpec
    private let rows: [(job: JobRecord, folder: String?, metrics: [JSON.Member])]

    /// Reads the metrics of the jobs that are at home, in the folders of that index.
    init(_ run: RunSummary, _ jobs: [JobRecord], folders: [Int: String], spec: CollectSpec) {
        (self.run, self.spec) = (run, spec)
        let name = spec.metrics ?? "metrics.jsonl"
        rows = jobs.map { job in
            let folder = folders[job.index]
            return (job, folder, folder.map { Self.metrics(in: "\($0)/\(name)") } ?? [])
        }
    }

    private static func metrics(in path: String) -> [JSON.Member] {
        guard let form = Metrics.Form(name: path), let data = FileManager.default.contents(atPath: path) else {
            return []
        }
        let text = String(decoding: data, as: UTF8.self)
        if case .yaml = form { return YAMLValue.parse(text).map(Metrics.flat) ?? [] }
        return Metrics.read(text, form)
    }

    /// Each row as an object.
    func object(_ row: (job: JobRecord, folder: String?, metrics: [JSON.Member])) -> JSON {
        let job = row.job
        let last = job.attempts.last
        let ending = last?.ending
        let what: [JSON.Member] = [
            .init("run", .string(run.run)), .init("job", .string(job.id)), .init("scene", .string(job.scene.name)),
            .init("parameters", .object(job.point.values)), .init("outcome", .string("\(job.standing)")),
            .init("cached", .bool(job.isCached)), .init("attempts", .int(job.attempts.count)),
        ]
        let how: [JSON.Member] = [
            .init("node", .known(last?.node)), .init("started", .known(last?.started?.description)),
            .init("ended", .known(last?.ended?.description)),
            .init("duration_s", ending.map { .double(Double($0.duration) / 1e6) } ?? .null),
            .init("peak_rss_bytes", ending?.peakRSS.map { .int($0) } ?? .null),
            .init("metrics", .object(row.metrics)), .init("folder", .known(row.folder)),
        ]
        return .object(what + how)
    }

    var jsonLines: String { rows.map { object($0).line + "\n" }.joined() }

    /// Parameters and metrics have columns of their own; a metric that is called like another column has `metric.` before it.
    var csv: String {
        let parameters = Self.names(rows.map(\.job.point.values))
        let metrics = Self.names(rows.map(\.metrics))
        let fixed = ["run", "job", "scene"],
            ends = ["outcome", "cached", "attempts", "node", "started", "ended", "duration_s", "peak_rss_bytes"]
        let taken = Set(fixed + parameters + ends + ["folder"])
        let header =
            fixed + parameters + ends + metrics.map { taken.contains($0) ? "metric.\($0)" : $0 } + ["folder"]
        let lines = rows.map { row -> String in
            let object = object(row)
            func text(_ value: JSON?) -> String { value.map(Placeholders.text) ?? "" }
            func values(_ names: [String], of members: [JSON.Member]) -> [String] {
                names.map { name in text(members.first { $0.key == name }?.value) }
            }
            return CSV.line(
                fixed.map { text(object[$0]) } + values(parameters, of: row.job.point.values)
                    + ends.map { text(object[$0]) } + values(metrics, of: row.metrics) + [text(object["folder"])])
        }
        return CSV.line(header) + lines.joined()
    }

    /// Names in the order in which they come first.
    private static func names(_ members: [[JSON.Member]]) -> [String] {
        var seen: Set<String> = []
        return members.joined().map(\.key).filter { seen.insert($0).inserted }
    }

    /// Writes both tables; one that muster did not write stays.
    func write(to home: String) throws {
        for (name, text) in [("results.csv", csv), ("results.jsonl", jsonLines)] {
            let path = "\(home)/\(name)"
            if let old = FileManager.default.contents(atPath: path), !Self.isOurs(old, name) {
                Terminal.complain("warning: '\(path)' is not muster's and stays as it is")
                continue
            }
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        }
    }

    private static func isOurs(_ data: Data, _ name: String) -> Bool {
        data.isEmpty || data.starts(with: Data((name.hasSuffix("csv") ? "run,job,scene," : "{\"run\":\"").utf8))
    }
}
