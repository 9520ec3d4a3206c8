import Foundation
public import MusterCore
public import ZeroMQ

/// Receives the events of one run's agents, makes them durable, and only then acknowledges them.
///
/// The loop sleeps on a thread of its own, which owns all sockets. CURVE alone lets every key in, so a ZAP handler,
/// bound before the socket, admits the run's keys only and ties them to the run (RFC 26, RFC 27).
public final class Collector: Sendable {
    /// What a collector serves, and where.
    public struct Settings: Sendable {
        /// The run whose events are taken.
        public var run: String
        /// The collector's own keys; kept in the run's folder, so that a restart has the same.
        public var keys: CurveKeyPair
        /// Public keys of the agents that may connect.
        public var clients: Set<CurveKey>
        /// Address to bind and to tell the agents.
        public var address: String
        /// Port to bind; nil for any.
        public var port: Int?
        /// Number of this start, more than any before.
        public var epoch: Int64

        /// Gathers the settings.
        public init(
            run: String, keys: CurveKeyPair, clients: Set<CurveKey>, address: String, port: Int?, epoch: Int64
        ) {
            self.run = run
            self.keys = keys
            self.clients = clients
            self.address = address
            self.port = port
            self.epoch = epoch
        }
    }

    /// Why a collector does not serve.
    public enum Refusal: Error, CustomStringConvertible {
        /// A random key was let in: the library does not check keys here.
        case anyKeyIsLetIn
        /// The socket could not be made.
        case socket(ZeroMQError)

        /// One sentence.
        public var description: String {
            switch self {
            case .anyKeyIsLetIn:
                "the collector does not serve: a client with a random key was let in, so libzmq does not check keys"
            case .socket(let error): "the collector can't listen: \(error)"
            }
        }
    }

    /// Where agents find it.
    public let endpoint: Endpoint
    private let settings: Settings
    private let sink: any EventSink & Sendable
    private let onEvents: @Sendable ([Event]) -> Void
    private let onNote: @Sendable (String) -> Void
    private let flag: StopFlag

    /// Binds and begins to serve.
    ///
    /// - Parameters:
    ///   - sink: Makes facts durable; called on the collector's thread alone.
    ///   - onEvents: Called on that thread after a commit, and with samples.
    ///   - onNote: One line for the log: a refused peer, a sink that fails.
    public init(
        _ settings: Settings, sink: any EventSink & Sendable,
        onEvents: @escaping @Sendable ([Event]) -> Void = { _ in },
        onNote: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.settings = settings
        self.sink = sink
        self.onEvents = onEvents
        self.onNote = onNote
        let flag = StopFlag()
        self.flag = flag
        let started = StartBox()
        let serve: @Sendable () -> Void = {
            do {
                var loop = try CollectorLoop(settings: settings, sink: sink, onEvents: onEvents, onNote: onNote)
                try loop.proveThatKeysAreChecked()
                started.set(.success(loop.address))
                loop.run(until: flag)
            } catch let error as ZeroMQError {
                started.set(.failure(Refusal.socket(error)))
            } catch {
                started.set(.failure(error))
            }
            flag.setFinished()
        }
        let thread = Thread(block: serve)
        thread.name = "muster-collector"
        thread.start()
        endpoint = Endpoint(address: try started.wait(), key: settings.keys.publicKey.z85, epoch: settings.epoch)
    }

    /// Ends the loop after the batch in hand, and waits for it.
    public func stop() { flag.stop() }

    deinit { flag.stop() }
}

/// Tells the collector's thread to end, and when it has.
final class StopFlag: Sendable {
    private let condition = NSCondition()
    // The condition's lock is held around every use of both.
    nonisolated(unsafe) private var wanted = false
    nonisolated(unsafe) private var finished = false

    var isWanted: Bool { condition.withLock { wanted } }

    func setFinished() {
        condition.withLock {
            finished = true
            condition.broadcast()
        }
    }

    func stop() {
        condition.withLock {
            wanted = true
            while !finished { condition.wait() }
        }
    }
}

/// Carries the result of a thread's start to whoever started it.
private final class StartBox: Sendable {
    private let condition = NSCondition()
    // The condition's lock is held around every use.
    nonisolated(unsafe) private var result: Result<String, any Error>?

    func set(_ value: Result<String, any Error>) {
        condition.withLock {
            if result == nil { result = value }
            condition.broadcast()
        }
    }

    func wait() throws -> String {
        try condition.withLock {
            while true {
                if let result { return try result.get() }
                condition.wait()
            }
        }
    }
}
