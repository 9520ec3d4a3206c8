import Foundation
import MusterCore

/// Expanding, validating and writing the job table of large sweeps.
struct PlanFigures {
    static func measure(_ session: inout Session) throws {
        let scratch = try Scratch()
        for scene in 0..<100 { try scratch.write("data/scene_\(scene)/in", "") }
        let least = try plan(1, scratch)
        for (count, goal) in [(10_000, 0.1), (100_000, 0.7)] {
            let use = try plan(count / 100, scratch)
            session.take(
                Figure(
                    id: "plan.\(count)", what: "plan of \(count / 1000),000 jobs", value: use.seconds, unit: "s",
                    peer: nil, goal: .atMost(goal)))
            session.take(
                Figure(
                    id: "plan.\(count).memory", what: "memory of it, a job",
                    value: max(0, use.peak - least.peak) / Double(count) / 1024, unit: "KiB", peer: nil,
                    goal: .atMost(0.5)))
        }
        let python = """
            import itertools, json
            rows = [{"scene": s, "a": a, "key": "%s/%d" % (s, a)}
                    for s, a in itertools.product(["scene_%d" % i for i in range(100)], range(1000))]
            open("rows.jsonl", "w").writelines(json.dumps(r) + "\\n" for r in rows)
            """
        let peer = try Program(["python3", "-c", python], in: scratch.folder).best(of: 3)
        let own = try plan(1000, scratch)
        session.take(
            Figure(
                id: "plan.python", what: "100,000 jobs beside Python's product and JSON", value: own.seconds, unit: "s",
                peer: ("python3", peer.seconds), goal: nil))
    }

    private static func plan(_ points: Int, _ scratch: Scratch) throws -> Program.Use {
        try scratch.write(
            "plan.yaml",
            """
            experiment: {name: plan, dataset_root: data}
            pipeline: {command: ["true"]}
            sweep: {matrix: {a: {start: 1, stop: \(points)}}}
            """)
        return try scratch.muster(["plan", "plan.yaml", "--json"]).best(of: 3)
    }
}
