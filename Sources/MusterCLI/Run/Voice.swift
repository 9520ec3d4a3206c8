import Foundation
import MusterCore
import MusterHistory

/// The facts that a client itself tells: what it hands over, what the scheduler answers.
final class Voice {
    private let run: String
    let history: History
    private let source = Hex.text((0..<16).map { _ in UInt8.random(in: 0...255) })
    private var sequence: Int64 = 0

    init(run: String, history: History) {
        self.run = run
        self.history = history
    }

    /// Appends facts; they are durable when this returns.
    func tell(_ bodies: [EventBody]) throws {
        guard !bodies.isEmpty else { return }
        try history.append(
            bodies.map { body in
                sequence += 1
                return Event(
                    run: run, source: source, sequence: sequence, time: .now,
                    monotonic: Int64(ProcessInfo.processInfo.systemUptime * 1_000_000), body: body)
            })
    }
}

extension Timestamp {
    /// This machine's clock.
    static var now: Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}
