import Foundation
import MusterCore
import MusterHistory
import Synchronization

/// What may change the screen.
enum WatchNews: Sendable {
    case model(WatchModel), record(RunRecord)
    case bytes([UInt8]), noMoreKeys, keysAreComplete
    case said(String), log(Int, [String])
    case signal(Int32), mended, draw
    /// The run is over, or following it failed.
    case followed((any Error)?)
    /// An order was given; nil where that went well.
    case ordered(failure: String?)
}

/// Turns signals and keys into news, as long as it lives.
final class WatchSources: Sendable {
    /// `@unchecked Sendable`: Dispatch's own objects may be used from any thread, and the rest stands behind the mutex.
    private struct Sources: @unchecked Sendable {
        var signals: [any DispatchSourceSignal] = []
        var keys: any DispatchSourceRead
        var isStopped = false
    }

    private static let numbers = [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH]
    private let sources: Mutex<Sources>

    init(_ news: AsyncStream<WatchNews>.Continuation) {
        let keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
        keys.setEventHandler {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            guard count > 0 else {
                guard count == 0 || errno != EINTR && errno != EAGAIN else { return }
                keys.cancel()
                news.yield(.noMoreKeys)
                return
            }
            news.yield(.bytes(Array(buffer[..<count])))
        }
        keys.resume()
        let signals = Self.numbers.map { number in
            // What a source hears must not act by itself; a window's size and going on never do.
            if number != SIGWINCH, number != SIGCONT { signal(number, SIG_IGN) }
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { news.yield(.signal(number)) }
            source.resume()
            return source
        }
        sources = Mutex(Sources(signals: signals, keys: keys))
    }

    /// Somebody else reads keys, or no longer does.
    func stopKeys(_ stops: Bool) {
        sources.withLock { sources in
            guard sources.isStopped != stops else { return }
            sources.isStopped = stops
            if stops { sources.keys.suspend() } else { sources.keys.resume() }
        }
    }

    func end() {
        sources.withLock { sources in
            if sources.isStopped { sources.keys.resume() }
            sources.isStopped = false
            sources.keys.cancel()
            sources.signals.forEach { $0.cancel() }
        }
        for number in Self.numbers { signal(number, SIG_DFL) }
    }
}
