import MusterCore
import Testing

@testable import MusterHistory
@testable import MusterWeb

/// What many jobs look like.
@Suite struct CrowdViewTests {
    private let jobs = Crowd.rows.map { row in
        let outcome = Crowd.outcome(row.index)
        let start = Timestamp(seconds: Int64(row.index / 400) * 300)
        let key = AttemptKey(job: row.index, generation: 0, element: "1_\(row.index % 400)", restart: 0)
        let ending = Ending(outcome: outcome, duration: Int64(1 + row.index) * 1_000_000)
        return JobRecord(
            index: row.index, id: row.id, scene: row.scene, point: row.point, output: row.output, key: row.key,
            standing: .ended(outcome), isCached: false,
            attempts: [
                AttemptRecord(
                    key: key, number: 1, why: nil, node: "n\(row.index % 400 / 4)", slot: row.index % 4, folder: nil,
                    outcome: outcome.rawValue, started: start, ended: start.after(250), ending: ending,
                    isSuperseded: false, gpuErrors: [], stages: [])
            ])
    }

    @Test func tenThousandCellsStayCellsAndTroubleLeadsToItsJob() {
        let map = HeatMap(jobs, of: "r", by: nil)
        #expect(map.cells.count == 10_000)
        #expect(map.omitted == 0)
        let ill = jobs.filter { $0.standing != .ended(.succeeded) }
        #expect(map.cells.compactMap(\.link?.path) == ill.map { Links.job($0.id, of: "r") })
        #expect(map.cells.filter { $0.link == nil }.allSatisfy { $0.style == "succeeded" })
        let svg = map.svg
        // Each cell is a shape of its own still.
        #expect(svg.ranges(of: "z").count >= 10_000 - ill.count)
        #expect(svg.utf8.count < 600_000, "\(svg.utf8.count)")
        #expect(svg.contains("<a href=\"/runs/r?q=plate_100#jobs\">"))
        let byDuration = HeatMap(jobs, of: "r", by: Metric.named("duration"))
        #expect(Set(byDuration.cells.map(\.style)).count == Scale.shades)
    }

    @Test func tenThousandBarsAreDrawnAndTroubleLeadsToItsJob() {
        let line = Timeline(jobs, of: "r", now: Timestamp(seconds: 9000))
        #expect(line.rows.count == Timeline.mostRows)
        #expect(line.omitted == 400 - Timeline.mostRows)
        #expect(line.rows.allSatisfy { $0.bars.count == 25 })
        let ill = line.rows.flatMap(\.bars).filter { $0.style != "succeeded" }
        #expect(!ill.isEmpty && ill.allSatisfy { $0.link != nil })
        #expect(line.svg.utf8.count < 400_000, "\(line.svg.utf8.count)")
    }

    @Test func theTableIsPagedAndSearchedOnTheServer() {
        let first = JobsView(jobs, of: "r", wish: .init(), forecast: nil)
        #expect(first.rows.count == JobsView.most)
        #expect(first.pages?.words == "1 to 250 of 10000")
        let some = JobsView(jobs, of: "r", wish: .init(query: "plate_199", page: 99), forecast: nil)
        #expect(some.rows.map(\.id) == jobs.map(\.id).filter { $0.hasSuffix("plate_199") })
        #expect(some.pages == nil)
    }
}
