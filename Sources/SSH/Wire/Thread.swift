import Glibc

/// A joinable POSIX thread that runs one closure.
struct Thread: Sendable {
    private let handle: pthread_t

    /// Starts the thread; throws the system's error code.
    init(_ body: @escaping @Sendable () -> Void) throws(LocalFileError) {
        let context = Unmanaged.passRetained(Body(body))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { @Sendable context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw LocalFileError(operation: "start", path: "a thread", code: code)
        }
        self.handle = handle
    }

    /// Waits for its end; once, and never from the thread itself.
    func join() { pthread_join(handle, nil) }

    /// Lets it end on its own; instead of `join`.
    func detach() { pthread_detach(handle) }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}

/// Hands a value that isn't `Sendable` to a thread that will be its only user.
///
/// `@unchecked Sendable`: made by `consuming` the value, and emptied by the one thread that takes it.
final class Handover<Value>: @unchecked Sendable {
    private var value: Value?

    init(_ value: consuming Value) { self.value = consume value }

    func take() -> Value? {
        defer { value = nil }
        return value
    }
}
