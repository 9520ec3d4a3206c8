public import MusterCore

/// Keeps what an execution tells: first here, then in the catalog.
public protocol ExecutionLedger: AnyObject {
    /// Makes the move durable in the local record, or throws: then it was not made.
    func keep(_ move: ExecutionMove) throws
    /// Tells the catalog. What it can't be told now is noted in the local record and told later: this is no error.
    func tell(_ move: ExecutionMove)
    /// Where the execution stands by the local record, which another process may have changed; nil where there is none.
    func status() -> ExecutionStatus?
}

/// One execution, driven through its statuses. Every move is kept locally before the catalog hears of it, and a move that is
/// not allowed changes nothing.
///
/// Owned by the process that runs the code; not to be shared between threads.
public final class Execution {
    /// Its id.
    public let id: String
    /// Where it stands.
    public private(set) var status: ExecutionStatus
    /// What it does right now, in words; no status.
    public var progress: String? { didSet { onProgress?(progress) } }
    /// Hears of progress.
    public var onProgress: ((String?) -> Void)?

    private let ledger: any ExecutionLedger
    private let now: () -> Timestamp
    private let monotonic: () -> Int64
    private var begun: Int64?

    /// Takes up an execution that stands at `status`. `now` is the wall clock, `monotonic` microseconds of one that never
    /// goes back.
    public init(
        id: String, status: ExecutionStatus = .created, ledger: any ExecutionLedger,
        now: @escaping () -> Timestamp, monotonic: @escaping () -> Int64
    ) {
        self.id = id
        self.status = status
        self.ledger = ledger
        self.now = now
        self.monotonic = monotonic
    }

    /// Makes a move. Throws `MoveRefused`, or what the local record could not be written for.
    public func move(
        to target: ExecutionStatus, error: String? = nil, exit: Int? = nil, signal: Int? = nil
    ) throws {
        _ = try status.moved(to: target)
        var move = ExecutionMove(id: id, status: target)
        move.error = error
        move.exit = exit
        move.signal = signal
        let time = now()
        if target == .running {
            begun = monotonic()
            move.started = time
        } else if let begun, status == .running {
            move.ended = time
            move.duration = monotonic() - begun
        }
        try ledger.keep(move)
        status = target
        ledger.tell(move)
    }

    /// Runs `body` as the code of this execution: Running while it runs, Stopped when it returns, Failed when it throws,
    /// whose error is thrown on. A status that `body` or another process has moved on meanwhile is left as it is.
    public func run<Value>(_ body: (Execution) throws -> Value) throws -> Value {
        try move(to: .running)
        let value: Value
        do {
            value = try body(self)
        } catch {
            // The error of the code counts, not that of the record.
            try? fail(error)
            throw error
        }
        try stop()
        return value
    }

    /// The same for code that waits.
    public func run<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: nonisolated(nonsending) (Execution) async throws -> Value
    ) async throws -> Value {
        try move(to: .running)
        let value: Value
        do {
            value = try await body(self)
        } catch {
            try? fail(error)
            throw error
        }
        try stop()
        return value
    }

    private func stop() throws {
        heed()
        if status == .running { try move(to: .stopped) }
    }

    private func fail(_ error: any Error) throws {
        heed()
        if status == .running { try move(to: .failed, error: Self.words(error)) }
    }

    /// Takes over what another process made of it.
    public func heed() {
        if let other = ledger.status() { status = other }
    }

    /// `Type: message`.
    public static func words(_ error: any Error) -> String { "\(type(of: error)): \(error)" }
}
