import Foundation
import MusterCore
import Testing
import ZeroMQ

/// `muster-agent relay` as a program, with agents played by real sockets.
@Suite(.serialized) struct RelayProgramTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func factsStandInTheJournalBeforeTheyAreAcknowledgedAndComeOut() throws {
        let relay = try bench.start("a")
        let agent = try bench.agent("a")
        #expect(try agent.say(.hello(run: "a", source: bench.source, last: 2)) == .have(0, credit: 2000))
        try agent.send(bench.fact(1, "a") + bench.fact(2, "a"))
        #expect(try agent.answer() == .ack(2))
        let journal = try String(contentsOfFile: bench.paths("a").journal, encoding: .utf8)
        #expect(journal == String(decoding: bench.fact(1, "a") + bench.fact(2, "a"), as: UTF8.self))
        _ = try bench.wait(for: "both facts") { relay.text.contains(#""seq":2"#) ? true : nil }
        #expect(relay.text.hasPrefix(#"{"v":1,"relay":{"served":true,"address":"tcp://127.0.0.1:"#))
    }

    @Test func whatTheFileDoesNotTakeIsNotAcknowledged() throws {
        // No file of it may have more than 512 bytes.
        let relay = try bench.start("a", limit: "trap '' XFSZ; ulimit -f 1")
        let agent = try bench.agent("a")
        _ = try agent.say(.hello(run: "a", source: bench.source, last: 9))
        try agent.send(bench.fact(1, "a"))
        #expect(try agent.answer() == .ack(1))
        try agent.send((2...9).flatMap { bench.fact($0, "a") })
        _ = try bench.wait(for: "a word about it") { relay.errors.contains("does not take events") ? true : nil }
        // Given up for now, the agent is to say hello once more.
        #expect(try agent.answer(within: 30) == .again)
        let journal = try String(contentsOfFile: bench.paths("a").journal, encoding: .utf8)
        #expect(journal == String(decoding: bench.fact(1, "a"), as: UTF8.self))
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "strace is not installed"))
    func aBusyRelayMakesFiveMetadataCallsASecondAtMost() throws {
        let trace = "\(NSTemporaryDirectory())relay-trace-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: trace) }
        let relay = try bench.start(
            "a", limit: "set -- /usr/bin/strace -f -ttt -o \(trace) -e trace=%file,fstat,newfstatat \"$@\"")
        let agent = try bench.agent("a")
        _ = try agent.say(.hello(run: "a", source: bench.source, last: 200))
        for number in Int64(1)...200 {
            try agent.send(bench.fact(number, "a"))
            _ = try agent.answer()
            usleep(15_000)
        }
        relay.closeInput()
        relay.process.waitUntilExit()
        let times = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").compactMap { line in
            line.contains("(") ? line.split(separator: " ").dropFirst().first.flatMap { Double($0) } : nil
        }
        // Neither its start nor its end.
        let (first, last) = (try #require(times.first) + 1.5, try #require(times.last) - 0.5)
        let busy = times.filter { (first...last).contains($0) }
        #expect(last - first > 1 && Double(busy.count) <= 5 * (last - first) + 5, "\(busy.count) in \(last - first) s")
        #expect(times.count > busy.count)
    }

    @Test func itEndsWithItsInputAndTakesTheEndpointAway() throws {
        let relay = try bench.start("a")
        _ = try bench.endpoint("a")
        relay.closeInput()
        relay.process.waitUntilExit()
        #expect(relay.process.terminationStatus == 0)
        #expect(!FileManager.default.fileExists(atPath: bench.paths("a").endpoint))
    }

    @Test func itEndsWhenTheClientIsSilent() throws {
        let relay = try bench.start("a", ["--patience", "1"])
        relay.process.waitUntilExit()
        #expect(relay.process.terminationStatus == 0)
    }

    @Test func aRestartKnowsWhatItHeardAndHasTheSameKey() throws {
        let first = try bench.start("a")
        let before = try bench.endpoint("a")
        var agent = try bench.agent("a")
        _ = try agent.say(.hello(run: "a", source: bench.source, last: 1))
        try agent.send(bench.fact(1, "a"))
        #expect(try agent.answer() == .ack(1))
        kill(first.process.processIdentifier, SIGKILL)
        first.process.waitUntilExit()
        _ = try bench.start("a")
        let after = try bench.wait(for: "the new endpoint") {
            try? bench.endpoint("a").epoch > before.epoch ? bench.endpoint("a") : nil
        }
        #expect(after.key == before.key && after.address != before.address)
        agent = try bench.agent("a")
        #expect(try agent.say(.hello(run: "a", source: bench.source, last: 1)) == .have(1, credit: 2000))
    }

    @Test func aSecondOneFollowsAndTakesThePlaceOfTheFirst() throws {
        let first = try bench.start("a")
        let second = try bench.start("b")
        _ = try bench.wait(for: "both runs") { try bench.endpoint("a") == bench.endpoint("b") ? true : nil }
        let agent = try bench.agent("b")
        _ = try agent.say(.hello(run: "b", source: bench.source, last: 1))
        try agent.send(bench.fact(1, "b"))
        #expect(try agent.answer() == .ack(1))
        _ = try bench.wait(for: "the fact") { second.text.contains(#""seq":1"#) ? true : nil }
        #expect(!first.text.contains(#""seq":1"#))
        // A key lets its own run in, and no other.
        try agent.send(WireMessage.hello(run: "a", source: bench.source, last: 1).line)
        #expect(try agent.answer() == .refused("this key belongs to another run"))
        let before = try bench.endpoint("b")
        kill(first.process.processIdentifier, SIGKILL)
        first.process.waitUntilExit()
        _ = try bench.wait(for: "the second to serve both") {
            try bench.endpoint("b") != before && bench.endpoint("a") == bench.endpoint("b") ? true : nil
        }
        #expect(second.text.split(separator: "\n").last?.contains(#""address""#) == true, "\(second.text)")
    }

    @Test func oneThatIsLeftRunningEndsWithTheLastRun() throws {
        let relay = try bench.start("a", ["--detached"])
        _ = try bench.endpoint("a")
        relay.closeInput()
        let follower = try bench.start("a", address: nil, ["--starts"])
        _ = try bench.wait(for: "a word that it is served") { follower.text.contains("true") ? true : nil }
        #expect(relay.process.isRunning)
        try Data().write(to: URL(filePath: bench.paths("a").ended))
        relay.process.waitUntilExit()
        #expect(relay.process.terminationStatus == 0)
        #expect(!FileManager.default.fileExists(atPath: bench.paths("a").endpoint))
        _ = try bench.wait(for: "a word that it is not") { follower.text.contains("false") ? true : nil }
    }

    @Test func anAddressThatIsNotHereIsSaidSo() throws {
        let relay = try bench.start("a", address: "192.0.2.1")
        relay.process.waitUntilExit()
        #expect(relay.process.terminationStatus == 3)
        #expect(relay.errors.contains("192.0.2.1"), "\(relay.errors)")
    }

    /// A login node's file system is shared by all: whether it serves or follows, an idle relay asks it little.
    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "strace is not installed"),
        arguments: [true, false])
    func atMostFiveMetadataCallsASecond(serves: Bool) throws {
        let calls = ["open", "stat", "access", "fcntl", "rename", "unlink", "truncate", "dents", "mkdir", "readlink"]
        let first = try serves ? nil : bench.start("b")
        let trace = bench.paths("a").folder + "/trace"
        let relay = try bench.start(
            "a", limit: "set -- /usr/bin/strace -f -ttt -e trace=%file,%desc -o \(trace) \"$@\"")
        func lines() -> [(time: Double, text: Substring)] {
            ((try? String(contentsOfFile: trace, encoding: .utf8)) ?? "").split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ", maxSplits: 2)
                return words.count == 3 ? Double(words[1]).map { ($0, words[2]) } : nil
            }
        }
        // The start looks around once; what counts is the rest.
        let seen = try bench.wait(for: "ten seconds of its life") {
            let all = lines()
            return (all.last?.time ?? 0) - (all.first?.time ?? 0) > 10 ? all : nil
        }
        let begin = (seen.first?.time ?? 0) + 3
        let asked = seen.filter { line in
            (begin...(begin + 6)).contains(line.time)
                && calls.contains { line.text.prefix { $0 != "(" }.contains($0) }
        }
        #expect(!asked.isEmpty && asked.count <= 30, "\(asked.map(\.text))")
        #expect(relay.process.isRunning && first?.process.isRunning != false)
    }
}
