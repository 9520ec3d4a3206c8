import MusterCore
import MusterHistory
import Testing

@testable import MusterWeb

@Suite struct JobShelfTests {
    @Test func whatIsKeptIsNeverOld() throws {
        let showcase = try Showcase(now: .present)
        let shelf = JobShelf(showcase.history)
        for _ in 0..<3 {
            let job = try #require(showcase.running.last).job
            #expect(try shelf.jobs(of: Showcase.run).own[job].standing == .running)
            _ = try showcase.goOn()
            #expect(try shelf.jobs(of: Showcase.run).own[job].standing == .ended(.succeeded))
            #expect(try shelf.jobs(of: Showcase.run).own == showcase.history.jobs(of: Showcase.run))
            #expect(try shelf.jobs(of: Showcase.before).own == showcase.history.jobs(of: Showcase.before))
        }
        #expect(throws: HistoryError.self) { try shelf.jobs(of: "nobody") }
    }
}
