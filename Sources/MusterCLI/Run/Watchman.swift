import Foundation
import MusterCluster
import MusterCore

/// When to ask the scheduler about a run's elements: never while its agents are heard, and seldom while the answer stays
/// the same.
struct Watchman {
    /// The longest pause between two questions, in seconds.
    static let longest: Double = 600
    /// How long the scheduler must not know an element before it is taken for ended, in seconds.
    static let forgotten: Double = 600
    /// A process on this machine is looked at this often, in seconds.
    static let local: Double = 2

    private let isLocal: Bool
    private let patience: Double
    private var pause: Double
    private var next: Date
    private var last: [ElementState] = []
    private var unknownSince: [String: Date] = [:]

    init(cluster: ClusterSpec, now: Date = Date()) {
        isLocal = cluster.backend == .local
        patience = isLocal ? Self.local : Double(cluster.pollInterval.seconds)
        pause = patience
        next = now + patience
    }

    /// Whether it is time for a question.
    mutating func isDue(_ hearing: Hearing, now: Date = Date()) -> Bool {
        guard now >= next else { return false }
        guard isLocal || hearing.isSilent(for: patience, now: now) else {
            (next, pause) = (now + min(patience, 5), patience)
            return false
        }
        return true
    }

    /// Something was ordered that may leave work without anybody to do it: the next question need not wait.
    mutating func hurry() { (next, pause) = (Date(), patience) }

    /// Takes in an answer, and gives it back with elements that were unknown for too long as ended.
    mutating func take(_ states: [ElementState], now: Date = Date()) -> [ElementState] {
        pause = states == last && !isLocal ? min(pause * 2, Self.longest) : patience
        last = states
        next = now + pause
        let unknown = Set(states.filter { $0.state == ElementState.unknown && !$0.hasEnded }.map(\.element))
        unknownSince = unknownSince.filter { unknown.contains($0.key) }
        for element in unknown where unknownSince[element] == nil { unknownSince[element] = now }
        // The pause between two answers must not grow past the time after which they settle it.
        if !unknown.isEmpty { next = min(next, now + Self.forgotten / 2) }
        return states.map { state in
            guard let since = unknownSince[state.element], now.timeIntervalSince(since) >= Self.forgotten else {
                return state
            }
            var state = state
            state.hasEnded = true
            return state
        }
    }
}
