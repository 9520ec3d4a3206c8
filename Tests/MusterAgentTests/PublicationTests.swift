import Foundation
import MusterCore
import Testing

@Suite struct PublicationTests {
    private func bench(_ shell: String = "echo new > x") throws -> AgentBench {
        let bench = try AgentBench()
        bench.stage("s", shell: shell)
        bench.job("a", key: "k2")
        try bench.write(blocks: [[0]])
        return bench
    }

    private func record(_ key: String, run: String = "r0") -> String {
        #"{"schema":1,"key":"\#(key)","outcome":"succeeded","run":"\#(run)","index":0}"#
    }

    @Test func `a published result with the same key is not made again`() throws {
        let bench = try bench()
        try bench.put(OutputPaths.jobRecord(in: bench.output("a")), record("k2"))
        #expect(try bench.run() == 0)
        #expect(bench.facts.contains { $0.body == .jobCached(job: 0) })
        #expect(!FileManager.default.fileExists(atPath: bench.output("a") + "/x"))
    }

    @Test func `a result of another version is moved aside`() throws {
        let bench = try bench()
        try bench.put(OutputPaths.jobRecord(in: bench.output("a")), record("k1"))
        try bench.put(bench.output("a") + "/old", "old")
        try bench.run()
        #expect(bench.endings.first?.ending.outcome == .succeeded)
        #expect(bench.text(bench.output("a") + "/x") == "new\n")
        #expect(!FileManager.default.fileExists(atPath: bench.output("a") + "/old"))
        #expect(bench.text(bench.root + "/out/.a.old.r1/old") == "old")
    }

    @Test func `the first publication wins and the later one is superseded`() throws {
        let made =
            #"echo late > x; mkdir -p "$MUSTER_OUT/../a/.muster"; printf '%s' '{{"key":"k2","outcome":"succeeded"}}' > "$MUSTER_OUT/../a/.muster/job.json""#
        let bench = try bench(made)
        try bench.run()
        #expect(bench.endings.first?.superseded == true)
        #expect(bench.endings.first?.ending.outcome == .succeeded)
        #expect(!FileManager.default.fileExists(atPath: bench.output("a") + "/x"))
    }

    @Test func `a folder that is not ours is left alone and the job fails with its path`() throws {
        let bench = try bench()
        try bench.put(bench.output("a") + "/thesis.txt", "do not touch")
        try bench.run()
        let ending = try #require(bench.endings.first?.ending)
        #expect(ending.outcome == .failed)
        #expect(ending.cause?.contains(bench.output("a")) == true)
        #expect(bench.text(bench.output("a") + "/thesis.txt") == "do not touch")
        #expect(!FileManager.default.fileExists(atPath: bench.output("a") + "/x"))
    }
}
