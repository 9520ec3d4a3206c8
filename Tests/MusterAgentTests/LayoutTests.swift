import Foundation
import MusterCore
import Testing

@Suite struct LayoutTests {
    @Test(
        arguments: [
            ("level_*", "level_2", ["2"]), ("*", "x", ["x"]), ("*", ".x", nil), (".*", ".x", ["x"]),
            ("a*b*c", "a1b2b3c", ["1", "2b3"]),
            ("a*a", "a", nil), ("a*a", "aa", [""]), ("seg*.npz", "seg_01.npz", ["_01"]), ("seg*.npz", "seg.npy", nil),
            ("x", "x", []),
            ("x", "y", nil), ("**", "ab", ["", "ab"]),
        ] as [(String, String, [String]?)]) func starsStandForWhatTheyMatch(
            level: String, name: String, captures: [String]?
        )
    {
        #expect(PathPattern.captures(level, in: name) == captures)
    }

    @Test(arguments: ["", "/etc", "../x", "a/../b", "./a"]) func patternsStayInside(text: String) {
        #expect(PathPattern(text) == nil)
        #expect(LayoutRule.target(text, captures: []) == nil)
    }

    private func bench(_ shell: String, _ rules: [LayoutRule]) throws -> AgentBench {
        let bench = try AgentBench()
        bench.stage("s", shell: shell)
        bench.job("a")
        try bench.write(blocks: [[0]])
        let text = try #require(bench.text(bench.paths.plan))
        var plan = try #require(try RunPlan(json: JSON(parsing: text)))
        plan.layout = rules
        try bench.put(bench.paths.plan, plan.json.line)
        try bench.run()
        return bench
    }

    private func rule(_ json: String) throws -> LayoutRule {
        try #require(try LayoutRule(json: JSON(parsing: json)))
    }

    @Test func resultsArePutInOrder() throws {
        let bench = try bench(
            """
            mkdir -p level_2/tracking level_2/viz/compare/deep level_4/tracking level_x
            touch level_2/tracking/object_segments_b.npz level_2/tracking/object_segments_a.npz level_4/tracking/object_segments.npz
            touch level_2/viz/compare/1.png level_2/viz/compare/deep/2.png; ln -s / level_2/viz/root
            """,
            [
                try rule(
                    #"{"move":"level_*/tracking/object_segments*.npz","to":"level_{1}/object_segments_L{1:02d}.npz","first":true}"#
                ),
                try rule(#"{"remove":"level_*/tracking","if_empty":true}"#),
                try rule(#"{"move":"level_*/viz/compare/*","to":"level_{1}/compare/{2}"}"#),
                try rule(#"{"remove":"level_*/viz"}"#),
            ])
        #expect(bench.endings.first?.ending.outcome == .succeeded, "\(bench.endings)")
        let all = FileManager.default.enumerator(atPath: bench.output("a"))?.compactMap { $0 as? String } ?? []
        #expect(
            all.filter { !$0.hasPrefix(".muster") }.sorted() == [
                "level_2", "level_2/compare", "level_2/compare/1.png", "level_2/compare/deep",
                "level_2/compare/deep/2.png",
                "level_2/object_segments_L02.npz", "level_2/tracking", "level_2/tracking/object_segments_b.npz",
                "level_4",
                "level_4/object_segments_L04.npz", "level_x",
            ])
    }

    @Test(arguments: [
        ("mkdir level_x; touch level_x/a", #"{"move":"level_*/a","to":"b{1:02d}"}"#, "a part of its name is no number"),
        ("touch a b", #"{"move":"a","to":"b"}"#, "'a' can't go to 'b': that is there already"),
    ]) func whatCantBePutInOrderFailsTheJob(shell: String, json: String, words: String) throws {
        let bench = try bench(shell, [try rule(json)])
        #expect(bench.endings.first?.ending.outcome == .failed)
        #expect(bench.endings.first?.ending.cause?.contains(words) == true, "\(bench.endings)")
    }
}
