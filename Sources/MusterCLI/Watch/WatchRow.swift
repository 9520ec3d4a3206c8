import MusterCore
import MusterHistory

/// A job as a row shows it; made for the rows that are seen alone.
struct WatchRow {
    var number: Int
    var id: String, state: String, progress: String
    var fraction: Double?
    var time: String, memory: String, gpuMemory: String, gpuBusy: String, node: String, remark: String
    var style: Style

    init(_ model: WatchModel, _ place: Int, now: Timestamp) {
        let job = model.jobs[place]
        let attempt = job.attempts.last
        let samples = job.standing == .running ? model.samples[job.index] ?? [] : []
        (number, id) = (place + 1, job.id)
        state = Self.state(job, isHeld: model.held.contains(job.index))
        style = Self.style(job.standing)
        let part = job.standing == .running ? model.forecast.jobs[job.index] : nil
        fraction = job.standing.outcome == nil ? part?.fraction : nil
        progress = part.map(Progress.words) ?? ""
        time = "-"
        if let ending = attempt?.ending {
            time = Progress.time(Double(ending.duration) / 1e6)
        } else if let started = attempt?.started, job.standing == .running {
            time = Progress.time(max(0, now.seconds(since: started)))
        }
        let resident = samples.compactMap(\.reading.rss)
        memory = Self.size(attempt?.ending?.peakRSS ?? (resident.isEmpty ? nil : resident.reduce(0, +)))
        let gpus = samples.flatMap(\.reading.gpus)
        let own = gpus.compactMap(\.own)
        gpuMemory = Self.size(attempt?.ending?.peakGPU ?? (own.isEmpty ? nil : own.reduce(0, +)))
        let busy = gpus.compactMap(\.utilization).map(Double.init)
        let mean = busy.isEmpty ? JobTable.utilization(job) : busy.reduce(0, +) / Double(busy.count)
        gpuBusy = mean.map { "\(Int($0.rounded()))" } ?? "-"
        node = attempt?.node ?? "-"
        let stages = Progress.stages(of: job.index, model.forecast, in: model.stages).joined(separator: ", ")
        let said = samples.last?.reading.message ?? samples.last?.reading.item
        remark =
            job.standing == .running
            ? [stages, attempt.flatMap { $0.number > 1 ? "attempt \($0.number)" : nil }, said].compactMap(\.self)
                .filter { !$0.isEmpty }.joined(separator: "; ")
            : JobTable.remark(job)
    }

    /// The word of a job's standing; what ran out of memory is marked.
    static func state(_ job: JobRecord, isHeld: Bool) -> String {
        if job.isCached { return "cached" }
        switch job.standing {
        case .ended(.oomHost): return "OOM host"
        case .ended(.oomGPU): return "OOM gpu"
        case .ended: return "\(job.standing)"
        default: return isHeld ? "held" : "\(job.standing)"
        }
    }

    static func style(_ standing: Standing) -> Style {
        switch standing {
        case .running: Style(colour: .cyan)
        case .ended(.succeeded): Style(colour: .green)
        case .ended(.cancelled), .ended(.partial): Style(colour: .yellow)
        case .ended(.oomHost), .ended(.oomGPU): Style(colour: .red, isBold: true)
        case .ended: Style(colour: .red)
        case .queued, .submitted, .planned: .dim
        }
    }

    static func size(_ bytes: Int64?) -> String { bytes.map { "\(ByteCount($0))" } ?? "-" }
}
