/// One stage in the records of an attempt.
public struct StageEntry: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// How it ended; nil for one that was skipped.
    public var ending: Ending?
    /// Local times in ISO form; nil where they are not known.
    public var started: String?, ended: String?
    /// `CUDA_VISIBLE_DEVICES` of its program; nil where it had none.
    public var gpus: String?
    /// Looks at its processes' memory.
    public var samples = 0
    /// Parameters as they are at the job's point.
    public var parameters: [JSON.Member] = []
    /// Its products were taken over from an earlier attempt.
    public var isReused = false
    /// Why it was not run.
    public var skipped: String?

    /// An entry of a stage that has ended.
    public init(name: String, ending: Ending?, started: String? = nil, ended: String? = nil) {
        self.name = name
        self.ending = ending
        self.started = started
        self.ended = ended
    }

    /// An entry of a stage that was not run.
    public init(_ stage: SkippedStage) {
        name = stage.name
        skipped = stage.reason
    }

    /// Numbers where the GPUs are numbers, else their names; nil without any.
    var gpuList: JSON? {
        let tokens = (gpus ?? "").split { $0 == "," || $0 == " " }
        guard !tokens.isEmpty else { return nil }
        return .array(tokens.map { token in Int64(token).map { .int($0) } ?? .string(String(token)) })
    }

    /// Whether anything of its resources was measured.
    var isMeasured: Bool { ending?.peakRSS != nil || ending?.peakGPU != nil }
}

extension StageEntry {
    /// The entry under the stage's name in `workflow_summary.json`. `artifacts`: files that it made, `warnings`: what its
    /// program said of trouble.
    func summary(artifacts: JSON, warnings: [JSON]) -> JSON {
        if let skipped { return .object(["skipped": .string(skipped)]) }
        let ending = ending ?? Ending(outcome: .lost)
        let words = ending.outcome == .succeeded ? nil : ending.cause ?? ending.howItEnded
        return .object([
            "started_at": started.map(JSON.string) ?? .null, "gpu": gpuList ?? .null,
            "ended_at": ended.map(JSON.string) ?? .null,
            "duration_sec": .double(DurationText.seconds(microseconds: ending.duration)),
            "duration_text": .string(DurationText.text(microseconds: ending.duration)),
            "error": words.map(JSON.string), "exit_code": (ending.exitCode).map { .int($0) },
            "signal": (ending.signal).map { .int($0) }, "reused": isReused ? true : nil, "resources": resources,
            "params": .object(parameters), "artifacts": artifacts, "warnings": .array(warnings),
        ])
    }

    private var resources: JSON? {
        guard isMeasured, let ending else { return nil }
        let cpu: JSON? = (ending.peakRSS).map {
            .object([
                "peak_rss_bytes": .int($0), "peak_rss_mib": RecordUnits.mebibytes($0), "samples": .int(samples),
            ])
        }
        let gpu: JSON? = (ending.peakGPU).map {
            .object(["total_reserved_bytes": .int($0), "total_reserved_mib": RecordUnits.mebibytes($0)])
        }
        return .object(["cpu": cpu, "gpu": gpu, "poll_interval_sec": RecordUnits.pollInterval])
    }

    /// Reads what `summary` writes, of an earlier attempt; the ending is known to have been a success.
    public init(reused name: String, duration: Int64, summary: JSON?) {
        self.name = name
        let resources = summary?["resources"]
        ending = Ending(
            outcome: .succeeded, exitCode: 0, duration: duration,
            peakRSS: resources?["cpu"]?["peak_rss_bytes"]?.int,
            peakGPU: resources?["gpu"]?["total_reserved_bytes"]?.int)
        started = summary?["started_at"]?.string
        ended = summary?["ended_at"]?.string
        gpus = summary?["gpu"]?.array.map { $0.map(Placeholders.text).joined(separator: ",") }
        samples = Int(clamping: resources?["cpu"]?["samples"]?.int ?? 0)
        isReused = true
    }
}

extension Ending {
    /// `exit code 3` or `signal 9`, with the last line that was printed.
    fileprivate var howItEnded: String {
        let how = signal.map { "signal \($0)" } ?? "exit code \(exitCode ?? 0)"
        let last = (tail ?? "").split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }
        return last.map { "\(how): \($0.prefix(300))" } ?? how
    }
}

/// Units of the records.
enum RecordUnits {
    /// Seconds between two looks at a stage's processes.
    static let pollInterval = JSON.double(1)
    /// Mebibytes with three decimals.
    static func mebibytes(_ bytes: Int64) -> JSON { .double(DurationText.rounded(Double(bytes) / 1_048_576)) }
}
