import MusterHistory
import Synchronization
import Testing

@testable import MusterWeb

/// Logs that don't come until they are let come.
private final class SilentLogs: LogSource {
    private let state = Mutex((asked: 0, waiting: [CheckedContinuation<Void, Never>](), isOpen: false))

    var asked: Int { state.withLock { $0.asked } }

    func tails(of job: JobRecord, in run: RunSummary, most: Int64) async throws -> [LogTail] {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                state.asked += 1
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return [LogTail(stage: "a", lane: "l", text: "here at last", isCut: false, isRunning: false)]
    }

    func letCome() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }
}

@Suite struct LogDeskTests {
    private func words(_ found: LogView.Found) -> String {
        switch found {
        case .tails(let tails): tails.map(\.text).joined()
        case .nothing(let why): why
        }
    }

    @Test func aSilentClusterHoldsNoPageUpAndIsAskedOnce() async throws {
        let showcase = try Showcase(now: .present)
        let run = try showcase.history.run(Showcase.run)
        let jobs = try showcase.history.jobs(of: Showcase.run)
        let logs = SilentLogs()
        let desk = LogDesk(logs)
        for _ in 0..<3 {
            let found = await desk.tails(of: jobs[0], in: run, most: 10, patience: .milliseconds(50))
            #expect(words(found).contains("not here yet; it lies on alps"))
        }
        #expect(logs.asked == 1)
        for job in jobs.prefix(LogDesk.mostOpen) {
            _ = await desk.tails(of: job, in: run, most: 10, patience: .milliseconds(1))
        }
        let more = await desk.tails(of: jobs[LogDesk.mostOpen], in: run, most: 10, patience: .milliseconds(1))
        #expect(words(more).contains("Many logs are being read"))
        #expect(logs.asked == LogDesk.mostOpen)
        logs.letCome()
        var found = await desk.tails(of: jobs[0], in: run, most: 10, patience: .seconds(60))
        #expect(words(found) == "here at last")
        // The next look is a new one.
        while logs.asked == LogDesk.mostOpen {
            found = await desk.tails(of: jobs[0], in: run, most: 10, patience: .seconds(60))
        }
        #expect(words(found) == "here at last")
    }
}
