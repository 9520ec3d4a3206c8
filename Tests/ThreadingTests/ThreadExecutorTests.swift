import CShims
import Glibc
import Testing
import Threading

/// An actor on a thread of its own that tells where it runs.
private actor Witness {
    let executor: ThreadExecutor
    private var order: [Int] = []
    private var onEnd: (@Sendable (Int32) -> Void)?

    init(_ executor: ThreadExecutor) { self.executor = executor }

    isolated deinit { onEnd?(cshims_thread_id()) }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func threadID() -> Int32 { cshims_thread_id() }

    func threadName() -> String {
        var name = [CChar](repeating: 0, count: 16)
        guard let file = fopen("/proc/self/task/\(cshims_thread_id())/comm", "r") else { return "" }
        defer { fclose(file) }
        fgets(&name, 16, file)
        return String(decoding: name.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func append(_ number: Int) { order.append(number) }
    func numbers() -> [Int] { order }
    func tellEnd(_ body: @escaping @Sendable (Int32) -> Void) { onEnd = body }
    nonisolated func assumeHere() async -> Int32 { await self.insideAssume() }
    private func insideAssume() -> Int32 { assumeIsolated { _ in cshims_thread_id() } }
}

@Suite struct ThreadExecutorTests {
    @Test func runsEveryJobOnOneNamedThread() async {
        let witness = Witness(ThreadExecutor(name: "ssh alps"))
        let first = await witness.threadID()
        for _ in 0..<50 { #expect(await witness.threadID() == first) }
        #expect(first != cshims_thread_id())
        #expect(await witness.threadName() == "ssh alps")
        #expect(await witness.assumeHere() == first)
    }

    @Test func cutsALongNameInsteadOfLosingIt() async {
        let witness = Witness(ThreadExecutor(name: "a very long name of a thread"))
        #expect(await witness.threadName() == "a very long nam")
    }

    @Test func actorsOfOneExecutorShareItsThread() async {
        let executor = ThreadExecutor(name: "shared")
        let one = Witness(executor)
        let other = Witness(executor)
        let thread = await one.threadID()
        #expect(await other.threadID() == thread)
    }

    @Test func keepsTheOrderOfOneCaller() async {
        let witness = Witness(ThreadExecutor(name: "order"))
        for number in 0..<1000 { await witness.append(number) }
        #expect(await witness.numbers() == Array(0..<1000))
    }

    @Test func blockingOneExecutorLeavesTheOthersAlone() async {
        let blocked = Gate()
        let slow = Witness(ThreadExecutor(name: "slow"))
        let quick = Witness(ThreadExecutor(name: "quick"))
        async let waiting: Void = slow.wait(for: blocked)
        #expect(await quick.threadID() > 0)
        blocked.open()
        await waiting
    }

    @Test func theThreadEndsWithTheLastReference() async {
        var witness: Witness? = Witness(ThreadExecutor(name: "short lived"))
        let thread = await witness!.threadID()
        let freedOn = await withCheckedContinuation { continuation in
            let last = witness!
            witness = nil
            Task {
                await last.tellEnd { continuation.resume(returning: $0) }
            }
        }
        #expect(freedOn == thread)
        let deadline = ContinuousClock.now + .seconds(5)
        while access("/proc/self/task/\(thread)", F_OK) == 0, ContinuousClock.now < deadline { await Task.yield() }
        #expect(access("/proc/self/task/\(thread)", F_OK) != 0)
    }
}

/// A pipe that one side waits on and the other opens.
private final class Gate: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func open() { _ = write(writeEnd, "x", 1) }

    func wait() {
        var byte: UInt8 = 0
        _ = read(readEnd, &byte, 1)
    }
}

extension Witness {
    fileprivate func wait(for gate: Gate) { gate.wait() }
}
