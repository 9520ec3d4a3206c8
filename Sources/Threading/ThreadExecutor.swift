import CShims
import Glibc

/// A serial executor that runs its jobs, in order, on one named thread of its own.
///
/// For actors that own a blocking or thread-bound C handle: isolation stays the compiler's business, the shared thread
/// pool is never blocked, and the handle meets one thread only. Several actors may share one executor; calls between
/// them then cost no thread switch.
///
/// The thread ends, after the jobs already queued, when the last reference to the executor is gone; an actor that
/// names it as its `unownedExecutor` must therefore keep it in a stored property.
///
/// ```swift
/// actor Connection {
///     private let executor = ThreadExecutor(name: "ssh alps")
///     nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
/// }
/// ```
public final class ThreadExecutor: SerialExecutor {
    /// The name of the thread; the system shows its first 15 bytes.
    public let name: String
    private let queue: JobQueue

    /// Starts the thread.
    public init(name: String) {
        self.name = name
        queue = JobQueue()
        let queue = queue
        startThread(name: name) { queue.serve() }
    }

    deinit { queue.close() }

    /// Appends a job; it runs after all those enqueued before it.
    public func enqueue(_ job: consuming ExecutorJob) {
        queue.append(UnownedJob(job), for: asUnownedSerialExecutor())
    }

    /// Whether the caller already runs on this executor's thread.
    public func isIsolatingCurrentContext() -> Bool? { queue.isServedByCurrentThread }

    /// Ends the process unless the caller runs on this executor's thread: what `assumeIsolated` relies on.
    public func checkIsolated() {
        precondition(queue.isServedByCurrentThread, "not on the thread '\(name)'")
    }
}

/// What the new thread is given: its name and its work.
private final class ThreadStart {
    let name: String
    let work: @Sendable () -> Void

    init(name: String, work: @escaping @Sendable () -> Void) {
        self.name = name
        self.work = work
    }
}

/// Starts a named thread that does `work` and ends; nobody can wait for it.
///
/// The process ends with a message when the system has no thread left to give: no caller could go on without it.
public func startThread(name: String, _ work: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(ThreadStart(name: name, work: work))
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { @Sendable context in
            guard let context else { return nil }
            let start = Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
            cshims_set_thread_name(start.name)
            start.work()
            return nil
        }, start.toOpaque())
    guard code == 0 else {
        // An executor without its thread would silently run nothing, so there is no state to return to.
        fatalError("cannot start the thread '\(name)': \(String(cString: strerror(code)))")
    }
    // Nobody joins it: the executor's deinit may itself run on this thread.
    pthread_detach(thread)
}
