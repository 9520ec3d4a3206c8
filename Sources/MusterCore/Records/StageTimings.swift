/// `stage_timings.json`.
public enum StageTimings {
    /// The file's name unless the stage `report` names another by its parameter `timing_output`. A name that leads out of
    /// the result does not count.
    public static func file(_ stages: [StageSpec], at point: Point) -> String {
        let fallback = "stage_timings.json"
        guard let report = stages.first(where: { $0.name == "report" }),
            let name = report.parameters(at: point).last(where: { $0.key == "timing_output" })?.value.string,
            PathPattern.isInside(name), name.split(separator: "/").first != ".muster"
        else { return fallback }
        return name
    }

    /// The content: the stages in their order, and the sum of their times, which is not the time from the first's start to the last's end.
    public static func json(_ entries: [StageEntry], now: LocalTime) -> JSON {
        let total = entries.reduce(0) { $0 + max(0, $1.ending?.duration ?? 0) }
        return .object([
            "generated_at": .string(now.iso),
            "total_duration_sec": .double(DurationText.seconds(microseconds: total)),
            "total_duration_text": .string(DurationText.text(microseconds: total)),
            "stages": .array(entries.map(stage)),
        ])
    }

    private static func stage(_ entry: StageEntry) -> JSON {
        let duration = entry.ending?.duration ?? 0
        let rss = entry.ending?.peakRSS
        let gpu = entry.ending?.peakGPU
        return .object([
            "stage": .string(entry.name), "duration_sec": .double(DurationText.seconds(microseconds: duration)),
            "duration_text": entry.skipped == nil ? .string(DurationText.text(microseconds: duration)) : .null,
            "started_at": entry.started.map(JSON.string) ?? .null, "ended_at": entry.ended.map(JSON.string) ?? .null,
            "gpu": entry.gpuList ?? .null, "cpu_peak_rss_bytes": rss.map { .int($0) },
            "cpu_peak_rss_mib": rss.map(RecordUnits.mebibytes), "cpu_samples": rss.map { _ in .int(entry.samples) },
            "gpu_peak_reserved_bytes": gpu.map { .int($0) }, "gpu_peak_reserved_mib": gpu.map(RecordUnits.mebibytes),
            "resource_poll_interval_sec": entry.isMeasured ? RecordUnits.pollInterval : nil,
        ])
    }
}

extension StageSpec {
    /// The stage's parameters as they are at a point: one that is named STAGE.KEY there wins.
    public func parameters(at point: Point) -> [JSON.Member] {
        var own = parameters
        for member in point.values where member.key.hasPrefix("\(name).") {
            let key = String(member.key.dropFirst(name.count + 1))
            own.removeAll { $0.key == key }
            own.append(JSON.Member(key, member.value))
        }
        return own
    }
}
