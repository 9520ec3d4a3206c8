import Glibc

/// A value that several threads use, one at a time, and wait for.
///
/// `@unchecked Sendable`: the value is touched with the lock held.
public final class Gate<Value: Sendable>: @unchecked Sendable {
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    /// Starts with `value`.
    public init(_ value: Value) {
        self.value = value
        pthread_mutex_init(lock, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(lock)
        changed.deallocate()
        lock.deallocate()
    }

    /// What it is now.
    public var current: Value { locked { value } }

    /// Changes the value and wakes who waits for it.
    public func change(_ body: (inout Value) -> Void) {
        locked { body(&value) }
        pthread_cond_broadcast(changed)
    }

    /// Sleeps until `body` finds something in the value.
    public func wait<Found>(for body: (Value) -> Found?) -> Found {
        locked {
            while true {
                if let found = body(value) { return found }
                pthread_cond_wait(changed, lock)
            }
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}
