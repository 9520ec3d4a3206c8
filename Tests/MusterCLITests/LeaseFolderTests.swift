import Foundation
import MusterCluster
import MusterCore
import Testing

/// Leases and what clients tell, in one run's folder on a real file system.
@Suite struct LeaseFolderTests {
    private let paths = RunPaths(
        folder: FileManager.default.temporaryDirectory.appending(path: "muster-lease-\(UUID().uuidString)").path)

    init() throws {
        try FileManager.default.createDirectory(atPath: paths.folder, withIntermediateDirectories: true)
    }

    private func lease(_ number: Int, _ holder: String) -> Lease {
        Lease(
            number: number, holder: String(repeating: holder, count: 32), user: "u", host: "h",
            process: ProcessIdentity(machine: "m", boot: "b", space: "s", pid: 1, start: 1), now: Timestamp(seconds: 5))
    }

    @Test func ofManyWhoTakeALeaseOneHasIt() async throws {
        defer { try? FileManager.default.removeItem(atPath: paths.folder) }
        let folder = LeaseFolder(paths: paths)
        #expect(try await folder.look(on: PatientHost()).lease == nil)
        let holders = ["a", "b", "c", "d", "e", "f"]
        let seen = try await withThrowingTaskGroup(of: Lease?.self) { group in
            for holder in holders {
                group.addTask { try await folder.take(lease(1, holder), on: PatientHost()).lease }
            }
            var seen: [Lease?] = []
            for try await lease in group { seen.append(lease) }
            return seen
        }
        #expect(Set(seen).count == 1)
        let held = try #require(seen[0])
        #expect(try await folder.look(on: PatientHost()).lease == held)
        #expect(try FileManager.default.contentsOfDirectory(atPath: paths.lease) == ["1"])
    }

    @Test func aLeaseThatWasTakenOverIsNotRenewed() async throws {
        defer { try? FileManager.default.removeItem(atPath: paths.folder) }
        let folder = LeaseFolder(paths: paths)
        _ = try await folder.take(lease(1, "a"), on: PatientHost())
        var renewed = lease(1, "a")
        renewed.expires = Timestamp(seconds: 9999)
        #expect(try await folder.renew(renewed, on: PatientHost()).lease == renewed)
        _ = try await folder.take(lease(2, "b"), on: PatientHost())
        #expect(try await folder.renew(renewed, on: PatientHost()).lease == lease(2, "b"))
        // Old ones are cleared away, and the number of one is never given again while a later one is there.
        _ = try await folder.take(lease(3, "c"), on: PatientHost())
        #expect(try await folder.take(lease(2, "d"), on: PatientHost()).lease == lease(3, "c"))
        let now = try await folder.look(on: PatientHost()).now
        #expect(abs(Double(now.microseconds) / 1e6 - Date().timeIntervalSince1970) < 3600)
    }

    @Test func whatClientsTellIsReadWithWhatAgentsTell() async throws {
        defer { try? FileManager.default.removeItem(atPath: paths.folder) }
        func event(_ source: String, _ number: Int64) -> Event {
            Event(
                run: "r", source: String(repeating: source, count: 32), sequence: number,
                time: Timestamp(seconds: number), monotonic: 0, body: .jobsHeld(jobs: [Int(number)]))
        }
        // One was torn off in the middle of a line; the others write at the same time.
        let lane = paths.lane(RunPaths.clientLane)
        try FileManager.default.createDirectory(atPath: lane.folder, withIntermediateDirectories: true)
        try Data("{\"v\":1,\"run\"".utf8).write(to: URL(filePath: lane.outbox))
        let paths = paths
        try await withThrowingTaskGroup(of: Void.self) { group in
            for source in ["a", "b", "c", "d"] {
                let events = (1...50).map { event(source, $0) }
                group.addTask { try await ClientLane.append(events, to: paths, on: PatientHost()) }
            }
            try await group.waitForAll()
        }
        var tail = OutboxTail(paths: paths)
        let events = try await tail.next(on: PatientHost()).compactMap { try? Event(line: $0) }
        #expect(events.count == 200 && Set(events.compactMap(\.factID)).count == 200)
        await #expect(throws: HostError.self) {
            try await ClientLane.append(
                [event("a", 1)], to: RunPaths(folder: paths.folder + "/gone"), on: PatientHost())
        }
    }
}
