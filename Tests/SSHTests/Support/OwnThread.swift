import Threading

/// Tests that wait for programs in calls that block do so on a thread of their own: the shared ones, of which there may be
/// two, are needed by what they wait for.
@globalActor actor OwnThread {
    static let shared = OwnThread()
    private let executor = ThreadExecutor(name: "blocking tests")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
}
