import Foundation
import MusterCore
import Testing

@testable import MusterAgent

@Suite struct OutboxTests {
    private static let source = String(repeating: "a", count: 32)

    /// A file system of a few pages; nil where we may not make one.
    private func tiny(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "/muster-tiny-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { rmdir(folder) }
        guard mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0 else {
            try Test.cancel("this user may not mount a file system of its own")
        }
        defer { umount(folder) }
        try body(folder)
    }

    @Test func `a full disk loses no fact and leaves no half line`() throws {
        try tiny { folder in
            let path = folder + "/outbox.jsonl"
            let outbox = try Outbox(path: path, reserve: path + ".reserve", run: "r", source: Self.source)
            outbox.append(.agentEnded(reason: "first"))
            #expect(outbox.flush() == nil)
            let filler = folder + "/filler"
            let file = open(filler, O_WRONLY | O_CREAT, 0o600)
            let page = [UInt8](repeating: 0, count: 4096)
            while write(file, page, page.count) > 0 {}
            close(file)
            let long = String(repeating: "x", count: 10_000)
            outbox.append(.agentEnded(reason: long))
            #expect(outbox.flush()?.code == ENOSPC)
            #expect(outbox.flush() == nil, "the same failure is told once")
            #expect(outbox.isBlocked && outbox.last == 1)
            let before = try #require(FileManager.default.contents(atPath: path))
            #expect(before.last == UInt8(ascii: "\n"))
            unlink(filler)
            outbox.append(.agentEnded(reason: "third"))
            #expect(outbox.flush() == nil)
            #expect(!outbox.isBlocked)
            let lines = try #require(FileManager.default.contents(atPath: path)).split(separator: UInt8(ascii: "\n"))
            #expect(try lines.map { try Event(line: $0).sequence } == [1, 2, 3])
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "strace is not installed"))
    func `an agent with many short jobs waits for the disk once a second at most`() throws {
        let bench = try AgentBench()
        bench.stage("only", shell: "sleep 0.02")
        for number in 0..<60 { bench.job("j\(number)") }
        try bench.write(blocks: [Array(0..<60)])
        let trace = bench.root + "/trace"
        try bench.run(shell: "set -- /usr/bin/strace -o \(trace) -ttt -e trace=fdatasync,fsync \"$@\"")
        #expect(bench.endings.count == 60)
        let times = try #require(bench.text(trace)).split(separator: "\n").filter { $0.contains("sync(") }
            .compactMap { Double($0.split(separator: " ")[0]) }
        // The last one is that of the agent's end.
        let pauses = zip(times.dropLast().dropFirst(), times.dropLast(2)).map { $0 - $1 }
        #expect(times.count >= 2 && pauses.allSatisfy { $0 > 0.99 }, "\(pauses)")
    }

    @Test func `lines are read back in messages of whole lines`() throws {
        let path = NSTemporaryDirectory() + "/muster-outbox-\(UUID().uuidString)"
        defer { unlink(path) }
        let outbox = try Outbox(path: path, reserve: path + ".reserve", run: "r", source: Self.source)
        for number in 0..<100 { outbox.append(.agentEnded(reason: "\(number)")) }
        #expect(outbox.lines(after: 0, fitting: 1000, atMost: 10).lines.isEmpty, "nothing is told before it is written")
        outbox.flush()
        var (told, seen): (Int64, [Int64?]) = (0, [])
        while told < outbox.last {
            let part = outbox.lines(after: told, fitting: 1000, atMost: 4)
            #expect(part.lines.count <= 1000 && part.lines.last == UInt8(ascii: "\n") && part.last - told <= 4)
            seen += try part.lines.split(separator: UInt8(ascii: "\n")).map { try Event(line: $0).sequence }
            told = part.last
        }
        #expect(seen == (1...100).map { $0 })
        #expect(outbox.lines(after: 0, fitting: 1, atMost: 9).last == 1, "one line always goes")
    }
}
