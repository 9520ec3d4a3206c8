import Foundation
import MusterCluster
import MusterCore
import Testing

/// squeue is asked once for all runs of a user, on a real file system; the program is a script that counts.
@Suite struct QueueAnswerTests {
    private let workdir = FileManager.default.temporaryDirectory.appending(path: "muster-queue-\(UUID().uuidString)")
        .path
    private let clock = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))

    init() throws {
        for folder in ["bin", "runs/a/submissions/t", "runs/b/submissions/t"] {
            try FileManager.default.createDirectory(atPath: "\(workdir)/\(folder)", withIntermediateDirectories: true)
        }
        for run in ["a", "b"] { try touch("runs/\(run)/submissions/t/id", age: 1000) }
        try squeue(
            "sleep 0.3; printf '7_0\\0377\\037RUNNING\\037None\\037n1\\037\\037\\037\\037\\037main\\037muster.a\\n'")
    }

    private func squeue(_ body: String) throws {
        try Data("#!/bin/sh\necho call >>\(workdir)/calls\n\(body)\n".utf8).write(
            to: URL(filePath: "\(workdir)/bin/squeue"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(workdir)/bin/squeue")
    }

    private func touch(_ path: String, age: Double) throws {
        try Data("7\n".utf8).write(to: URL(filePath: "\(workdir)/\(path)"))
        try FileManager.default.setAttributes(
            [.modificationDate: Date() - age], ofItemAtPath: "\(workdir)/\(path)")
    }

    private var calls: Int {
        (try? String(contentsOfFile: "\(workdir)/calls", encoding: .utf8))?.split(separator: "\n").count ?? 0
    }

    /// Asks for a run as its watcher does; the state that the element has, and whether squeue was started.
    private func ask(_ run: String, age: Int64 = 600) async throws -> (state: String?, calls: [JSON.Member]) {
        let scheduler = SlurmScheduler(
            host: PatientHost(programs: "\(workdir)/bin"), keepsAccounting: false, queueAge: age)
        let states = try await scheduler.states(
            of: [HandedOver(id: "7", elements: 1, time: clock)], in: RunPaths(folder: "\(workdir)/runs/\(run)"))
        return (states.first { $0.element == "7_0" }?.state, await scheduler.takeCalls())
    }

    @Test func oneAnswerServesAllRunsUntilItIsOld() async throws {
        defer { try? FileManager.default.removeItem(atPath: workdir) }
        let first = try await ask("a")
        #expect(first.state == "RUNNING" && first.calls == [JSON.Member("squeue", 1)])
        let second = try await ask("b")
        #expect(second.state == "RUNNING" && second.calls.isEmpty && calls == 1)
        #expect(try await ask("b", age: 0).calls.count == 1, "somebody who wants none but a new one")
        try FileManager.default.setAttributes(
            [.modificationDate: Date() - 601], ofItemAtPath: "\(workdir)/queue/answer")
        #expect(try await ask("a").calls.count == 1 && calls == 3)
        let mode = try FileManager.default.attributesOfItem(atPath: "\(workdir)/queue")[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    @Test func anAnswerFromBeforeASubmissionDoesNotServeIt() async throws {
        defer { try? FileManager.default.removeItem(atPath: workdir) }
        _ = try await ask("a")
        try FileManager.default.setAttributes(
            [.modificationDate: Date() - 30], ofItemAtPath: "\(workdir)/queue/answer")
        try touch("runs/b/submissions/t/id", age: 10)
        #expect(try await ask("a").calls.isEmpty)
        #expect(try await ask("b").calls.count == 1)
    }

    @Test func manyAtOnceAskOnce() async throws {
        defer { try? FileManager.default.removeItem(atPath: workdir) }
        let states = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<6 { group.addTask { try await ask(number.isMultiple(of: 2) ? "a" : "b").state } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(states.count == 6 && states.allSatisfy { $0 == "RUNNING" } && calls == 1)
    }

    @Test func aFailureIsToldAndNotKept() async throws {
        defer { try? FileManager.default.removeItem(atPath: workdir) }
        try squeue("echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1")
        await #expect(throws: (any Error).self) { try await ask("a") }
        #expect(!FileManager.default.fileExists(atPath: "\(workdir)/queue/answer"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(workdir)/queue") == ["lock"])
    }
}
