import Foundation
import MusterCluster
import MusterCore
import MusterHistory

/// The facts that a client itself tells: what it hands over, what the scheduler answers, what people order.
final class Voice {
    private let run: String
    let history: History
    /// 32 hex digits, random for each process.
    let source = Hex.text((0..<16).map { _ in UInt8.random(in: 0...255) })
    private var sequence: Int64 = 0
    /// Facts that the history here has and the run's folder has not.
    private var unkept: [Event] = []

    init(run: String, history: History) {
        self.run = run
        self.history = history
    }

    /// Appends facts; they are durable here when this returns.
    func tell(_ bodies: [EventBody], at time: Timestamp = .now) throws {
        guard !bodies.isEmpty else { return }
        let events = events(bodies, at: time)
        try history.append(events)
        unkept += events
    }

    /// Puts what was told into the run's folder too, where another machine finds it.
    func keep(in paths: RunPaths, on host: some MusterCore.Host) async throws {
        let events = unkept
        guard !events.isEmpty else { return }
        try await ClientLane.append(events, to: paths, on: host)
        unkept.removeFirst(events.count)
    }

    /// Gives orders: they stand in the run's folder, for agents and other clients, before they stand here.
    func order(
        _ bodies: [EventBody], at time: Timestamp, in paths: RunPaths, on host: some MusterCore.Host
    ) async throws {
        let events = events(bodies, at: time)
        try await ClientLane.append(events, to: paths, on: host)
        try history.append(events)
    }

    private func events(_ bodies: [EventBody], at time: Timestamp) -> [Event] {
        bodies.map { body in
            sequence += 1
            return Event(
                run: run, source: source, sequence: sequence, time: time,
                monotonic: Int64(ProcessInfo.processInfo.systemUptime * 1_000_000), body: body)
        }
    }
}

extension Timestamp {
    /// This machine's clock.
    static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
