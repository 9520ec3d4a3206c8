import Foundation

/// Ctrl-C, a hang-up and SIGTERM as the end of a task, so that it can tidy up.
enum Interruption {
    /// Does `body`, which is cancelled by the first of these signals.
    ///
    /// - Throws: ``ExitStatus/interrupted`` when it was.
    static func heeded<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let signals = [SIGINT, SIGTERM, SIGHUP]
        let work = Task { @Sendable () async throws in try await body() }
        let sources = signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { work.cancel() }
            source.resume()
            return source
        }
        defer {
            sources.forEach { $0.cancel() }
            signals.forEach { signal($0, SIG_DFL) }
        }
        do {
            return try await work.value
        } catch is CancellationError {
            throw ExitStatus.interrupted
        }
    }
}
