import MusterCore
import MusterHistory

/// What a job is and where it stands.
struct JobView {
    struct Value {
        var name: String, value: String
    }

    var id: String, standing: String, style: String
    var scene: String, values: [Value], output: String
    var before: String?, after: String?, api: String
    var progress: ProgressView?
    var message: String?

    /// - Parameters:
    ///   - all: The jobs among which it has neighbours.
    ///   - samples: The latest readings of the run's stages.
    init(_ job: JobRecord, among all: [JobRecord], of run: String, forecast: Forecast?, samples: [LiveSample]) {
        (id, standing) = (job.id, job.isCached ? "cached" : "\(job.standing)")
        style = Look.style(job.standing, isCached: job.isCached)
        (scene, output) = (job.scene.name, job.output)
        values = job.point.values.map { Value(name: $0.key, value: $0.value.string ?? $0.value.line) }
        let at = all.firstIndex { $0.index == job.index }
        before = at.flatMap { $0 > 0 ? Links.job(all[$0 - 1].id, of: run) : nil }
        after = at.flatMap { $0 + 1 < all.count ? Links.job(all[$0 + 1].id, of: run) : nil }
        api = Links.api(job.id, of: run)
        progress = job.standing == .running ? forecast?.jobs[job.index].map(ProgressView.init) : nil
        let said = samples.filter { $0.key == job.attempts.last?.key }.compactMap { sample -> String? in
            let words = [sample.reading.item, sample.reading.message].compactMap(\.self).filter { !$0.isEmpty }
            return words.isEmpty ? nil : "\(sample.stage): \(words.joined(separator: ", "))"
        }
        message = said.isEmpty ? nil : said.joined(separator: "; ")
    }
}
