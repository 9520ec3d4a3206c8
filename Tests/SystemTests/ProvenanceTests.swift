import Foundation
import GRDB
import MusterCore
import Testing

/// What made a file, with real programs, a real git and real runs.
@Suite(.serialized) struct ProvenanceTests {
    /// A lab whose folder is a repository with a clean commit and a tag.
    private func repository() throws -> Lab {
        let lab = try Lab()
        try git(lab, "init", "-q", "-b", "main")
        try git(lab, "remote", "add", "origin", "https://me:secret@example.org/o/r.git")
        try lab.write(".gitignore", "state\nout\nerr\nscenes\nresults\n")
        try lab.write("plot.sh", "#!/bin/sh\n# a figure\ntr a-z A-Z < \"$1\" > \"$2\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(lab.folder)/plot.sh")
        try commit(lab, "one")
        try git(lab, "tag", "v1.2.3")
        return lab
    }

    private func commit(_ lab: Lab, _ message: String) throws {
        try git(lab, "add", "-A")
        try git(lab, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", message)
    }

    @discardableResult private func git(_ lab: Lab, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "-C", lab.folder] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "git \(arguments)")
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func executions(_ lab: Lab) throws -> [JSON] {
        try #require(try lab.muster(["execution", "list", "--json"]).json?["executions"]?.array)
    }
    private func workflows(_ lab: Lab) throws -> [JSON] {
        try #require(try lab.muster(["workflow", "list", "--json"]).json?["workflows"]?.array)
    }

    @Test func aFigureIsTiedToItsTableAlsoAfterRenaming() throws {
        let lab = try repository()
        try lab.write("t.csv", "a,b\n")
        let made = try lab.muster(
            [
                "exec", "--in", "t.csv", "--out", "f.txt", "--description", "fig 1", "--", "./plot.sh", "t.csv",
                "f.txt", "--token", "abc",
            ])
        #expect(made.status == 0 && made.errors.isEmpty, "\(made.errors)")
        try FileManager.default.moveItem(atPath: "\(lab.folder)/f.txt", toPath: "\(lab.folder)/renamed")
        let whence = try lab.muster(["whence", "renamed", "--json"])
        let maker = try #require(whence.json?["made_by"]?.array?.first, "\(whence.output) \(whence.errors)")
        #expect(maker["status"] == "Uploaded" && maker["description"] == "fig 1")
        let last = try git(lab, "log", "-1", "--format=%H", "--", "plot.sh")
        #expect(maker["code"]?["url"]?.string == "https://example.org/o/r/blob/\(last)/plot.sh")
        #expect(maker["code"]?["checksum"]?.string == (try git(lab, "hash-object", "plot.sh")))
        #expect(maker["code"]?["version"] == "1.2.3", "inputs and outputs make no code dirty")
        #expect(!whence.output.contains("abc") && !whence.output.contains("secret"))
        #expect(maker["uses"]?.array?.compactMap { $0["role"]?.string } == ["Input", "Output"])

        let forth = try lab.muster(["execution", "lineage", "t.csv", "--forth", "--json"])
        let sums = forth.json?["nodes"]?.array?.compactMap { $0["sha256"]?.string } ?? []
        #expect(sums.count == 2, "\(forth.output)")
        let dot = try lab.muster(["execution", "lineage", "renamed", "--dot"])
        #expect(dot.output.hasPrefix("digraph lineage {") && dot.output.contains("f.txt"))
        try lab.write("stranger", "?")
        let unknown = try lab.muster(["whence", "stranger"])
        #expect(unknown.status == 1 && unknown.output.contains("nothing is known"))

        // Rebuilt, and on another machine, it is known all the same.
        #expect(try lab.muster(["history", "rebuild"]).status == 0)
        let elsewhere = ["MUSTER_STATE": "\(lab.folder)/state/elsewhere"]
        for _ in 0..<2 { #expect(try lab.muster(["history", "import", "state"], environment: elsewhere).status == 0) }
        #expect(
            try lab.muster(["whence", "renamed", "--json"], environment: elsewhere).json?["made_by"]?.array?.count == 1)

        let restored = try lab.muster(["execution", "restore", "--to", "state/again"])
        #expect(restored.output.contains("muster exec --in"), "\(restored.output)\(restored.errors)")
        #expect(FileManager.default.fileExists(atPath: "\(lab.folder)/state/again/script-plot.sh"))
        #expect(try lab.muster(["execution", "restore", "--to", "state/again"]).status == 2, "nothing is written over")
    }

    @Test func exitStatusSignalsAndInputPassThrough() throws {
        let lab = try Lab()
        #expect(try lab.muster(["exec", "--", "sh", "-c", "exit 7"]).status == 7)
        let killed = try lab.start(["exec", "--", "sh", "-c", "kill -9 $$"])
        killed.waitUntilExit()
        #expect(killed.terminationReason == .uncaughtSignal && killed.terminationStatus == 9)
        let nowhere = try lab.muster(["exec", "--", "no-such-program"])
        #expect(nowhere.status == 127 && nowhere.errors.contains("no-such-program"), "\(nowhere.errors)")
        try lab.write("plain", "no program")
        #expect(try lab.muster(["exec", "--", "./plain"]).status == 126)
        let running = try lab.start([
            "exec", "--", "sh", "-c", "trap 'echo heard; exit 5' TERM; echo up; while :; do sleep 0.1; done",
        ])
        _ = try lab.wait(for: "the program") {
            try String(contentsOfFile: "\(lab.folder)/out", encoding: .utf8).contains("up") ? true : nil
        }
        kill(running.processIdentifier, SIGTERM)
        running.waitUntilExit()
        #expect(running.terminationReason == .exit && running.terminationStatus == 5)
        #expect(try String(contentsOfFile: "\(lab.folder)/out", encoding: .utf8) == "up\nheard\n")
        let errors = try executions(lab).compactMap { $0["error"]?.string }
        #expect(errors.count == 4 && errors.contains("ExitStatus: 7") && errors.contains("Signal: 9"), "\(errors)")
        #expect(errors.contains { $0.hasPrefix("NotStarted: cannot start './plain'") })
        let none = try lab.muster(["exec", "--in", "nowhere", "--", "touch", "made"])
        #expect(none.status == 2 && !FileManager.default.fileExists(atPath: "\(lab.folder)/made"))
        #expect(try lab.muster(["exec", "true"]).status == 2, "-- is required")
        let missing = try lab.muster(["exec", "--out", "never", "--", "true"])
        #expect(missing.status == 0 && missing.errors.contains("made no"))
        #expect(try executions(lab).first?["status"] == "Failed")
    }

    @Test func theSameCodeIsOneWorkflowAndChangedCodeAnother() throws {
        let lab = try repository()
        try lab.write("t.csv", "x")
        let run = ["exec", "--out", "f", "--", "./plot.sh", "t.csv", "f"]
        _ = try lab.muster(run + ["1"])
        _ = try lab.muster(run + ["2"])
        #expect(try workflows(lab).count == 1)
        let first = try #require(try workflows(lab).first?["url"]?.string)
        // Moved, committed elsewhere: the same code under its old address.
        try git(lab, "mv", "plot.sh", "draw.sh")
        let staged = try lab.muster(["exec", "--", "./draw.sh", "t.csv", "f"])
        #expect(
            staged.errors.contains("draw.sh") && !staged.errors.contains("plot.sh"),
            "of a rename the new name: \(staged.errors)")
        try commit(lab, "two")
        _ = try lab.muster(["exec", "--", "./draw.sh", "t.csv", "f"])
        #expect(try workflows(lab).map { $0["url"]?.string } == [first])
        try lab.write("draw.sh", "#!/bin/sh\ntrue\n")
        let dirty = try lab.muster(["exec", "--", "./draw.sh"])
        #expect(dirty.status == 0 && dirty.errors.contains("is not what is committed"))
        #expect(try workflows(lab).count == 2)
        let id = try #require(try executions(lab).first?["id"]?.string)
        let difference = try String(contentsOfFile: "\(lab.folder)/state/executions/\(id)/code.diff", encoding: .utf8)
        #expect(difference.contains("+true"), "\(difference)")
        let refused = try lab.muster(["exec", "--", "./draw.sh"], environment: ["MUSTER_DIRTY": "refuse"])
        #expect(refused.status == 2 && refused.errors.contains("--allow-dirty"), "\(refused.errors)")
        let dry = ["MUSTER_DIRTY": "refuse", "DERIVA_ML_DRY_RUN": "true"]
        #expect(try lab.muster(["exec", "--", "./draw.sh"], environment: dry).status == 0)
        #expect(
            try lab.muster(["exec", "--allow-dirty", "--", "./draw.sh"], environment: ["MUSTER_DIRTY": "refuse"]).status
                == 0)

        let workflow = try #require(try workflows(lab).first?["id"]?.string)
        #expect(try lab.muster(["workflow", "describe", workflow, "draws nothing", "--type", "figure"]).status == 0)
        let wrong = try lab.muster(["workflow", "describe", workflow, "--type", "Oracle"])
        #expect(wrong.status == 2 && wrong.errors.contains("--add 'Oracle'"), "\(wrong.errors)")
        #expect(try lab.muster(["workflow", "types", "--add", "Oracle", "--description", "tells"]).status == 0)
        #expect(try lab.muster(["workflow", "describe", workflow, "--type", "oracle"]).status == 0)
        #expect(
            try workflows(lab).first?["type"] == "Oracle" && workflows(lab).first?["description"] == "draws nothing")
    }

    @Test func repositoriesInEveryStateAreToldAsTheyAre() throws {
        let lab = try repository()
        try lab.write("t", "x")
        func code(_ words: [String]) throws -> (url: String, errors: String, checksum: String) {
            let result = try lab.muster(["exec", "--in", "t", "--"] + words)
            let id = try #require(try executions(lab).first?["workflow"]?.string)
            let shown = try lab.muster(["workflow", "show", id, "--json"]).json?["workflow"]
            return (shown?["url"]?.string ?? "", result.errors, shown?["checksum"]?.string ?? "")
        }
        try git(lab, "checkout", "-q", "--detach")
        #expect(try code(["./plot.sh", "t", "o"]).url.hasPrefix("https://example.org/o/r/blob/"))
        try lab.write("o", "")
        try FileManager.default.removeItem(atPath: "\(lab.folder)/o")
        try lab.write("new file.sh", "#!/bin/sh\n# fresh\ntrue\n")
        let fresh = try code(["sh", "new file.sh"])
        #expect(fresh.url.hasPrefix("file://") && fresh.errors.contains("in no commit yet"), "\(fresh)")
        try commit(lab, "three")
        try git(lab, "remote", "remove", "origin")
        try lab.write("alone.sh", "#!/bin/sh\n# alone\ntrue\n")
        try commit(lab, "four")
        let alone = try code(["sh", "alone.sh"])
        #expect(alone.url.hasSuffix("/alone.sh") && alone.errors.contains("no remote 'origin'"), "\(alone)")
        // A notebook with other outputs is the same code.
        func notebook(_ output: String, _ source: String) -> String {
            #"{"cells":[{"cell_type":"code","execution_count":1,"metadata":{},"outputs":[\#(output)],"source":"\#(source)"}],"metadata":{},"nbformat":4,"nbformat_minor":5}"#
        }
        try lab.write("n.ipynb", notebook("", "1+1"))
        let first = try code(["cat", "n.ipynb"])
        try lab.write("n.ipynb", notebook(#"{"output_type":"stream","text":"2"}"#, "1+1"))
        #expect(try code(["cat", "n.ipynb"]).checksum == first.checksum)
        try lab.write("n.ipynb", notebook("", "2+2"))
        #expect(try code(["cat", "n.ipynb"]).checksum != first.checksum)
    }

    @Test func aHistoryThatCanNotBeWrittenIsToldLater() throws {
        let lab = try Lab()
        try lab.write("t", "x")
        #expect(try lab.muster(["exec", "--", "true"]).status == 0)
        let lock = try DatabaseQueue(path: "\(lab.folder)/state/history.sqlite")
        let id = try lock.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            defer { try? db.execute(sql: "ROLLBACK") }
            let blind = try lab.muster(["exec", "--in", "t", "--out", "o", "--", "cp", "t", "o"])
            #expect(blind.status == 0 && blind.errors.contains("told to it by a later command"), "\(blind.errors)")
            let waiting = try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/state/executions/.pending")
            #expect(waiting.count == 1)
            let record = try JSON(
                parsing: String(
                    contentsOfFile: "\(lab.folder)/state/executions/\(waiting[0])/execution.json", encoding: .utf8))
            #expect(record["sync_pending"] == true && record["status"] == "Uploaded" && record["synced"] == nil)
            return waiting[0]
        }
        let maker = try lab.muster(["whence", "o", "--json"]).json?["made_by"]?.array?.first
        #expect(maker?["id"]?.string == id && maker?["status"] == "Uploaded")
        #expect(try lab.muster(["execution", "list", "--problems"]).status == 0)

        // Two machines that say different things: a person is asked.
        let voice = String(repeating: "e", count: 32)
        let other = Event(
            run: "", source: voice, sequence: 1, time: Timestamp(seconds: 4_000_000_000), monotonic: 0,
            body: .provenance(
                kind: "execution.moved", fields: [.init("execution", .string(id)), .init("status", "Aborted")]))
        try lab.write("other.jsonl", other.json.line + "\n")
        #expect(try lab.muster(["history", "import", "other.jsonl"]).status == 0)
        let problems = try lab.muster(["execution", "list", "--problems"])
        #expect(
            problems.status == 1 && problems.output.contains("Uploaded") && problems.output.contains("Aborted"),
            "\(problems.output)")
    }

    @Test func whatIsGivenUpStaysSoAndWhatDiedCanBeRecovered() throws {
        let lab = try Lab()
        let running = try lab.start([
            "exec", "--out", "o", "--", "sh", "-c", "echo up > o; trap 'exit 0' TERM; while :; do sleep 0.1; done",
        ])
        let id = try lab.wait(for: "the execution") {
            FileManager.default.fileExists(atPath: "\(lab.folder)/o")
                ? try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/state/executions").first {
                    $0.hasPrefix("EXEC")
                } : nil
        }
        let abort = Process()
        abort.executableURL = URL(filePath: "\(Lab.programs)/muster")
        abort.arguments = ["execution", "abort", id]
        abort.environment = ["MUSTER_STATE": "\(lab.folder)/state", "HOME": lab.folder]
        abort.standardError = FileHandle.nullDevice
        try abort.run()
        abort.waitUntilExit()
        running.waitUntilExit()
        #expect(abort.terminationStatus == 0 && running.terminationStatus == 0)
        #expect(try executions(lab).first?["status"] == "Aborted", "the program's good end does not count any more")
        let again = try lab.muster(["execution", "abort", id])
        #expect(again.status != 0 && again.errors.contains("can't become Aborted"), "\(again.errors)")

        let died = try lab.start([
            "exec", "--out", "p", "--", "sh", "-c", "echo $$ > pid; echo made > p; exec sleep 600",
        ])
        _ = try lab.wait(for: "the program") { FileManager.default.fileExists(atPath: "\(lab.folder)/p") ? true : nil }
        let child = try #require(
            try pid_t(String(contentsOfFile: "\(lab.folder)/pid", encoding: .utf8).split(separator: "\n")[0]))
        kill(died.processIdentifier, SIGKILL)
        kill(child, SIGKILL)
        died.waitUntilExit()
        let dead = try #require(try executions(lab).first?["id"]?.string)
        let problems = try lab.muster(["execution", "list", "--problems"])
        #expect(problems.output.contains("its process is gone"), "\(problems.output)")
        #expect(try lab.muster(["execution", "recover", dead]).status == 0)
        #expect(try lab.muster(["whence", "p", "--json"]).json?["made_by"]?.array?.first?["id"]?.string == dead)
    }

    @Test func aConfigRefusesCodeThatIsNotCommittedAlsoForExec() throws {
        let lab = try repository()
        func config(_ name: String, _ dirty: String) throws {
            try lab.write(
                name,
                """
                experiment: {name: n, dataset_root: scenes}
                pipeline: {stages: [{name: s, command: "true"}]}
                provenance: {dirty: \(dirty)}
                """)
        }
        try config("strict.yaml", "refuse")
        try lab.write("plot.sh", "#!/bin/sh\necho other\n")
        let exec = ["exec", "--", "./plot.sh"]
        #expect(try lab.muster(exec).status == 0)
        let named = try lab.muster(["exec", "--config", "strict.yaml", "--", "./plot.sh"])
        #expect(named.status == 2 && named.errors.contains("is not what is committed"), "\(named.errors)")
        try config("sweep.yaml", "refuse")
        #expect(try lab.muster(exec).status == 2)
        #expect(try lab.muster(["exec", "--", "true"]).status == 0, "the machine's own programs are nobody's code")
        #expect(try lab.muster(exec, environment: ["MUSTER_DIRTY": "warn"]).status == 0)
        #expect(try lab.muster(["exec", "--allow-dirty", "--", "./plot.sh"]).status == 0)
        try lab.write("sweep.yaml", "experiment: {")
        let broken = try lab.muster(exec)
        #expect(broken.status == 0 && broken.errors.contains("has mistakes"), "\(broken.errors)")
        #expect(try lab.muster(["exec", "--config", "sweep.yaml", "--", "./plot.sh"]).status == 3)
        #expect(try lab.muster(["exec", "--config", "gone.yaml", "--", "./plot.sh"]).status == 3)
    }

    @Test func fromAResultOfARunBackToConfigCodeInputsAndNode() throws {
        let lab = try repository()
        for scene in ["a", "b"] {
            try FileManager.default.createDirectory(
                atPath: "\(lab.folder)/scenes/\(scene)", withIntermediateDirectories: true)
            try lab.write("scenes/\(scene)/in.txt", "scene \(scene)\n")
        }
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: traced, dataset_root: scenes}
            pipeline:
              stages:
                - name: s
                  command: [\(lab.folder)/plot.sh, "{scene.path}/in.txt", "{output_dir}/r.txt"]
            sweep:
              matrix:
                rate: [1, 2]
            provenance: {inputs: true, dirty: refuse}
            """)
        let refused = try lab.muster(["run", "sweep.yaml"])
        #expect(refused.status == 2 && refused.errors.contains("sweep.yaml"), "\(refused.errors)")
        try commit(lab, "a sweep")
        let result = try lab.muster(["run", "sweep.yaml"])
        try #require(result.status == 0, "\(result.errors)")
        let run = try lab.run()
        let query = "SELECT output FROM results WHERE run = '\(run)' AND scene = 'b' LIMIT 1"
        let output = try #require(
            try lab.muster(["history", "query", query, "--jsonl"]).json?["output"]?.string)
        let copy = "\(lab.folder)/state/figure"
        try FileManager.default.copyItem(atPath: "\(output)/r.txt", toPath: copy)
        let whence = try lab.muster(["whence", copy])
        #expect(whence.status == 0, "\(whence.errors)")
        #expect(whence.output.contains("made by \(run)/"), "\(whence.output)")
        #expect(whence.output.contains("sweep.yaml:8  rate="), "the line of the config: \(whence.output)")
        #expect(whence.output.contains("https://example.org/o/r/blob/") && whence.output.contains("/plot.sh"))
        #expect(whence.output.contains("scenes/b/in.txt  sha256 "), "\(whence.output)")
        #expect(whence.output.contains("1 on ") && whence.output.contains("version"), "\(whence.output)")

        let parts = try lab.muster(["execution", "list", run, "--json"]).json?["executions"]?.array ?? []
        #expect(parts.count == 4 && parts.map { $0["sequence"]?.int } == [0, 1, 2, 3])
        #expect(try lab.muster(["execution", "describe", run, "the good one"]).status == 0)
        #expect(try lab.muster(["history", "rebuild"]).status == 0)
        #expect(
            try lab.muster(["execution", "show", run, "--json"]).json?["execution"]?["description"] == "the good one")
        // A figure made of results, and from the scene to all that came of it.
        #expect(
            try lab.muster([
                "exec", "--in", "\(output)/r.txt", "--out", "state/f", "--", "cp", "\(output)/r.txt", "state/f",
            ]).status == 0)
        let forth = try lab.muster(["execution", "lineage", "scenes/b/in.txt", "--forth"])
        #expect(
            forth.output.contains("state/f") && forth.output.contains(run) && !forth.output.contains("/a  "),
            "\(forth.output)")
        let restored = try lab.muster(["execution", "restore", run, "--to", "state/back"])
        #expect(
            restored.status == 0 && FileManager.default.fileExists(atPath: "\(lab.folder)/state/back/plan.json"),
            "\(restored.errors)")
    }
}
