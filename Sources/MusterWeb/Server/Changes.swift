import MusterHistory
import Synchronization

/// The history's version, looked at by one task while anybody listens, five times a second.
final class Changes: Sendable {
    private struct State {
        var version: Int64 = -1
        var listeners = 0
        var isOver = false
        var task: Task<Void, Never>?
    }

    /// The most that listen at once.
    static let most = 64
    private let state = Mutex(State())
    private let history: History
    private let pages: Pages

    init(_ pages: Pages) { (history, self.pages) = (pages.history, pages) }

    /// Nobody is told of anything any more.
    func stop() { state.withLock { $0.isOver = true } }

    /// The server ends.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// How many listen.
    var listeners: Int { state.withLock { $0.listeners } }

    /// Takes a place among those that listen; false where there are too many.
    func enter() -> Bool {
        state.withLock { state in
            guard state.listeners < Self.most else { return false }
            state.listeners += 1
            if state.task == nil {
                state.task = Task { await self.look() }
            }
            return true
        }
    }

    /// Gives the place back; the last one ends the looking.
    func leave() {
        state.withLock { state in
            state.listeners -= 1
            guard state.listeners == 0 else { return }
            state.task?.cancel()
            state.task = nil
        }
    }

    /// The version, as soon as it is another one than `seen`, else after `most`.
    func next(after seen: Int64, atMost most: Duration) async throws -> Int64 {
        let end = ContinuousClock.now + most
        while true {
            let version = state.withLock { $0.version }
            if version != seen || isOver || ContinuousClock.now >= end { return version }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Waits so long, or until the server ends.
    func pause(_ time: Duration) async throws {
        let end = ContinuousClock.now + time
        while !isOver, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(100)) }
    }

    private func look() async {
        while !Task.isCancelled {
            let history = history
            if let version = try? await pages.blocking({ try history.dataVersion() }) {
                state.withLock { $0.version = version }
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }
}
