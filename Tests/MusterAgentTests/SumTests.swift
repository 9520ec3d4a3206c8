import Digest
import Foundation
import MusterCore
import Testing

/// Checksums of results, and what programs name of them.
@Suite struct SumTests {
    /// `[path: sum]` of files, with "" where there is none.
    private func sums(_ folder: String, _ bench: AgentBench) throws -> [String: String] {
        let text = try #require(bench.text("\(folder)/.muster/files.json"))
        let entries = try #require(try JSON(parsing: text).array)
        return Dictionary(
            uniqueKeysWithValues: entries.compactMap { entry in
                entry.array.map { ($0[0].string ?? "", $0.count > 4 ? $0[4].string ?? "" : "") }
            })
    }

    private func digest(_ path: String) -> String { FileDigest(path: path)?.sha256 ?? "unreadable" }

    @Test func everyFileOfAResultHasItsSumAlsoWhenALaterStageChangedIt() throws {
        let bench = try AgentBench()
        bench.stage(
            "first", shell: "mkdir d; echo one > d/a; head -c 3000000 /dev/zero > big; echo x > changed; ln -s a d/link"
        )
        bench.stage("second", shell: "echo longer > changed; mv d/a d/b; : > empty")
        bench.job("a")
        try bench.write(blocks: [[0]])
        #expect(try bench.run() == 0)
        let out = bench.output("a")
        let sums = try sums(out, bench)
        #expect(Set(sums.keys) == ["d", "d/b", "d/link", "big", "changed", "empty"])
        for name in ["d/b", "big", "changed", "empty"] { #expect(sums[name] == digest("\(out)/\(name)"), "\(name)") }
        #expect(sums["d"] == "" && sums["d/link"] == "")
        let made = try #require(bench.endings.first?.ending.made)
        #expect(made == MadeFiles(count: 4, bytes: 3_000_000 + 4 + 7, list: digest("\(out)/.muster/files.json")))
    }

    @Test func aTakenOverStageBringsItsSumsAlong() throws {
        let bench = try AgentBench()
        bench.stage("first", shell: "echo made > a; sleep 0.2")
        bench.stage("second", shell: "[ -e \(bench.root)/go ] && echo then > b")
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        #expect(bench.endings.map(\.ending.outcome) == [.failed])
        let attempt = "\(bench.root)/out/.a.attempt.r1.0.0"
        #expect(try sums(attempt, bench) == ["a": digest("\(attempt)/a")], "what a failed attempt made is known too")
        // A sum that nobody could take shows where it came from.
        let list = try #require(bench.text("\(attempt)/.muster/files.json"))
        try bench.put("\(attempt)/.muster/files.json", list.replacing(digest("\(attempt)/a"), with: "0123"))
        try bench.put(bench.root + "/go", "")
        try bench.write(blocks: [[0]], generation: 1)
        try bench.run()
        #expect(try sums(bench.output("a"), bench) == ["a": "0123", "b": digest(bench.output("a") + "/b")])
    }

    @Test func theConfigSaysWhoseSumsAreTaken() throws {
        let bench = try AgentBench()
        bench.stage("first", shell: "echo one > a; head -c 5000 /dev/zero > big")
        bench.job("a")
        bench.job("b")
        try bench.write(blocks: [[0]]) { $0.checksumLimit = 4096 }
        try bench.run()
        #expect(try sums(bench.output("a"), bench) == ["a": digest(bench.output("a") + "/a"), "big": ""])
        try bench.write(blocks: [[0], [1]], run: "r2") { $0.checksumLimit = 0 }
        try bench.run()
        #expect(try sums(bench.output("b"), bench) == ["a": "", "big": ""])
    }

    @Test func whatIsPublishedDoesNotWaitForSumsOnceTheEndIsAskedFor() throws {
        let bench = try AgentBench()
        // Sparse, so that there is much to read and little to write.
        bench.stage("first", shell: "truncate -s 60G big; echo one > a")
        bench.job("a")
        try bench.write(blocks: [[0]])
        let agent = try bench.start()
        #expect(bench.wait(20) { bench.facts.contains { if case .stageEnded = $0.body { true } else { false } } })
        #expect(!bench.wait(0.5) { !bench.endings.isEmpty }, "it waits for the sums")
        kill(agent.processIdentifier, SIGTERM)
        #expect(bench.wait(20) { !agent.isRunning })
        #expect(bench.endings.map(\.ending.outcome) == [.succeeded])
        #expect(try sums(bench.output("a"), bench)["big"] == "")
    }

    @Test func programsNameTheirAssets() throws {
        let bench = try AgentBench()
        bench.stage(
            "first",
            shell: """
                mkdir -p figures; echo 1,2 > table.csv; echo x > figures/one.png
                say() { printf '%s\\n' "$1" >> "$MUSTER_PROGRESS"; }
                say '{"t":1,"T":2,"asset":"table.csv","type":"table","metadata":{"rows":1} }'
                say "{\\"asset\\":\\"$MUSTER_OUT/figures\\",\\"type\\":\\"figures\\"}"
                say '{"asset":"../elsewhere"}'; say '{"asset":"gone"}'; say '{"asset":7}'
                """)
        bench.job("a")
        try bench.write(blocks: [[0]])
        try bench.run()
        let made = bench.facts.compactMap { fact -> MadeAsset? in
            if case .assetMade(_, "first", let asset) = fact.body { asset } else { nil }
        }
        #expect(
            made == [
                MadeAsset(
                    path: "table.csv", type: "table", metadata: [.init("rows", 1)], size: 4,
                    sum: digest(bench.output("a") + "/table.csv")), MadeAsset(path: "figures", type: "figures"),
            ])
        let kinds = bench.facts.map(\.body.kind)
        #expect(try #require(kinds.lastIndex(of: "asset.made")) < (try #require(kinds.firstIndex(of: "job.ended"))))
    }
}
