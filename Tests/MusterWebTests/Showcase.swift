import Foundation
import MusterCore
import MusterHistory
import MusterWeb
import TestSupport

/// A history to look at: a sweep of which much has ended, some in every way, and more goes on; and one before it.
final class Showcase {
    static let run = "cells-20261121-0900-7f3a", before = "cells-20261120-1710-c01d"
    /// A scene whose name would do harm on a page that took it for markup.
    static let evil = "<script>alert(1)</script>"

    let folder = NSTemporaryDirectory() + "muster-web-\(UUID().uuidString)"
    let history: History
    /// Jobs of `run` that go on now.
    private(set) var running: [AttemptKey] = []
    private var random = SeededGenerator(seed: 7)
    private var sequence: Int64 = 0
    private let now: Timestamp

    init(now: Timestamp) throws {
        self.now = now
        history = try History(folder: folder)
        try fill(Self.before, from: now.before(60_000), isOver: true)
        try fill(Self.run, from: now.before(3000), isOver: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static let scenes = (1...14).map { "plate_A\($0 < 10 ? "0" : "")\($0)" } + [evil]
    private static let sizes = [256, 512, 1024, 2048], rates = ["0.1", "0.03", "0.01"]

    static var points: [Point] {
        sizes.flatMap { size in
            rates.map { rate in
                Point(
                    id: "tile-\(size)_lr-\(rate)",
                    values: [
                        JSON.Member("segment.tile", .int(size)), JSON.Member("track.lr", .double(Double(rate) ?? 0)),
                    ])
            }
        }
    }

    /// The job table: scenes by points.
    static let rows: [JobRow] = points.enumerated().flatMap { number, point in
        scenes.enumerated().map { index, scene in
            JobRow(
                index: number * scenes.count + index, id: "\(point.id)/\(scene)",
                scene: Scene(name: scene, path: "/data/\(scene)"), point: point,
                output: "/scratch/out/\(point.id)/\(scene)",
                key: "k\(number).\(index)")
        }
    }

    static func plan(_ run: String) -> RunPlan {
        let stages = ["register", "segment", "track"].map {
            StageSpec(
                name: $0, command: .shell("cellpipe \($0)"),
                parameters: $0 == "segment" ? [JSON.Member("sigma", .int(run == Self.run ? 3 : 4))] : [])
        }
        return RunPlan(
            run: run, sweep: "cells", cluster: "alps", fingerprint: "f", stages: stages,
            resources: Resources(gpus: 1, cpus: 4, memory: ByteCount(16 << 30), time: WallTime(seconds: 7200)),
            slots: 1,
            jobCount: rows.count, outputRoot: "/scratch/out")
    }

    private func uniform(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &random) }

    private func event(_ run: String, _ time: Timestamp, _ body: EventBody, isSample: Bool = false) -> Event {
        sequence += isSample ? 0 : 1
        return Event(
            run: run, source: FactGenerator.source(run == Self.run ? 1 : 2), sequence: isSample ? nil : sequence,
            time: time, monotonic: time.microseconds, body: body)
    }

    private func fill(_ run: String, from start: Timestamp, isOver: Bool) throws {
        sequence = 0
        try history.registerRun(
            Self.plan(run), jobs: Self.rows,
            RunRegistration(folder: "/home/ada/runs/\(run)", configPath: "cells.yaml", created: start))
        var events = [
            event(run, start, .submitting(token: "t", elements: 12)),
            event(run, start, .submitted(token: "t", schedulerID: "4711")),
        ]
        var free = (0..<12).map { _ in start.after(20) }
        for row in Self.rows {
            guard let slot = free.indices.min(by: { free[$0] < free[$1] }), free[slot] < now else { break }
            let key = AttemptKey(job: row.index, generation: 0, element: "4711_\(slot)", restart: 0)
            events += attempt(key, row, run, at: &free[slot], slot: slot)
        }
        if isOver { events.append(event(run, start.after(20_000), .runEnded)) }
        try history.append(events)
        for key in running.prefix(3) { try sample(key, run) }
    }

    /// The facts of one attempt; `time` becomes its end.
    private func attempt(
        _ key: AttemptKey, _ row: JobRow, _ run: String, at time: inout Timestamp, slot: Int
    ) -> [Event] {
        let tile = Double(Self.sizes[row.index / Self.scenes.count / Self.rates.count])
        let begun = time
        var events = [event(run, time, .jobStarted(key, node: "nid\(slot / 2 + 8)", slot: slot % 2, folder: "/f"))]
        let seconds = (60 + tile / 6) * uniform(0.7...1.4) * (run == Self.run ? 1 : 1.25)
        var peak: Int64 = 0
        for (stage, share) in [("register", 0.2), ("segment", 0.55), ("track", 0.25)] {
            let spent = seconds * share
            guard time < now else { return events }
            events.append(event(run, time, .stageStarted(key, stage: stage, pid: 40)))
            guard time.after(spent) < now else {
                running.append(key)
                time = now
                return events
            }
            time = time.after(spent)
            let memory = Int64((1.5e9 + tile * 5.5e6) * uniform(0.8...1.2))
            peak = max(peak, memory)
            var ending = Ending(
                outcome: .succeeded, exitCode: 0, duration: Int64(spent * 1e6), peakRSS: memory,
                peakGPU: Int64(tile * 9e6),
                usage: Usage(
                    cpu: Int64(spent * 3.1e6), read: Int64(tile * 4e6), written: Int64(tile * 1e6),
                    gpus: [GPUPeak(id: "GPU-\(slot)", memory: Int64(tile * 9e6), utilization: uniform(30...90))]))
            if let bad = failure(row, stage, tile) {
                (ending.outcome, ending.exitCode, ending.cause, ending.tail) = (
                    bad.outcome, bad.exit, bad.cause, bad.tail
                )
            }
            events.append(event(run, time, .stageEnded(key, stage: stage, ending, reused: false)))
            if ending.outcome != .succeeded {
                ending.duration = Int64(time.seconds(since: begun) * 1e6)
                (ending.usage, ending.memoryLimit) = (nil, 16 << 30)
                return events + [event(run, time, .jobEnded(key, ending, superseded: false))]
            }
        }
        let whole = Ending(
            outcome: .succeeded, exitCode: 0, duration: Int64(seconds * 1e6), peakRSS: peak, peakGPU: Int64(tile * 9e6),
            memoryLimit: 16 << 30)
        return events + [event(run, time, .jobEnded(key, whole, superseded: false))]
    }

    private func failure(
        _ row: JobRow, _ stage: String, _ tile: Double
    ) -> (outcome: Outcome, exit: Int, cause: String, tail: String)? {
        if row.scene.name == "plate_A05", stage == "register" {
            return (
                .failed, 1, "stage 'register' ended with exit code 1",
                "Traceback (most recent call last):\n  File \"register.py\", line 41, in <module>\n    frames = read(path)\n"
                    + "ValueError: \(row.scene.path)/frames.tif: page 17 is cut off"
            )
        }
        if tile >= 1024, stage == "segment", row.scene.name == "plate_A11" || row.scene.name == Self.evil {
            return (
                .oomGPU, 1, "stage 'segment': a GPU's memory did not suffice",
                "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. \(Self.evil)"
            )
        }
        return nil
    }

    /// Samples of a running attempt's stage, one after the other, as they come.
    private func sample(_ key: AttemptKey, _ run: String) throws {
        guard let record = try history.jobs(of: run).first(where: { $0.index == key.job })?.attempts.last,
            let stage = record.stages.last, let started = record.started
        else { return }
        let span = now.seconds(since: started)
        for step in 0..<60 {
            let share = Double(step) / 60
            let name = record.stages.last { $0.started.map { $0 <= started.after(span * share) } ?? false }?.name
            var reading = Reading(
                item: name == stage.name ? "frame \(step * 4)" : nil, done: Double(step), total: 90,
                rss: Int64(2.2e9 + 3.1e9 * (1 - exp(-share * 3)) + 2e8 * sin(Double(step))),
                cpu: Int64(share * span * 2.8e6))
            reading.gpus = [
                GPUUse(
                    id: "GPU-1", own: Int64(1e9 + 6e9 * share), total: 40 << 30,
                    utilization: Int(60 + 25 * sin(Double(step) / 4)))
            ]
            try history.append([
                event(
                    run, started.after(span * share), .sample(key, stage: name ?? stage.name, reading), isSample: true)
            ])
        }
    }

    /// One more job ends well; returns its id.
    func goOn() throws -> String? {
        guard let key = running.popLast() else { return nil }
        let ending = Ending(outcome: .succeeded, exitCode: 0, duration: 90_000_000, peakRSS: 3 << 30)
        try history.append([event(Self.run, now.after(5), .jobEnded(key, ending, superseded: false))])
        return Self.rows[key.job].id
    }
}

extension Timestamp {
    func after(_ seconds: Double) -> Timestamp { Timestamp(microseconds: microseconds + Int64(seconds * 1e6)) }
    func before(_ seconds: Double) -> Timestamp { after(-seconds) }
    static var present: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
}

/// Logs that are always the same, with what a log may hold.
struct FixedLogs: LogSource {
    func tails(of job: JobRecord, in run: RunSummary, most: Int64) async throws -> [LogTail] {
        let text = (1...30).map { "\u{1B}[32mframe \($0)\u{1B}[0m  loss \(1.0 / Double($0))" }.joined(separator: "\n")
        return [
            LogTail(
                stage: "register", lane: "nid8.0", text: "reading frames.tif\r\n10 %\r55 %\r100 %\n\(Showcase.evil)",
                isCut: false, isRunning: false),
            LogTail(stage: "segment", lane: "nid8.0", text: text, isCut: true, isRunning: true),
        ]
    }
}

/// A report of one of each part.
struct FixedReports: ReportSource {
    func report(of run: RunSummary) async throws -> ReportText {
        ReportText(
            title: "\(run.run) on \(run.cluster)",
            parts: [
                .heading("Outcomes"), .paragraph("So it went \(Showcase.evil)."),
                .table(header: ["outcome", "jobs"], rows: [["succeeded", "3"]], right: [1]), .list(["one"]),
                .code(["resources:", "  memory: 12G"]),
            ])
    }
}
