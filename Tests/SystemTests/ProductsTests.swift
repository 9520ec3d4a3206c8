import Foundation
import MusterCore
import Testing

private let config = threeStages("prod", at: "[1, 2, 3]")

/// Runs share the machine's lock, so these go one after the other.
@Suite(.serialized) struct ProductsTests {
    private func lab(_ scenes: [String] = ["a", "b"], _ text: String = config) throws -> Lab {
        let lab = try Lab(scenes: scenes)
        try lab.write("log", "")
        try lab.write("sweep.yaml", text.replacing("LOG", with: "\(lab.folder)/log"))
        return lab
    }

    /// What ran since the last call, sorted.
    private func ran(_ lab: Lab) throws -> [String] {
        let lines = try String(contentsOfFile: "\(lab.folder)/log", encoding: .utf8).split(separator: "\n")
        try lab.write("log", "")
        return lines.map(String.init).sorted()
    }

    /// For each product how many jobs have it cached, on disk, stale and missing.
    private func counts(_ lab: Lab) throws -> [String: [Int64]] {
        let status = try lab.muster(["products", "status", "sweep.yaml", "--json"])
        try #require(status.status == 0, "\(status.errors)")
        var counts: [String: [Int64]] = [:]
        for product in try #require(status.json?["products"]?.array) {
            counts[product["name"]?.string ?? ""] = ["cached", "on_disk", "stale", "missing"].compactMap {
                product[$0]?.int
            }
        }
        return counts
    }

    @Test func statusFollowsWhatLiesThere() throws {
        let lab = try lab()
        #expect(try counts(lab) == ["frames": [0, 0, 0, 6], "masks": [0, 0, 0, 6], "cuts": [0, 0, 0, 6]])
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        #expect(try counts(lab) == ["frames": [6, 0, 0, 0], "masks": [6, 0, 0, 0], "cuts": [6, 0, 0, 0]])
        #expect(try lab.muster(["plan", "sweep.yaml"]).output.contains("\nstages to run: none\n"))

        // A file is gone: that job's product is stale, what it was made from is not.
        let job = "\(lab.folder)/results/prod/at-1/a"
        try FileManager.default.removeItem(atPath: "\(job)/cut")
        #expect(try counts(lab) == ["frames": [6, 0, 0, 0], "masks": [6, 0, 0, 0], "cuts": [5, 0, 1, 0]])
        let jobs = try lab.muster(["products", "status", "sweep.yaml", "--jobs"]).output
        #expect(jobs.contains("'cut' was changed or is gone in \(job)"), "\(jobs)")
        // Another was touched in one result; the store has it still.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: "\(job)/masked")
        #expect(try counts(lab)["masks"] == [6, 0, 0, 0])
        let plan = try lab.muster(["plan", "sweep.yaml"]).output
        #expect(plan.contains("stages to run: load 0 (1 taken over), mask 0 (1 taken over), cut 1\n"), "\(plan)")

        // The last stage is made another way: what it makes is stale everywhere.
        let text = try String(contentsOfFile: "\(lab.folder)/sweep.yaml", encoding: .utf8)
        try lab.write("sweep.yaml", text.replacing("cat {output_dir}", with: "tac {output_dir}"))
        #expect(try counts(lab) == ["frames": [6, 0, 0, 0], "masks": [6, 0, 0, 0], "cuts": [0, 0, 6, 0]])
        let said = try lab.muster(["plan", "sweep.yaml", "--json"]).json?["work"]?.array ?? []
        #expect(said.map { $0["runs"]?.int } == [0, 0, 6])
        _ = try ran(lab)
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(
            run.errors.contains("stages to run: load 0 (6 taken over), mask 0 (6 taken over), cut 6"), "\(run.errors)")
        #expect(try ran(lab).allSatisfy { $0.hasPrefix("cut ") })
    }

    @Test func whoMadeAProductWhenAndFromWhatIsTold() throws {
        let lab = try lab(["a"])
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        let run = try lab.run()
        let status = try lab.muster(["products", "status", "sweep.yaml", "--jobs", "--json"])
        let job = try #require(status.json?["jobs"]?.array?.first)
        #expect(job["id"] == "at-1/a" && job["published"] == true)
        let (cut, mask) = (job["stages"]?["cut"], job["stages"]?["mask"])
        #expect(cut?["made"]?["run"]?.string == run && cut?["made"]?["job"] == "at-1/a")
        #expect(cut?["made"]?["values"]?["at"] == 1)
        #expect(cut?["made"]?["requires"]?["mask"] == mask?["key"])
        #expect(mask?["made"]?["job"] == "shared/load+mask/a")
        #expect(job["stages"]?["load"]?["made"]?["bytes"] == 3_000_002)
        #expect((cut?["made"]?["t"]?.int ?? 0) > 1_700_000_000_000_000)
    }

    @Test func aProductIsBuiltWithWhatItNeedsAndTheRunDoesTheRest() throws {
        let lab = try lab()
        let build = try lab.muster(["products", "build", "sweep.yaml", "masks", "--json"])
        #expect(build.status == 0, "\(build.errors)")
        #expect(build.errors.contains("masks: 0 of 2 stage runs cached\nstages to run: load 2, mask 2, cut 0\n"))
        #expect(build.json?["rows"]?.array?.map { $0["outcome"] } == ["succeeded", "succeeded"])
        #expect(try ran(lab) == ["load a", "load b", "mask a", "mask b"])
        #expect(!FileManager.default.fileExists(atPath: "\(lab.folder)/results/prod/at-1"))
        #expect(try counts(lab) == ["frames": [6, 0, 0, 0], "masks": [6, 0, 0, 0], "cuts": [0, 0, 0, 6]])
        let again = try lab.muster(["products", "build", "sweep.yaml", "frames", "masks", "--json"])
        #expect(again.status == 0 && again.json?["run"] == .null, "\(again.output)")
        #expect(again.errors.contains("nothing to make"))
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        #expect(try ran(lab) == ["a", "b"].flatMap { scene in (1...3).map { "cut \(scene) \($0)" } })
        // Nothing of the store was made twice on the way.
        let store = try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/results/prod/.muster/stages")
        #expect(store.filter { $0.hasPrefix(".") } == [])
    }

    @Test func whatResultsHoldIsNotBuiltAgainEvenWithoutAStore() throws {
        // One point: nothing is shared, so there is no store.
        let lab = try lab(["a"], config.replacing("[1, 2, 3]", with: "[1]"))
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        _ = try ran(lab)
        let text = try String(contentsOfFile: "\(lab.folder)/sweep.yaml", encoding: .utf8)
        try lab.write("sweep.yaml", text.replacing("cat {output_dir}", with: "tac {output_dir}"))
        #expect(try lab.muster(["products", "build", "sweep.yaml", "masks"]).errors.contains("nothing to make"))
        #expect(try lab.muster(["products", "build", "sweep.yaml", "cuts"]).status == 0)
        #expect(try ran(lab) == ["cut a 1"])
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        #expect(try ran(lab) == [])
    }

    @Test func whatAFailedJobLeftIsOnDisk() throws {
        let text = config.replacing("[1, 2, 3]", with: "[1]").replacing(
            "cat {output_dir}", with: "false; exit 3; cat {output_dir}")
        let lab = try lab(["a"], text)
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 1)
        #expect(try counts(lab) == ["frames": [0, 1, 0, 0], "masks": [0, 1, 0, 0], "cuts": [0, 0, 0, 1]])
        let dag = try lab.muster(["products", "dag", "sweep.yaml"]).output
        #expect(dag.contains("masks    on_disk  mask  frames"), "\(dag)")
    }

    @Test func invalidatedProductsAreMadeAnewWithAllThatDependsOnThem() throws {
        let lab = try lab()
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        _ = try ran(lab)
        // Nobody can be asked here.
        let asked = try lab.muster(["products", "invalidate", "sweep.yaml", "masks"])
        #expect(asked.status == 2 && asked.errors.contains("--yes"), "\(asked.errors)")
        #expect(try counts(lab)["masks"] == [6, 0, 0, 0])
        // One job's mask is the mask of all that share it.
        let done = try lab.muster(["products", "invalidate", "sweep.yaml", "masks", "--job", "at-1/a", "--yes"])
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.output.contains("2 jobs more than were named, which share them"), "\(done.output)")
        #expect(done.output.contains("3 published results, 1 stored stage run count no more"), "\(done.output)")
        #expect(try counts(lab) == ["frames": [6, 0, 0, 0], "masks": [3, 0, 3, 0], "cuts": [3, 0, 3, 0]])
        let cut = "\(lab.folder)/results/prod/at-1/a/cut"
        #expect(try String(contentsOfFile: cut, encoding: .utf8) == "a\n1\n")
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        #expect(try ran(lab) == ["cut a 1", "cut a 2", "cut a 3", "mask a"])
        #expect(try counts(lab) == ["frames": [6, 0, 0, 0], "masks": [6, 0, 0, 0], "cuts": [6, 0, 0, 0]])
        // A scene's first product, and everything behind it.
        #expect(
            try lab.muster(["products", "invalidate", "sweep.yaml", "frames", "--scene", "b", "--yes"]).status == 0)
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        #expect(try ran(lab) == ["cut b 1", "cut b 2", "cut b 3", "load b", "mask b"])
        let rebuilt = try lab.muster(["products", "rebuild", "sweep.yaml", "masks", "--yes"])
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        #expect(try ran(lab) == ["mask a", "mask b"])
        #expect(try counts(lab) == ["frames": [6, 0, 0, 0], "masks": [6, 0, 0, 0], "cuts": [0, 0, 6, 0]])
    }

    @Test func nothingIsInvalidatedUnderARun() throws {
        let lab = try Lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml", "experiment: {name: busy, dataset_root: data}\npipeline: {command: \"sleep 300\"}\n")
        #expect(try lab.muster(["submit", "sweep.yaml"]).status == 0)
        let products = try lab.muster(["products", "status", "sweep.yaml", "--json"]).json?["products"]?.array
        let name = try #require(products?.first?["name"]?.string)
        let refused = try lab.muster(["products", "invalidate", "sweep.yaml", name, "--yes"])
        #expect(refused.status == 2 && refused.errors.contains("has not ended"), "\(refused.errors)")
        #expect(try lab.muster(["cancel", "last", "--yes"]).status == 0)
        _ = try lab.muster(["wait", "last", "--timeout", "60s"])
    }

    @Test func stageRunsThatUseOthersFindTheirProducts() throws {
        let text = config.replacing("rev {output_dir}/loaded >", with: "(rev {output_dir}/loaded; echo {point.m}) >")
            .replacing("{at: [1, 2, 3]}", with: "{m: [7, 8], at: [1, 2]}")
        let lab = try lab(["a"], text)
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            try ran(lab) == ["cut a 1", "cut a 1", "cut a 2", "cut a 2", "load a", "mask a", "mask a"])
        #expect(
            try String(contentsOfFile: "\(lab.folder)/results/prod/m-8_at-2/a/cut", encoding: .utf8) == "a\n8\n2\n")
    }

    @Test func theGraphIsDrawnInTheColoursOfWhatIsThere() throws {
        let lab = try lab(["a"])
        #expect(try lab.muster(["products", "build", "sweep.yaml", "masks"]).status == 0)
        let text = try String(contentsOfFile: "\(lab.folder)/sweep.yaml", encoding: .utf8)
        try lab.write("sweep.yaml", text.replacing("rev {output_dir}", with: "tac {output_dir}"))
        let dot = try lab.muster(["products", "dag", "sweep.yaml", "--dot"]).output
        let lines = [
            "digraph \"prod\" {", "  rankdir=LR;", "  label=\"prod\";",
            "  node [shape=box, style=\"rounded,filled\", fontname=\"monospace\", fontsize=10];",
            "  edge [fontname=\"monospace\", fontsize=8, color=\"#888888\"];",
            "  \"cuts\" [fillcolor=\"#e6e6e6\", tooltip=\"produced by cut, missing\"];",
            "  \"frames\" [fillcolor=\"#bce6bc\", tooltip=\"produced by load, cached\"];",
            "  \"masks\" [fillcolor=\"#e6bcbc\", tooltip=\"produced by mask, stale\"];",
            "  \"frames\" -> \"masks\" [label=\"mask\"];", "  \"masks\" -> \"cuts\" [label=\"cut\"];", "}", "",
        ]
        #expect(dot == lines.joined(separator: "\n"), "\(dot)")
        let offline = try lab.muster(["products", "dag", "sweep.yaml", "--dot", "--offline"]).output
        #expect(offline.contains("\"frames\" [fillcolor=\"#e6e6e6\", tooltip=\"produced by load\"];"), "\(offline)")
    }

    @Test(arguments: [
        (["what-invalidates", "sweep.yaml", "frames"], Int32(0), "masks\ncuts\n"),
        (["what-invalidates", "sweep.yaml", "mask"], 2, "did you mean 'masks'?\n  known: frames, masks, cuts"),
        (["build", "sweep.yaml", "cutz"], 2, "did you mean 'cuts'?"),
        (["build", "sweep.yaml"], 2, "--all"),
        (["invalidate", "sweep.yaml", "masks", "--job", "at-1/c", "--yes"], 2, "did you mean 'at-1/"),
        (["invalidate", "sweep.yaml", "masks", "--scene", "zzz", "--yes"], 2, "no scene 'zzz'"),
    ]) func namesAreCheckedFirst(arguments: [String], status: Int32, words: String) throws {
        let lab = try lab()
        let result = try lab.muster(["products"] + arguments)
        #expect(result.status == status, "\(result.errors)")
        #expect((result.output + result.errors).contains(words), "\(result.output)\(result.errors)")
    }

    @Test func aStageThatEachJobRunsForItselfCannotBeBuiltAlone() throws {
        let lab = try lab(
            ["a"], config.replacing("produces: {masks: masked}", with: "produces: {masks: masked}\n      share: never"))
        let refused = try lab.muster(["products", "build", "sweep.yaml", "cuts"])
        #expect(refused.status == 3 && refused.errors.contains("share: never"), "\(refused.errors)")
        let all = try lab.muster(["products", "build", "sweep.yaml", "--all"])
        #expect(all.status == 0, "\(all.errors)")
        #expect(FileManager.default.fileExists(atPath: "\(lab.folder)/results/prod/at-3/a/cut"))
    }
}
