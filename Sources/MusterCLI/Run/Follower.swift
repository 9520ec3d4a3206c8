import Foundation
import MusterCluster
import MusterCollector
import MusterCore
import MusterHistory
import MusterSlurm

/// Follows a run to its end: brings facts home, asks the scheduler when it must, and has done what a steward does.
///
/// Nothing of it is needed by the jobs: a follower that dies loses no fact, and the next one takes up the outboxes.
final class Follower {
    let record: RunRecord
    let voice: Voice
    let hearing = Hearing()
    var watchman: Watchman
    private var tail: OutboxTail
    private var collector: Collector?
    /// When to look into the outboxes next, and the pause behind that.
    var nextTail = Date.distantPast, tailPause = shortTail
    /// The relay's line, where the way home has one; whether it is to be made; what was said about it.
    var relay: RelayLine?, isRelayWanted = true, said: Set<String> = []
    /// Whether agents connect to this very process.
    var isCollecting: Bool { collector != nil }
    private var trouble = Trouble()
    /// Arrays of the plan are not submitted yet, and when to try again.
    var hasWaitingParts = false, topUp = TopUp()
    /// Blocks, claims and classes of the run as they were read last.
    var book: ClaimBook?
    /// Shared stage runs that were marked as failed.
    var marked: Set<Int> = []
    /// The rows of the job table.
    lazy var rows: [Steward.Row] = readRows()
    /// The fold of all facts, as of the last change.
    var latest: RunState?
    /// When to look next at what is owed.
    var nextRetry = Date.distantPast
    /// People are told by it.
    lazy var messenger = Messenger(record)
    /// Earlier runs of requeued elements wait for their last word.
    private var hasRestarted = false
    /// Whether this client leads the run.
    var leadership: Leadership
    /// Jobs that are held, as was said last.
    private var heldCount = 0

    /// `takeOver` leads the run whoever does now.
    init(_ record: RunRecord, takeOver: Bool = false) {
        self.record = record
        voice = Voice(run: record.summary.run, history: record.history)
        leadership = Leadership(record.paths, me: voice.source, takeOver: takeOver)
        tail = OutboxTail(paths: record.paths)
        watchman = Watchman(cluster: record.site.cluster)
    }

    /// Brings home what stands in the outboxes now; whether anything of it was new.
    @discardableResult func catchUp() async throws -> Bool {
        var events: [Event] = []
        repeat {
            // What came by another way as well is not decoded again.
            var known: [String: Int64] = [:]
            for line in try await tail.next(on: record.site.host) {
                if let (source, sequence) = Event.fact(in: line) {
                    let last = try known[source] ?? record.history.lastSequence(of: source)
                    known[source] = last
                    if sequence <= last { continue }
                }
                if let event = try? Event(line: line) { events.append(event) }
            }
            // Agents go on writing; what stood there at first is enough.
        } while tail.hasMore
        // What this client wrote there itself is no news.
        events.removeAll { $0.source == voice.source }
        guard !events.isEmpty else { return false }
        try record.history.append(events)
        hearing.take(events)
        return true
    }

    /// Follows until every job has its end; calls `show` about once a second.
    func follow(until deadline: Date? = nil, show: ([JobRecord]) throws -> Void) async throws {
        do {
            try await followToEnd(until: deadline, show: show)
        } catch {
            await leadership.giveBack(on: record.site.host)
            throw error
        }
        await leadership.giveBack(on: record.site.host)
    }

    /// Begins to do what only one may do at a time.
    func beginLeading() async throws {
        guard try record.history.state(of: record.summary.run).ended == nil else { return }
        try await finishSubmitting()
        try await listen()
    }

    /// Somebody else listens to the agents now.
    func stopListening() {
        collector?.stop()
        collector = nil
    }

    private func followToEnd(until deadline: Date?, show: ([JobRecord]) throws -> Void) async throws {
        try await catchUp()
        latest = try record.history.state(of: record.summary.run)
        if latest?.ended == nil { try await tendLease() }
        defer { collector?.stop() }
        var version: Int64 = -1
        var jobs: [JobRecord] = []
        var open = 0
        // Reading all jobs takes the longer the more there are: a tenth of the time is spent on it.
        var nextShow = Date.distantPast
        while true {
            try Task.checkCancellation()
            do {
                try await look()
                trouble.isOver()
            } catch {
                try await trouble.bear(error)
            }
            let current = try record.history.dataVersion()
            if current != version {
                version = current
                let state = try record.history.state(of: record.summary.run)
                latest = state
                do {
                    open = try await openJobs(state)
                } catch {
                    // What is not known is looked at again.
                    version = -1
                    try await trouble.bear(error)
                    continue
                }
                let now = Date()
                if open == 0 || now >= nextShow {
                    jobs = try record.watched()
                    nextShow = Date() + 9 * Date().timeIntervalSince(now)
                } else {
                    version = -1
                }
                try checkHalt(state, open: open)
                sayHeld(state)
                sayChangedCode(state)
                hasRestarted = !state.restartedElements.isEmpty
            }
            try show(jobs)
            if open == 0 {
                do {
                    if leadership.isLeading { try await close() }
                    await endRelay()
                    return try await tellPeopleOfTheEnd()
                } catch {
                    try await trouble.bear(error)
                }
            }
            if let deadline, Date() >= deadline {
                throw ExitStatus.incomplete("the run has not ended yet: \(open) of \(jobs.count) jobs are open")
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Brings facts home and asks the scheduler, each when it is time.
    private func look() async throws {
        try await hearRelay()
        try await tailOutboxes()
        guard latest?.ended == nil else { return }
        try await tendLease()
        guard leadership.isLeading else { return }
        if hasRestarted { try await closeEarlierRuns() }
        try await topUpElements()
        try await retry()
        try await tellPeople()
        if watchman.isDue(hearing) { try await ask() }
        try await voice.keep(in: record.paths, on: record.site.host)
    }

    /// Says once of each content that a program changed to.
    private func sayChangedCode(_ state: RunState) {
        for told in state.code.told where said.insert("code \(told.change.path) \(told.change.now ?? "")").inserted {
            Terminal.complain("warning: \(told.words)")
        }
    }

    /// Says once that jobs are held, since nothing else happens to them.
    private func sayHeld(_ state: RunState) {
        let held = rows.count { state.isHeld($0.index) && state.jobs[$0.index]?.standing?.outcome == nil }
        // Elements that held nothing else may have ended meanwhile.
        if held < heldCount { watchman.hurry() }
        if held > 0, heldCount == 0 {
            Terminal.complain(
                "\(Steering.amount(held)) held; to let them go on: muster release \(record.summary.run)")
        }
        heldCount = held
    }

    private func readRows() -> [Steward.Row] {
        let jobs = (try? record.history.jobs(of: record.summary.run)) ?? []
        let shared = (try? record.history.sharedRuns(of: record.summary.run)) ?? []
        return (jobs + shared).map { Steward.Row(index: $0.index, id: $0.id, values: $0.point.values) }
    }

    /// Starts a collector and tells the agents where it is.
    private func listen() async throws {
        guard record.way == .direct else { return }
        let cluster = record.site.cluster
        let (keys, client) = try await WireKeys.read(record.paths, on: record.site.host)
        let hearing = hearing
        do {
            let made = try Collector(
                .init(
                    runs: [client: record.summary.run], keys: keys,
                    address: cluster.collectorAddress ?? "127.0.0.1", port: cluster.collectorPort,
                    epoch: Timestamp.now.microseconds),
                sink: record.history, onEvents: { hearing.take($0) },
                onNote: { Terminal.complain("collector: \($0)") })
            try await record.site.host.write(
                [HostFile(path: "endpoint", mode: 0o600, content: made.endpoint.json.bytes)], to: record.paths.folder)
            collector = made
        } catch let refusal as Collector.Refusal {
            // Losing the socket loses no fact: the outboxes are read instead.
            Terminal.complain("\(refusal); the outboxes are read instead")
        }
    }

    /// The run is over: said in the history, in the run's folder, and in the CSV record.
    private func close() async throws {
        try await catchUp()
        guard try record.history.state(of: record.summary.run).ended == nil else { return }
        try await closeEarlierRuns()
        // There first: a run that has ended here but not there would stand in the way of the next one.
        try await record.site.host.write([HostFile(path: "ended", text: "")], to: record.paths.folder)
        await ClientRecords.close(record)
        let state = try record.history.state(of: record.summary.run)
        try voice.tell([.runEnded], at: state.timeOfOrder(now: .now))
        try await voice.keep(in: record.paths, on: record.site.host)
        _ = try WorkflowHistory.append(record.summary.run, of: record.history)
    }
}

/// What may go wrong for a while without ending the watch: the network, the controller.
struct Trouble {
    private static let longest = 60.0
    private var pause = 1.0
    private var said: String?

    /// Waits after an error that may pass, with growing pauses, and says it once; throws any other.
    mutating func bear(_ error: any Error) async throws {
        switch error {
        case let error as HostError where error.kind == .unreachable || error.kind == .timedOut: break
        case let failure as SlurmFailure where failure.isTransient: break
        default: throw error
        }
        let text = "\(error)"
        if said != text { Terminal.complain("\(text)\nthe jobs go on; trying again") }
        said = text
        try await Task.sleep(for: .seconds(pause))
        pause = min(pause * 2, Self.longest)
    }

    /// All is well again.
    mutating func isOver() {
        if said != nil { Terminal.complain("connected again") }
        (said, pause) = (nil, 1)
    }
}
