public import MusterCore
import Threading
public import ZeroMQ

/// Receives the events of a run's agents, makes them durable, and only then acknowledges them.
///
/// The loop sleeps on a thread of its own, which owns all sockets. CURVE alone lets every key in, so a ZAP handler,
/// bound before the socket, admits the run's keys only and ties them to the run (RFC 26, RFC 27).
public final class Collector: Sendable {
    /// What a collector serves, and where.
    public struct Settings: Sendable {
        /// The runs whose events are taken, by the public key of their agents.
        public var runs: [CurveKey: String]
        /// The collector's own keys; kept in a file, so that a restart has the same.
        public var keys: CurveKeyPair
        /// Address to bind and to tell the agents.
        public var address: String
        /// Port to bind; nil for any.
        public var port: Int?
        /// Number of this start, more than any before.
        public var epoch: Int64

        /// Gathers the settings.
        public init(
            runs: [CurveKey: String], keys: CurveKeyPair, address: String, port: Int?, epoch: Int64
        ) {
            self.runs = runs
            self.keys = keys
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
    private let state: Gate<State>

    /// How far the collector's thread is.
    private struct State: Sendable {
        var start: Result<String, any Error>?
        var isUnwanted = false
        var isFinished = false
    }

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
        let state = Gate(State())
        self.state = state
        startThread(name: "collector") {
            do {
                var loop = try CollectorLoop(settings: settings, sink: sink, onEvents: onEvents, onNote: onNote)
                try loop.proveThatKeysAreChecked()
                let address = loop.address
                state.change { $0.start = .success(address) }
                while !state.current.isUnwanted { loop.step(for: .milliseconds(100)) }
            } catch let error as ZeroMQError {
                state.change { $0.start = .failure(Refusal.socket(error)) }
            } catch {
                state.change { $0.start = .failure(error) }
            }
            state.change { $0.isFinished = true }
        }
        let address = try state.wait { $0.start }.get()
        endpoint = Endpoint(address: address, key: settings.keys.publicKey.z85, epoch: settings.epoch)
    }

    /// Ends the loop after the batch in hand, and waits for it.
    public func stop() {
        state.change { $0.isUnwanted = true }
        state.wait { $0.isFinished ? () : nil }
    }

    deinit { stop() }
}
