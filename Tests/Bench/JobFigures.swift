import Foundation
import MusterCore

/// Jobs that do nothing: what each costs, with its attempt, log, facts, history and result.
struct JobFigures {
    private static let config = """
        experiment: {name: bench, dataset_root: data}
        pipeline: {command: ["true"]}
        sweep: {matrix: {n: {start: 1, stop: COUNT}}}
        """

    /// 10,000 beside xargs, GNU parallel and HyperQueue; with `isLong` 100,000 as well.
    static func measure(_ session: inout Session, isLong: Bool) throws {
        let scratch = try Scratch()
        try scratch.write("data/scene/in", "")
        let count = 10_000
        let own = try run(count, scratch, times: 3)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let xargs = try Program(["sh", "-c", "seq \(count) | xargs -P\(cores) -n1 true"]).best(of: 3)
        session.take(
            Figure(
                id: "jobs.10000", what: "10,000 jobs of true, a job", value: own.seconds / Double(count) * 1000,
                unit: "ms", peer: ("xargs -P\(cores)", xargs.seconds / Double(count) * 1000), goal: .atMost(1)))
        if let peer = try hyperQueue(2000, scratch) {
            session.take(
                Figure(
                    id: "jobs.hyperqueue", what: "the same beside HyperQueue",
                    value: own.seconds / Double(count) * 1000,
                    unit: "ms", peer: ("HyperQueue", peer * 1000), goal: .atMost(1.0 / 3)))
        } else {
            session.skip("HyperQueue", "python3 -m venv and pip install hyperqueue did not do")
        }
        if Program.isThere("parallel") {
            let parallel = try Program(["sh", "-c", "seq 2000 | parallel -j\(cores) true"]).best(of: 1)
            session.take(
                Figure(
                    id: "jobs.parallel", what: "the same beside GNU parallel",
                    value: own.seconds / Double(count) * 1000,
                    unit: "ms", peer: ("parallel -j\(cores)", parallel.seconds / 2), goal: nil))
        }
        session.take(
            Figure(
                id: "jobs.10000.client", what: "memory of the client meanwhile", value: own.peak / 1_048_576,
                unit: "MiB", peer: nil, goal: nil))
        guard isLong else { return }
        let many = try run(count * 10, scratch, times: 1)
        session.take(
            Figure(
                id: "jobs.100000", what: "100,000 jobs of true, a job",
                value: many.seconds / Double(count * 10) * 1000, unit: "ms",
                peer: ("10,000 jobs", own.seconds / Double(count) * 1000), goal: .atMost(1.1)))
    }

    private static func run(_ count: Int, _ scratch: Scratch, times: Int) throws -> Program.Use {
        // Each in a folder of its own: what was just removed makes making files slow on ext4.
        let uses = try (0..<times).map { number in
            try scratch.write(
                "\(count)-\(number)/sweep.yaml",
                config.replacing("COUNT", with: "\(count)").replacing("data}", with: "\(scratch.folder)/data}"))
            return try scratch.muster(["run", "\(count)-\(number)/sweep.yaml"], state: "state-\(count)-\(number)").run()
        }
        return uses.min { $0.seconds < $1.seconds } ?? uses[0]
    }

    /// Seconds a task of HyperQueue, server and worker in one process; nil where it can't be had.
    private static func hyperQueue(_ count: Int, _ scratch: Scratch) throws -> Double? {
        let venv = "\(Bench.peers)/hyperqueue"
        if !Program.isThere("\(venv)/bin/python") {
            guard (try? Program(["python3", "-m", "venv", venv]).run()) != nil,
                (try? Program(["\(venv)/bin/pip", "install", "-q", "hyperqueue"]).run()) != nil
            else { return nil }
        }
        try scratch.write(
            "hq.py",
            """
            import time
            from hyperqueue import Job, LocalCluster
            from hyperqueue.cluster import WorkerConfig
            with LocalCluster() as cluster:
                cluster.start_worker(WorkerConfig(cores=\(ProcessInfo.processInfo.activeProcessorCount)))
                client = cluster.client()
                begin = time.monotonic()
                job = Job()
                for _ in range(\(count)):
                    job.program(["true"])
                client.wait_for_jobs([client.submit(job)])
                print((time.monotonic() - begin) / \(count))
            """)
        let use = try? Program(["\(venv)/bin/python", "hq.py"], in: scratch.folder).run()
        return use.flatMap {
            String(decoding: $0.output, as: UTF8.self).split(separator: "\n").last.flatMap { Double($0) }
        }
    }
}
