import Foundation
import MusterCore
import MusterHistory

/// What a person waits for.
struct CommandFigures {
    static func measure(_ session: inout Session) throws {
        let scratch = try Scratch()
        let nothing = try Program(["true"]).best(of: 20)
        session.take(
            Figure(
                id: "cli.help", what: "muster --help",
                value: try scratch.muster(["--help"]).best(of: 20).seconds * 1000,
                unit: "ms", peer: nil, goal: .atMost(20)))
        try fill(History(folder: "\(scratch.folder)/state"), runs: 1000, jobs: 20, scratch)
        session.take(
            Figure(
                id: "cli.status", what: "muster status, 1,000 runs",
                value: try scratch.muster(["status"]).best(of: 10).seconds * 1000, unit: "ms", peer: nil,
                goal: .atMost(60)))
        session.take(
            Figure(
                id: "cli.list", what: "muster history list, 1,000 runs",
                value: try scratch.muster(["history", "list"]).best(of: 10).seconds * 1000, unit: "ms",
                peer: ("true", nothing.seconds * 1000), goal: nil))
    }

    /// Runs that are over, as a collector would have written them.
    private static func fill(_ history: History, runs: Int, jobs: Int, _ scratch: Scratch) throws {
        for number in 0..<runs {
            let run = "bench-20260101-\(String(format: "%06d", number))-0001"
            let start = Timestamp(seconds: 1_767_225_600 + Int64(number) * 3600)
            let rows = (0..<jobs).map { index in
                JobRow(
                    index: index, id: "s\(index)", scene: Scene(name: "s\(index)", path: "/data/s\(index)"),
                    point: .only, output: "/results/\(run)/s\(index)", key: String(repeating: "a", count: 64))
            }
            let plan = RunPlan(
                run: run, sweep: "bench", cluster: "local", fingerprint: "f", stages: [], resources: Resources(),
                slots: 2, jobCount: jobs, outputRoot: "/results/\(run)")
            try history.registerRun(
                plan, jobs: rows, RunRegistration(folder: "\(scratch.folder)/runs/\(run)", created: start))
            let source = String(format: "%032x", number + 1)
            var events: [Event] = []
            func tell(_ body: EventBody) {
                let time = Timestamp(microseconds: start.microseconds + Int64(events.count) * 1_000_000)
                events.append(
                    Event(
                        run: run, source: source, sequence: Int64(events.count + 1), time: time,
                        monotonic: time.microseconds, body: body))
            }
            for index in 0..<jobs {
                let key = AttemptKey(job: index, generation: 0, element: "local-1", restart: 0)
                tell(.jobStarted(key, node: "n1", slot: 0, folder: "/x"))
                tell(.jobEnded(key, Ending(outcome: .succeeded, duration: 1_000_000), superseded: false))
            }
            tell(.runEnded)
            try history.append(events)
        }
    }
}
