import Foundation
import MusterCore

/// Which agents have been heard, and when.
///
/// The collector's thread and the follower's task both tell and ask; a lock is held around every use.
final class Hearing: Sendable {
    private struct Agent {
        var element: String
        var restart: Int
        var last: Date
    }

    private let lock = NSLock()
    // The lock is held around every use of these two.
    nonisolated(unsafe) private var agents: [String: Agent] = [:]
    nonisolated(unsafe) private var last = Date()

    /// Takes in what came from agents.
    func take(_ events: [Event]) {
        guard !events.isEmpty else { return }
        lock.withLock {
            last = Date()
            for event in events {
                switch event.body {
                case .agentStarted(_, _, let element, let restart, _, _):
                    // A requeued element's earlier agents are not waited for.
                    agents = agents.filter { $0.value.element != element || $0.value.restart >= restart }
                    agents[event.source] = Agent(element: element, restart: restart, last: last)
                case .agentEnded: agents[event.source] = nil
                default: agents[event.source]?.last = last
                }
            }
        }
    }

    /// When anything was last heard; at first, when hearing began.
    var lastHeard: Timestamp {
        lock.withLock { Timestamp(microseconds: Int64(last.timeIntervalSince1970 * 1_000_000)) }
    }

    /// Nothing more is expected of the agents of an element.
    func close(_ element: String) {
        lock.withLock { agents = agents.filter { $0.value.element != element } }
    }

    /// Whether an agent that did not say goodbye, or everybody, has been silent for so long.
    func isSilent(for seconds: Double, now: Date = Date()) -> Bool {
        return lock.withLock {
            agents.values.contains { now.timeIntervalSince($0.last) >= seconds }
                || (agents.isEmpty && now.timeIntervalSince(last) >= seconds)
        }
    }
}
