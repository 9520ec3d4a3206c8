import Foundation
import MusterCluster
import MusterCore
import Testing

/// Two stewards write generations into one run's folder, on a real file system.
@Suite struct GenerationTests {
    private let paths: RunPaths
    private let first = Block(id: "g0-00000", generation: 0, jobs: [0, 1, 2])

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "muster-generation-\(UUID().uuidString)")
            .path
        paths = RunPaths(folder: folder)
        try FileManager.default.createDirectory(atPath: paths.claims, withIntermediateDirectories: true)
        try Data((first.json.line + "\n").utf8).write(to: URL(filePath: paths.blocks))
    }

    private func generation(_ number: Int, jobs: [Int], memory: Int64) -> Steward.Generation {
        var size = SizeClass(resources: Resources(memory: ByteCount(memory)), slots: 1, arrays: [])
        size.base = 0
        var made = Steward.Generation(number: number, firstClass: number)
        made.classes = [size]
        made.blocks = [Block(id: "g\(number)-00000", generation: number, jobs: jobs, size: number)]
        return made
    }

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test func theFirstWordAboutAGenerationHolds() async throws {
        defer { try? FileManager.default.removeItem(atPath: paths.folder) }
        let (mine, other) = (generation(1, jobs: [1], memory: 10), generation(1, jobs: [2], memory: 20))
        try await ClaimBook.append(mine, to: paths, on: PatientHost())
        try await ClaimBook.append(other, to: paths, on: PatientHost())
        try await ClaimBook.append(mine, to: paths, on: PatientHost())
        let book = try await ClaimBook.read(paths, on: PatientHost())
        #expect(book.blocks == [first] + mine.blocks)
        #expect(book.classes.map(\.number) == [1] && book.classes[0].size == mine.classes[0])
        #expect(try lines(paths.blocks).count == 2 && lines(paths.classes).count == 1)
    }

    @Test func manyAtOnceWriteEachLineOnce() async throws {
        defer { try? FileManager.default.removeItem(atPath: paths.folder) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for memory in 1...12 {
                group.addTask {
                    try await ClaimBook.append(
                        generation(1, jobs: [1], memory: Int64(memory)), to: paths, on: PatientHost())
                }
            }
            try await group.waitForAll()
        }
        #expect(try lines(paths.blocks).count == 2 && lines(paths.classes).count == 1)
    }

    @Test func whatAStewardLeftHalfWrittenTheNextOneCompletes() async throws {
        defer { try? FileManager.default.removeItem(atPath: paths.folder) }
        let dead = generation(1, jobs: [1], memory: 10)
        try FileManager.default.createDirectory(atPath: paths.generations, withIntermediateDirectories: true)
        try Data(dead.lines.map { $0.line + "\n" }.joined().utf8).write(to: URL(filePath: "\(paths.generations)/1"))
        try await ClaimBook.append(generation(1, jobs: [2], memory: 20), to: paths, on: PatientHost())
        let book = try await ClaimBook.read(paths, on: PatientHost())
        #expect(book.blocks == [first] + dead.blocks && book.classes.count == 1)
        #expect(book.unheld.count == 2)
    }
}
