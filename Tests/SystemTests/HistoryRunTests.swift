import Foundation
import MusterCore
import Testing

/// What the command line tells of runs that are over.
@Suite(.serialized) struct HistoryRunTests {
    @Test func twoRunsAreAskedComparedMergedAndPruned() throws {
        let lab = try Lab(scenes: ["a", "b"])
        func sweep(_ limit: Int) throws {
            try lab.write(
                "sweep.yaml",
                """
                experiment: {name: asked, dataset_root: data}
                pipeline:
                  stages:
                    - {name: s, command: "[ {scene.name} = a ] || [ {stage.limit} -gt 1 ]", parameters: {limit: \(limit)}}
                sweep: {matrix: {rate: [0.5]}}
                """)
        }
        try sweep(1)
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 1)
        let first = try lab.run()
        try sweep(2)
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        let second = try lab.run()

        let failed = try lab.muster(["history", "list", "--outcome", "failed", "--jsonl"])
        #expect(failed.json?["run"]?.string == first && failed.json?["succeeded"] == 1, "\(failed.output)")
        #expect(
            try lab.muster(["history", "list", "--where", "rate=0.5", "--since", "1h", "--csv"]).output.hasPrefix(
                "run,cluster,"))
        #expect(
            try lab.muster(["history", "list", "--until", "2020-01-01", "--json"]).json?["runs"]?.array?.isEmpty == true
        )
        let wrong = try lab.muster(["history", "list", "--outcome", "faild"])
        #expect(wrong.status == 2 && wrong.errors.contains("did you mean 'failed'?"), "\(wrong.errors)")

        let asked = try lab.muster(
            ["history", "query", "SELECT scene, outcome FROM results WHERE run = '\(first)' ORDER BY scene", "--csv"])
        #expect(asked.output == "scene,outcome\r\na,succeeded\r\nb,failed\r\n")
        let refused = try lab.muster(["history", "query", "DELETE FROM facts"])
        #expect(refused.status == 1 && refused.errors.contains("it would write"))
        let rows = try lab.muster(["history", "export", first, second, "--jsonl"]).output.split(separator: "\n")
        #expect(rows.count == 4 && rows.allSatisfy { $0.contains(#""rate":0.5"#) })

        let compared = try lab.muster(["history", "compare", first, second])
        #expect(compared.output.contains("~ stages.s.parameters.limit: 1 -> 2"), "\(compared.output)")
        #expect(compared.output.contains("2 jobs in both, 1 with other outcomes"))

        let unasked = try lab.muster(["history", "prune", first])
        #expect(unasked.status == 2 && unasked.errors.contains("add --yes"), "\(unasked.errors)")
        let elsewhere = ["MUSTER_STATE": "\(lab.folder)/elsewhere"]
        #expect(try lab.muster(["history", "import", "state"], environment: elsewhere).errors.contains("2 new runs"))
        #expect(
            try lab.muster(["history", "import", "state"], environment: elsewhere).errors.contains("0 facts were new"))
        let before = try lab.muster(["history", "show", first, "--json"]).output
        #expect(try lab.muster(["history", "prune", "--until", "0s", "--yes"]).errors.contains("of 2 runs"))
        #expect(try lab.muster(["history", "show", first, "--json"]).output == before)
        #expect(try lab.muster(["history", "show", first, "--json"], environment: elsewhere).output == before)
        #expect(try lab.muster(["status", first]).status == 1, "a pruned run is still shown")
    }
}
