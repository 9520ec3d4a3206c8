/// A task executor on one named thread of its own, for tasks that must go on while the shared threads are all taken.
///
/// The thread is there for good, so it is meant for a constant.
public final class TaskThread: TaskExecutor {
    private let waiting = Gate<[UnownedJob]>([])

    /// Starts the thread.
    public init(name: String) {
        startThread(name: name) { [self] in
            while true {
                _ = waiting.wait { $0.isEmpty ? nil : true }
                var batch: [UnownedJob] = []
                waiting.change { swap(&$0, &batch) }
                for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
            }
        }
    }

    /// Appends a job; it runs after all those enqueued before it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        waiting.change { $0.append(job) }
    }
}
