import Foundation
import MusterCore
import Testing

@testable import MusterRelay

/// A folder of runs that goes with the test.
private final class Workdir {
    let path = NSTemporaryDirectory() + "muster-relay-\(UUID().uuidString)"
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Makes the folder of a run.
    func run(_ name: String) throws -> RunPaths {
        let paths = RunPaths(folder: "\(path)/runs/\(name)")
        try FileManager.default.createDirectory(atPath: paths.folder, withIntermediateDirectories: true)
        return paths
    }
}

private let source = String(repeating: "ab", count: 16)

private func fact(_ sequence: Int64, of source: String = source, run: String = "r") -> Event {
    Event(
        run: run, source: source, sequence: sequence, time: Timestamp(seconds: sequence), monotonic: sequence,
        body: .agentEnded(reason: "reason \(sequence)"))
}

private func sample(_ done: Int64, job: Int) throws -> Event {
    let line =
        #"{"v":1,"run":"r","src":"\#(source)","t":1,"m":1,"kind":"sample","job":\#(job),"gen":0,"element":"1_0","restart":0,"stage":"s","done":\#(done)}"#
    return try Event(line: line.utf8)
}

private func lines(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
}

@Suite struct JournalTests {
    private let work = Workdir()

    @Test func factsStandInTheFileOnceAndInTheirOrder() throws {
        let paths = try work.run("r")
        let journal = try Journal(paths)
        try journal.append([fact(1), fact(2)])
        try journal.append([fact(1), fact(2), fact(3), fact(3)])
        #expect(journal.last[source] == 3)
        // Behind a gap nothing is taken: it would be acknowledged without what is missing.
        try journal.append([fact(5)])
        #expect(journal.last[source] == 3)
        #expect(try lines(paths.journal) == [1, 2, 3].map { fact($0).json.line })
    }

    @Test func aJournalIsTakenUpAgainWithoutWhatWasTorn() throws {
        let paths = try work.run("r")
        try Journal(paths).append([fact(1), fact(2)])
        let handle = try #require(FileHandle(forWritingAtPath: paths.journal))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(fact(3).json.bytes.dropLast(9)))
        try handle.close()
        let again = try Journal(paths)
        #expect(again.last[source] == 2)
        try again.append([fact(3)])
        #expect(try lines(paths.journal) == [1, 2, 3].map { fact($0).json.line })
    }

    @Test func ofSamplesTheLatestOfEachStageIsKept() throws {
        let paths = try work.run("r")
        let journal = try Journal(paths)
        try journal.append([try sample(1, job: 0), try sample(2, job: 0), try sample(7, job: 1)])
        journal.writeSamples()
        #expect(
            Set(try lines(paths.relayedSamples)) == [try sample(2, job: 0).json.line, try sample(7, job: 1).json.line])
        try journal.append([try sample(3, job: 0)])
        journal.writeSamples()
        #expect(try lines(paths.relayedSamples) == [try sample(3, job: 0).json.line])
        #expect(try lines(paths.journal).isEmpty)
    }
}

@Suite struct JournalStreamTests {
    private let work = Workdir()

    @Test func onlyWhatIsNewIsPassedOnAndASlowReaderGetsAll() throws {
        let paths = try work.run("r")
        let journal = try Journal(paths)
        try journal.append([fact(1)])
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let stream = JournalStream(paths, output: ends[1])
        // More than a pipe takes at once.
        let count: Int64 = 3000
        try journal.append((2...count).map { fact($0) })
        var read: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        stream.pump()
        #expect(stream.isFull)
        while read.count < Int(journal.size) - fact(1).json.bytes.count - 1 {
            let got = Glibc.read(ends[0], &buffer, buffer.count)
            try #require(got > 0)
            read += buffer[..<got]
            stream.pump()
        }
        let seen = String(decoding: read, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(seen == (2...count).map { fact($0).json.line })
    }

    @Test func aReaderThatIsGoneEndsTheStream() throws {
        let paths = try work.run("r")
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let stream = JournalStream(paths, output: ends[1])
        close(ends[0])
        stream.say(RelayWord(isServed: true))
        #expect(stream.isOver)
        close(ends[1])
    }
}

@Suite struct RelayOptionsTests {
    @Test(arguments: [
        ("--run-folder /w/runs/r --port x", "--port takes a number"), ("--run-folder /w/elsewhere/r", "in 'runs'"),
        ("--run-folder /w/runs/r --detached", "needs --address"), ("--run-folder /w/runs/r --loud 1", "'--loud'"),
        ("--run-folder", "needs a value"),
    ]) func wrongArgumentsAreNamed(words: String, part: String) {
        do throws(RelayOptions.Mistake) {
            _ = try RelayOptions(words.split(separator: " ").map(String.init))
            Issue.record("taken: \(words)")
        } catch {
            #expect(error.text.contains(part), "\(error.text)")
        }
    }

    @Test func theUsersPlaceIsBesideTheRuns() throws {
        let options = try RelayOptions(["--run-folder", "/w/x/runs/r-1/", "--address", "ib0"])
        #expect(options.place.folder == "/w/x/relay" && options.run == "r-1" && options.address == "ib0")
        #expect(options.place.run("r-1") == options.paths)
    }
}
