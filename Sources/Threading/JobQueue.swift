import Glibc

/// The jobs that wait for one thread.
///
/// Built on a pthread lock and condition, because the thread must sleep while there is nothing to do, and because the
/// thread sanitizer understands these.
///
/// `@unchecked Sendable`: every stored property but the two constant pointers is touched with the lock held.
final class JobQueue: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: [(job: UnownedJob, executor: UnownedSerialExecutor)] = []
    private var isClosed = false
    private var server: pthread_t?

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    func append(_ job: UnownedJob, for executor: UnownedSerialExecutor) {
        locked { waiting.append((job, executor)) }
        pthread_cond_signal(changed)
    }

    /// Lets `serve()` return once the queue is empty.
    func close() {
        locked { isClosed = true }
        pthread_cond_signal(changed)
    }

    var isServedByCurrentThread: Bool {
        locked { server.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    /// Runs jobs on the calling thread until the queue is closed and empty.
    func serve() {
        locked { server = pthread_self() }
        while true {
            let batch = nextBatch()
            if batch.isEmpty { return }
            for entry in batch { entry.job.runSynchronously(on: entry.executor) }
        }
    }

    /// All jobs that wait, as soon as there is one; none when the queue is closed.
    private func nextBatch() -> [(job: UnownedJob, executor: UnownedSerialExecutor)] {
        locked {
            while waiting.isEmpty, !isClosed { pthread_cond_wait(changed, lock) }
            let batch = waiting
            waiting.removeAll()
            return batch
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}
