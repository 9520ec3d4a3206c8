import Foundation
import MusterCore
import Testing

/// What people read about a run on this machine. Runs share the machine's lock, so these go one after the other.
@Suite(.serialized) struct ExplainTests {
    /// 200 jobs: of 10 scenes at 20 points, of which three points fail, each in its own way.
    private static let config = """
        experiment: {name: many, dataset_root: data}
        pipeline:
          stages:
            - name: look
              produces: [looked]
              command: "echo looking at {scene.name}"
            - name: cut
              requires: [looked]
              parameters: {tile: 64}
              command: "sh {scene.path}/../../cut.sh {point.n} {scene.name} {stage.tile}"
              fingerprint: {files: [FOLDER/cut.sh]}
        sweep: {matrix: {n: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]}}
        resources: {cpus: 1, memory: 1G, time: 1h}
        """

    private static let program = """
        echo "cutting $2 with $3"
        case $1 in
          7) echo "Traceback (most recent call last):
          File \\"/opt/cut.py\\", line 12, in main
            cut(path)
        ValueError: <b>$2</b> has 0 frames"
             echo "srun: error: n1: task 0: Exited with exit code 1"; exit 1;;
          8) echo "$2.c:3: error: no model <b>$2</b>" >&2
             i=0; j=$(echo $2 | tr 0-9 a-j); while [ $i -lt 300 ]; do i=$((i+1)); echo "$j chatter, line $i, which fills the last words up"; done
             exit 3;;
          9) echo 'going down'; kill -SEGV $$;;
        esac
        """

    @Test func twoHundredJobsThatFailInThreeWaysAreThreeGroups() throws {
        let lab = try Lab(scenes: (0..<10).map { "scene_\($0)" })
        try lab.write("cut.sh", Self.program.replacing("case $1 in", with: "case none in"))
        let config = Self.config.replacing("FOLDER", with: lab.folder)
        // It has worked once, with other files and other parameters.
        try lab.write(
            "sweep.yaml", config.replacing("n: [", with: "n: [8]}} # [").replacing("tile: 64", with: "tile: 32"))
        let before = try lab.muster(["run", "sweep.yaml"])
        #expect(before.status == 0, "\(before.errors)")
        let first = try lab.run()
        try lab.write("cut.sh", Self.program)
        try lab.write("sweep.yaml", config)
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 1, "\(run.errors)")

        let explained = try lab.muster(["explain", "last", "--json"])
        let json = try #require(explained.json, "\(explained.errors)")
        #expect(json["schema"] == 1)
        #expect(json["standing"] == "200 jobs: 170 succeeded, 20 failed, 10 killed")
        let groups = try #require(json["failures"]?.array)
        #expect(groups.map { $0["count"] } == [10, 10, 10], "\(json.pretty)")
        func group(_ exit: String) throws -> JSON { try #require(groups.first { $0["exit"]?.string == exit }) }
        func lines(_ group: JSON) -> [String] {
            (group["example"]?["lines"]?.array ?? []).compactMap(\.string)
        }
        let python = try group("exit code 1")
        #expect(lines(python).contains("  File \"/opt/cut.py\", line 12, in main"), "\(lines(python))")
        #expect(lines(python).last?.hasSuffix("</b> has 0 frames") == true)
        #expect(python["signature"] == "ValueError: <b>scene_N<PATH> has N frames")
        // Its error stands far from the end, where the last words no longer reach.
        let compiled = try group("exit code 3")
        #expect(lines(compiled).first?.contains(".c:3: error: no model") == true, "\(lines(compiled))")
        #expect(compiled["stage"] == "cut")
        #expect(compiled["signature"]?.string?.hasSuffix("error: no model <b>scene_N<PATH>") == true)
        #expect(try group("signal 11")["outcome"] == "killed")

        // What changed since it worked: the parameter and the program's own file.
        #expect(compiled["worked"]?["run"]?.string == first && compiled["worked"]?["same_job"] == true)
        let changes = (compiled["changes"]?.array ?? []).compactMap { $0["what"]?.string }
        #expect(changes == ["stage cut, its program's own files", "stage cut, parameters.tile"], "\(changes)")
        #expect(compiled["distinctions"] == .array([.object(["name": "n", "value": "8"])]))
        // Another point of the scene stands in where this one never worked.
        #expect(python["worked"]?["same_job"] == false)

        let text = try lab.muster(["explain"]).output
        #expect(text.contains("30 jobs failed in 3 ways"), "\(text)")
        #expect(text.contains("muster logs n-7/scene_"), "\(text)")
        #expect(text.contains("muster run sweep.yaml"), "\(text)")
        let one = try lab.muster(["explain", "n-8/scene_3"]).output
        #expect(one.contains("| scene_3.c:3: error: no model <b>scene_3</b>"), "\(one)")
        #expect(one.contains("stage cut, parameters.tile: 32 -> 64"), "\(one)")
        #expect(try lab.muster(["explain", "n-1/scene_3"]).output.contains("nothing failed"))
        #expect(try lab.muster(["explain", "n-8/scene_33"]).errors.contains("did you mean 'n-8/scene_3'?"))

        let status = try lab.muster(["status"])
        #expect(status.status == 1 && status.output.split(separator: "\n").count <= 40, "\(status.output)")
        #expect(
            status.output.contains("10 x failed in stage 'cut', exit code 1: ValueError: <b>scene_N<PATH> has N frames")
        )
        #expect(try lab.muster(["status", "--all"]).output.split(separator: "\n").count > 200)

        try reports(lab)
    }

    /// The same run as Markdown, HTML and JSON.
    private func reports(_ lab: Lab) throws {
        let markdown = try lab.muster(["report"])
        #expect(markdown.status == 0, "\(markdown.errors)")
        #expect(markdown.output.contains("| succeeded | 170 | 85 % |"), "\(markdown.output)")
        #expect(markdown.output.contains("## What to ask for next time"))
        #expect(markdown.output.contains("resources:\n  memory: 256M\n  time: 1m\n  cpus: 1"), "\(markdown.output)")
        #expect(markdown.output.contains("ValueError: \\<b\\>scene\\_N"), "\(markdown.output)")
        let html = try lab.muster(["report", "last", "--html", "-o", "report.html"])
        #expect(html.status == 0 && html.output.isEmpty)
        let page = try String(contentsOfFile: "\(lab.folder)/report.html", encoding: .utf8)
        #expect(page.contains("ValueError: &lt;b&gt;scene_N") && !page.contains("<b>"))
        #expect(page.contains("prefers-color-scheme: dark") && !page.contains("http://") && !page.contains("https://"))
        let json = try #require(try lab.muster(["report", "--json", "--offline"]).json)
        #expect(json["outcomes"]?["killed"] == 10)
        #expect(json["failures"]?.array?.contains { $0["count"] == 10 && $0["exit"] == "signal 11" } == true)
        #expect(json["sizes"]?.array?.first?["asked"]?["memory_bytes"] == 1_073_741_824)
        #expect(try lab.muster(["report", "-o", "nowhere/x.md"]).errors.contains("nowhere/x.md"))
    }

    @Test func aRunThatWaitsForTheMachineSaysForWhom() throws {
        let lab = try Lab(scenes: ["a"])
        let config = """
            experiment: {name: NAME, dataset_root: data}
            pipeline: {command: "touch {scene.path}/begun; until [ -e {scene.path}/go ]; do sleep 0.05; done"}
            """
        defer { try? lab.write("data/a/go", "") }
        try lab.write("first.yaml", config.replacing("NAME", with: "first"))
        try lab.write("second.yaml", config.replacing("NAME", with: "second"))
        let first = try lab.muster(["submit", "first.yaml"]).output.split(separator: "\n").map(String.init).first ?? ""
        _ = try lab.wait(for: "the first run's job") {
            FileManager.default.fileExists(atPath: "\(lab.folder)/data/a/begun") ? true : nil
        }
        #expect(try lab.muster(["explain", first]).output.contains("1 running"))
        #expect(try lab.muster(["submit", "second.yaml"]).status == 0)
        let waits = try lab.muster(["explain", "a"])
        #expect(waits.output.contains("it is in use by \(first)"), "\(waits.output) \(waits.errors)")
        try lab.write("data/a/go", "")
        #expect(try lab.muster(["wait", "last", "--timeout", "60s"]).status == 0)
        #expect(try lab.muster(["wait", first, "--timeout", "60s"]).status == 0)
    }
}
