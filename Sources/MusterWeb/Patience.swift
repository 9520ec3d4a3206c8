import Synchronization

/// Waits for something that may take for ever, but not for ever.
public enum Patience {
    /// What a task comes to; nil when that takes longer than `most`. The task goes on then: whoever made it ends it.
    public static func wait<Value: Sendable>(
        for task: Task<Value, any Error>, atMost most: Duration
    ) async throws -> Value? {
        try await withCheckedThrowingContinuation { continuation in
            let once = Once(continuation)
            let clock = Task {
                try? await Task.sleep(for: most)
                once.tell(.success(nil))
            }
            Task {
                once.tell(await task.result.map(Optional.some))
                clock.cancel()
            }
        }
    }
}

/// A continuation of which the first word counts.
private final class Once<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value, any Error>?>

    init(_ continuation: CheckedContinuation<Value, any Error>) { self.continuation = Mutex(continuation) }

    func tell(_ result: Result<Value, any Error>) {
        let waiting = continuation.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        waiting?.resume(with: result)
    }
}
