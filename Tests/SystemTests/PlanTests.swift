import Foundation
import MusterCore
import Testing

@Suite struct PlanTests {
    private let config = """
        experiment: {name: plan, dataset_root: data, output_root: res}
        pipeline: {command: "echo {point.a} > x"}
        sweep: {matrix: {a: [1, 2], b: ['x,"y"']}}
        """

    @Test func thePlanTellsWhatIsThereAndWhatChanged() throws {
        let lab = try Lab(scenes: ["one", "two"])
        try lab.write("c.yaml", config)
        let before = try lab.muster(["plan", "c.yaml"])
        #expect(
            before.output.contains("plan on local: 4 jobs = 2 scenes x 2 points"), "\(before.output) \(before.errors)")
        #expect(before.output.contains("results: 4 to do"))
        #expect(before.output.contains("files of muster there: at most "))
        #expect(try lab.muster(["run", "c.yaml"]).status == 0)
        let planned = try #require(before.output.firstMatch(of: /at most ([0-9]+),/)?.1).description
        let run = try lab.run()
        let made =
            FileManager.default.enumerator(atPath: "\(lab.folder)/state/runs/\(run)")?.compactMap { $0 as? String }
            ?? []
        let files = made.filter {
            (try? FileManager.default.attributesOfItem(atPath: "\(lab.folder)/state/runs/\(run)/\($0)")[.type])
                as? FileAttributeType
                != .typeDirectory
        }
        #expect(files.count <= Int(planned) ?? 0, "\(files)")
        #expect(try lab.muster(["plan", "c.yaml"]).output.contains("results: 4 cached"))

        try lab.write("c.yaml", config.replacing("[1, 2]", with: "[2, 3]"))
        let more = try lab.muster(["plan", "c.yaml", "--diff", "last", "--json"])
        #expect(
            more.json?["results"]
                == .object([
                    .init("to_do", 2), .init("cached", 2), .init("partial", 0), .init("stale", 0), .init("occupied", 0),
                ]))
        #expect(more.json?["diff"]?["added"]?.array?.count == 2 && more.json?["diff"]?["removed"]?.array?.count == 2)
        #expect(more.json?["diff"]?["same"] == 2 && more.json?["diff"]?["run"] == .string(run))

        try lab.write("c.yaml", config.replacing("> x", with: "> y"))
        let other = try lab.muster(["plan", "c.yaml", "--diff", "last"])
        #expect(other.output.contains("0 added, 0 removed, 4 changed, 0 the same"), "\(other.output)")
        #expect(
            other.output.contains("results: 4 stale")
                && other.errors.contains("4 results made another way lie where new ones go"))
    }

    @Test func thePlanIsATableForOtherPrograms() throws {
        let lab = try Lab(scenes: ["one", "a, b"])
        try lab.write("c.yaml", config)
        let lines = try lab.muster(["plan", "c.yaml", "--csv"]).output.split(separator: "\n")
        #expect(lines.first == "id,scene,output_dir,a,b,gpus,cpus,memory_bytes,time_s,result")
        #expect(lines.count == 5)
        #expect(lines[1].hasSuffix(#",1,"x,""y""",0,1,,,to do"#) && lines[1].contains("\"a, b\""), "\(lines[1])")
        #expect(try lab.muster(["plan", "c.yaml", "--csv", "--json"]).status == 2)
    }
}
