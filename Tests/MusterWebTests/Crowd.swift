import Foundation
import MusterCore
import MusterHistory
import TestSupport
import Testing

/// A run of many jobs: a hundred scenes by a hundred points, most of them over, a few failed, some running.
enum Crowd {
    static let run = "crowd-20261121-0700-10ad"
    static let scenes = 100, points = 100

    /// The job table.
    static let rows: [JobRow] = (0..<points).flatMap { number in
        let point = Point(
            id: "tile-\(64 * (1 + number / 10))_lr-0.\(10 + number % 10)",
            values: [
                JSON.Member("segment.tile", .int(64 * (1 + number / 10))),
                JSON.Member("track.lr", .double(Double(10 + number % 10) / 100)),
            ])
        return (0..<scenes).map { scene in
            let name = "plate_\(100 + scene)"
            return JobRow(
                index: number * scenes + scene, id: "\(point.id)/\(name)",
                scene: Scene(name: name, path: "/data/\(name)"),
                point: point, output: "/scratch/out/\(point.id)/\(name)", key: "k\(number).\(scene)")
        }
    }

    /// Outcomes and causes of jobs that did not go well.
    private static let troubles: [(Outcome, String)] = [
        (.failed, "stage 'segment' ended with exit code 1"), (.oomHost, "stage 'segment' was killed: no memory left"),
        (.timeout, "the job ran into its limit of 2 h"),
    ]

    /// How a job ends, by its number.
    static func outcome(_ index: Int) -> Outcome { index % 29 == 3 ? troubles[index % 3].0 : .succeeded }

    /// Writes the run into a history: `over` of its jobs have ended and `running` go on.
    static func fill(_ history: History, over: Int = 9000, running: Int = 400, now: Timestamp) throws {
        let stages = ["register", "segment", "track"]
        let plan = RunPlan(
            run: run, sweep: "crowd", cluster: "alps", fingerprint: "f",
            stages: stages.map { StageSpec(name: $0, command: .shell("cellpipe \($0)")) },
            resources: Resources(gpus: 1, cpus: 4, memory: ByteCount(16 << 30), time: WallTime(seconds: 7200)),
            slots: 1,
            jobCount: rows.count, outputRoot: "/scratch/out")
        let start = now.before(Double(over) / 400 * 300 + 300)
        try history.registerRun(
            plan, jobs: rows, RunRegistration(folder: "/home/ada/runs/\(run)", configPath: "crowd.yaml", created: start)
        )
        var sequence: Int64 = 0
        func event(_ time: Timestamp, _ body: EventBody, isSample: Bool = false) -> Event {
            if !isSample { sequence += 1 }
            return Event(
                run: run, source: FactGenerator.source(3), sequence: isSample ? nil : sequence, time: time,
                monotonic: time.microseconds, body: body)
        }
        try history.append([
            event(start, .submitting(token: "t", elements: 400)),
            event(start, .submitted(token: "t", schedulerID: "4711")),
        ])
        for chunk in stride(from: 0, to: over + running, by: 500) {
            var events: [Event] = []
            for index in chunk..<min(chunk + 500, over + running) {
                let slot = index % 400
                let begun = start.after(Double(index / 400) * 300)
                let key = AttemptKey(job: index, generation: 0, element: "4711_\(slot)", restart: 0)
                events.append(
                    event(begun, .jobStarted(key, node: "nid\(100 + slot / 4)", slot: slot % 4, folder: "/f")))
                let outcome = outcome(index)
                for (number, stage) in stages.enumerated() {
                    let from = begun.after(Double(number) * 80)
                    events.append(event(from, .stageStarted(key, stage: stage, pid: 40)))
                    guard index < over || number == 0 else {
                        var reading = Reading(item: "frame 3", done: 3, total: 9, rss: 3 << 30, cpu: 9_000_000)
                        reading.gpus = [GPUUse(id: "GPU-1", own: 1 << 30, total: 40 << 30, utilization: 60)]
                        events.append(event(from.after(20), .sample(key, stage: stage, reading), isSample: true))
                        break
                    }
                    let failed = outcome != .succeeded && number == 1
                    var ending = Ending(
                        outcome: failed ? outcome : .succeeded, cause: failed ? troubles[index % 3].1 : nil,
                        exitCode: failed ? 1 : 0, duration: Int64(60 + index % 19) * 1_000_000,
                        peakRSS: Int64(1 + index % 7) << 30,
                        usage: Usage(
                            cpu: 200_000_000, read: 1 << 30, written: 1 << 28,
                            gpus: [GPUPeak(id: "GPU-1", memory: 6 << 30, utilization: Double(30 + index % 60))]))
                    if failed {
                        ending.tail = "Traceback (most recent call last):\nValueError: page \(index % 5) is cut off"
                    }
                    events.append(event(from.after(70), .stageEnded(key, stage: stage, ending, reused: false)))
                    if failed { break }
                }
                guard index < over else { continue }
                let whole = Ending(
                    outcome: outcome, cause: outcome == .succeeded ? nil : troubles[index % 3].1,
                    exitCode: outcome == .succeeded ? 0 : 1, duration: Int64(200 + index % 60) * 1_000_000,
                    peakRSS: Int64(1 + index % 7) << 30, memoryLimit: 16 << 30,
                    tail: outcome == .succeeded ? nil : "ValueError: page \(index % 5) is cut off")
                events.append(event(begun.after(250), .jobEnded(key, whole, superseded: false)))
            }
            try history.append(events)
        }
    }
}

@Suite struct CrowdTests {
    /// For measuring by hand: `MUSTER_CROWD=FOLDER` has the history written there.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["MUSTER_CROWD"] != nil, "only writes a history to measure with"))
    func aHistoryToMeasureWith() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["MUSTER_CROWD"])
        try Crowd.fill(History(folder: folder), now: .present)
    }
}
