import Glibc
public import Testing

/// Suites on the test cluster take turns: one that ends nodes and one that runs jobs must not meet.
///
/// A lock of the kernel on a file in the cluster's folder, so that it counts among processes and goes with its holder.
public struct ClusterTurn: SuiteTrait, TestScoping {
    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard let folder = getenv("MUSTER_TEST_CLUSTER").map({ String(cString: $0) }) else {
            return try await function()
        }
        let descriptor = open("\(folder)/turn", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0, "no file can be made in \(folder)")
        defer { close(descriptor) }
        // Asked again and again rather than waited for: a thread that waits here may be the one that the holder needs.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 { try await Task.sleep(for: .milliseconds(100)) }
        try await function()
    }
}

extension Trait where Self == ClusterTurn {
    /// Alone on the test cluster.
    public static var aloneOnCluster: Self { ClusterTurn() }
}
