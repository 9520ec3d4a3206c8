import Foundation
import MusterCluster
import MusterCollector
import MusterCore
import MusterHistory

/// Follows a run to its end: brings facts home, asks the scheduler when it must, starts the next generation for what was
/// left behind.
///
/// Nothing of it is needed by the jobs: a follower that dies loses no fact, and the next one takes up the outboxes.
final class Follower {
    /// Rounds of retries for jobs that were left without an end.
    static let generations = 3
    /// Silence after which a scheduler is asked, and the least time between two questions, in seconds.
    static let patience: Double = 60

    private let record: RunRecord
    private let voice: Voice
    private var tail: OutboxTail
    private var collector: Collector?
    private let heard = Heard()
    private var nextTail = Date.distantPast
    private var nextQuestion: Date

    init(_ record: RunRecord) {
        self.record = record
        voice = Voice(run: record.summary.run, history: record.history)
        tail = OutboxTail(paths: record.paths)
        nextQuestion = Date() + (record.site.cluster.backend == .local ? 2 : Self.patience)
    }

    /// When an agent was heard last.
    private final class Heard: Sendable {
        private let lock = NSLock()
        // The lock is held around every use.
        nonisolated(unsafe) private var moment = Date()
        var last: Date { lock.withLock { moment } }
        func now() { lock.withLock { moment = Date() } }
    }

    /// Brings home what stands in the outboxes now.
    func catchUp() async throws {
        var events: [Event] = []
        while true {
            let lines = try await tail.next(on: record.site.host)
            guard !lines.isEmpty else { break }
            events += lines.compactMap { try? Event(line: $0) }
        }
        guard !events.isEmpty else { return }
        heard.now()
        try record.history.append(events)
    }

    /// Follows until every job has its end; calls `show` about once a second.
    func follow(until deadline: Date? = nil, show: ([JobRecord]) throws -> Void) async throws {
        try await catchUp()
        try await listen()
        defer { collector?.stop() }
        var version: Int64 = -1
        var jobs: [JobRecord] = []
        while true {
            try Task.checkCancellation()
            if Date() >= nextTail {
                try await catchUp()
                nextTail = Date() + (collector == nil ? 2 : 30)
            }
            let current = try record.history.dataVersion()
            if current != version {
                version = current
                jobs = try record.history.jobs(of: record.summary.run)
            }
            try show(jobs)
            let open = jobs.filter { !Self.hasEnded($0) }
            if open.isEmpty {
                try await close()
                return
            }
            if let deadline, Date() >= deadline {
                throw ExitStatus.incomplete("the run has not ended yet: \(open.count) of \(jobs.count) jobs are open")
            }
            if Date() >= nextQuestion { try await ask(open) }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// A job that was left behind by a lost agent is open until its last generation is over.
    static func hasEnded(_ job: JobRecord) -> Bool {
        guard let outcome = job.standing.outcome else { return false }
        guard outcome == .lost || outcome == .nodeFailed else { return true }
        return (job.attempts.map(\.key.generation).max() ?? 0) >= generations - 1
    }

    /// Starts a collector and tells the agents where it is.
    private func listen() async throws {
        guard record.site.way == .direct, record.summary.ended == nil else { return }
        let cluster = record.site.cluster
        let (keys, client) = try await WireKeys.read(record.paths, on: record.site.host)
        let heard = heard
        do {
            let made = try Collector(
                .init(
                    run: record.summary.run, keys: keys, clients: [client],
                    address: cluster.collectorAddress ?? "127.0.0.1", port: cluster.collectorPort,
                    epoch: Timestamp.now.microseconds),
                sink: record.history, onEvents: { _ in heard.now() },
                onNote: { Terminal.complain("collector: \($0)") })
            try await record.site.host.write(
                [HostFile(path: "endpoint", mode: 0o600, content: made.endpoint.json.bytes)], to: record.paths.folder)
            collector = made
        } catch let refusal as Collector.Refusal {
            // Losing the socket loses no fact: the outboxes are read instead.
            Terminal.complain("\(refusal); the outboxes are read instead")
        }
    }

    /// Asks the scheduler about elements when agents are silent, and acts on what has ended for good.
    private func ask(_ open: [JobRecord]) async throws {
        let isLocal = record.site.cluster.backend == .local
        guard isLocal || Date().timeIntervalSince(heard.last) >= Self.patience else {
            nextQuestion = Date() + 5
            return
        }
        nextQuestion = Date() + (isLocal ? 2 : Self.patience)
        let state = try record.history.state(of: record.summary.run)
        let ids = state.submissions.values.compactMap(\.schedulerID)
        let states = try await record.site.scheduler.states(of: ids, in: record.paths)
        let calls = await record.site.scheduler.takeCalls()
        var news: [EventBody] = calls.isEmpty ? [] : [.schedulerCalls(calls)]
        // An element's last word counts only after its outbox was read to the end.
        try await catchUp()
        for element in states where element.hasEnded {
            // An agent below a local script has a pid of its own kind: the script execs it, so names agree.
            let restarts = state.elements[element.element]?.keys.max() ?? 0
            if state.elements[element.element]?[restarts]?.word?.ended == true { continue }
            news.append(
                .scheduler(
                    element: element.element, restart: restarts, state: element.state, exit: element.exit, ended: true))
        }
        try voice.tell(news)
        guard states.allSatisfy(\.hasEnded), !states.isEmpty || ids.isEmpty else { return }
        try await retry(record.history.jobs(of: record.summary.run).filter { !Self.hasEnded($0) }, state: state)
    }

    /// Every element has ended, yet jobs are open: they become blocks of the next generation.
    private func retry(_ open: [JobRecord], state: RunState) async throws {
        guard !open.isEmpty, let plan = record.plan, !record.summary.isCancelled else { return }
        let generation = state.submissions.count
        guard generation < Self.generations + 1 else {
            throw ExitStatus.incomplete(
                "\(open.count) jobs were left behind in \(generation) submissions; see: muster status \(record.summary.run)"
            )
        }
        let blocks = Planner.blocks(jobs: open.map(\.index), generation: generation, elements: 1, slots: plan.slots)
        var lines: [UInt8] = []
        for block in blocks { lines += block.json.bytes + [0x0A] }
        let result = try await record.site.host.run(
            "cat >> \(ShellWord.quote(record.paths.blocks))", input: lines, timeout: 60)
        guard result.status == 0 else {
            throw HostError(.file, "cannot add blocks to '\(record.paths.blocks)': \(result.errorText)")
        }
        try await Submitter.handOver(
            [1], generation: generation, run: record.summary.run, paths: record.paths, site: record.site, voice: voice)
    }

    /// The run is over: said in the history, in the run's folder, and in the CSV record.
    private func close() async throws {
        try await catchUp()
        guard record.summary.ended == nil else { return }
        try voice.tell([.runEnded])
        _ = try WorkflowHistory.append(record.summary.run, of: record.history)
        try await record.site.host.write([HostFile(path: "ended", text: "")], to: record.paths.folder)
    }
}
