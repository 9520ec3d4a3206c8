import Foundation
import MusterCore
import MusterHistory
import TestSupport

/// A state folder that goes with the test.
final class StateFolder {
    let path = NSTemporaryDirectory() + "muster-history-\(UUID().uuidString)"
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func history() throws -> History { try History(folder: path) }
}

/// Makes facts of one source one after the other.
struct Teller {
    let source: String
    var sequence: Int64 = 0
    init(_ number: Int) { source = FactGenerator.source(number) }

    mutating func tell(_ body: EventBody, at second: Int64) -> Event {
        sequence += 1
        return Event(
            run: "r", source: source, sequence: sequence, time: Timestamp(seconds: 1_800_000_000 + second),
            monotonic: second * 1_000_000, body: body)
    }
}

func row(_ index: Int, scene: String, values: [JSON.Member] = []) -> JobRow {
    JobRow(
        index: index, id: scene, scene: Scene(name: scene, path: "/data/\(scene)"),
        point: Point(id: values.isEmpty ? "" : "p", values: values), output: "/out/\(scene)", key: "k\(index)")
}

func plan(_ run: String = "r", jobs: Int) -> RunPlan {
    RunPlan(
        run: run, sweep: "sweep", cluster: "local", fingerprint: "f", stages: [], resources: Resources(), slots: 1,
        jobCount: jobs, outputRoot: "/out")
}

func registration(at second: Int64 = 0) -> RunRegistration {
    RunRegistration(
        folder: "/runs/r", configPath: "a, \"b\".yaml", created: Timestamp(seconds: 1_800_000_000 + second))
}

/// Takes away what form 7 brought.
let withoutDatasets = "DROP TABLE dataset_members; DROP TABLE dataset_versions; DROP TABLE datasets;"

/// Takes away what form 6 brought, and those behind it.
let withoutProvenance = """
    \(withoutDatasets)
    ALTER TABLE attempts DROP COLUMN made; DROP TABLE asset_uses; DROP TABLE assets; DROP TABLE executions; DROP TABLE workflow_types; DROP TABLE workflows;
    """
