import Foundation
import MusterCore
import Testing

/// Programs that are edited while a run goes on, with real runs, a real git and real files.
@Suite(.serialized) struct CodeRunTests {
    /// A repository whose program says which version it is, and is another one behind its first job.
    private func lab(code: String, command: String, cwd: String = "") throws -> Lab {
        let lab = try Lab(scenes: [])
        for scene in ["a", "b", "c"] {
            try FileManager.default.createDirectory(
                atPath: "\(lab.folder)/scenes/\(scene)", withIntermediateDirectories: true)
            try lab.write("scenes/\(scene)/in.txt", scene)
        }
        try FileManager.default.createDirectory(atPath: "\(lab.folder)/src/lib", withIntermediateDirectories: true)
        try lab.write("src/.gitignore", "local.txt\n")
        try lab.write("src/local.txt", "ignored\n")
        try lab.write("src/lib/part.sh", "part=one\n")
        try lab.write("src/run.sh", program("old"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(lab.folder)/src/run.sh")
        try FileManager.default.createSymbolicLink(
            atPath: "\(lab.folder)/link", withDestinationPath: "\(lab.folder)/src")
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = [
            "sh", "-c",
            "cd \(lab.folder)/src && git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm one",
        ]
        try git.run()
        git.waitUntilExit()
        // Neither committed nor ignored.
        try lab.write("src/lib/more.sh", "more=two\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: edited, dataset_root: scenes}
            pipeline:
              stages:
                - name: s
                  command: \(command.replacing("LAB", with: lab.folder))
                  env: {TOOLPATH: "/nowhere:\(lab.folder)/link/lib"}
                  \(cwd.replacing("LAB", with: lab.folder))
            canary: 1
            code: \(code.replacing("LAB", with: lab.folder))
            """)
        return lab
    }

    /// `run.sh ORIGINAL OUT`: the first of all jobs changes everything that belongs to the original.
    private func program(_ version: String) -> String {
        """
        #!/bin/sh
        . "${TOOLPATH#*:}/part.sh"; . "${TOOLPATH#*:}/more.sh"
        echo "\(version) $part $more $(cat local.txt 2>/dev/null)" > "$2/r.txt"
        if mkdir "$1/../edited" 2>/dev/null; then
          sed s/old/new/ "$1/run.sh" > "$1/../next"; chmod +x "$1/../next"; mv "$1/../next" "$1/run.sh"
          echo part=changed > "$1/lib/part.sh"
        fi
        """
    }

    private func results(_ lab: Lab) throws -> [String] {
        try ["a", "b", "c"].map {
            try String(contentsOfFile: "\(lab.folder)/results/edited/\($0)/r.txt", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }.sorted()
    }

    private func runFolder(_ lab: Lab) throws -> String {
        let json = try #require(try lab.muster(["history", "list", "--json"]).json)
        return try #require(json["runs"]?.array?.first?["folder"]?.string, "\(json.line)")
    }

    @Test func anEditBehindTheFirstJobIsToldOnceAndMarksTheOthers() throws {
        let lab = try lab(code: "live", command: "[LAB/link/run.sh, LAB/src, \"{output_dir}\"]")
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try results(lab) == ["new changed two", "new changed two", "old one two"])
        let told = run.errors.split(separator: "\n").filter { $0.contains("is not what it was") }
        #expect(told.count == 1 && told.first?.contains("/link/run.sh") == true, "\(run.errors)")
        let id = try lab.run()
        let report = try #require(try lab.muster(["report", id, "--json"]).json)
        #expect(report["jobs_of_changed_code"] == 2 && report["code"]?.array?.count == 1, "\(report.line)")
        for command in [["status", id], ["explain", id], ["execution", "show", id], ["report", id]] {
            let answer = try lab.muster(command)
            #expect(answer.output.contains("/link/run.sh"), "\(command): \(answer.output)\(answer.errors)")
        }
        let marks = try ["a", "b", "c"].map { job in
            try lab.muster(["execution", "show", "\(id)/\(job)"]).output.contains("code changed")
        }
        let versions = try ["a", "b", "c"].map {
            try String(contentsOfFile: "\(lab.folder)/results/edited/\($0)/r.txt", encoding: .utf8).hasPrefix("new")
        }
        #expect(marks == versions, "those that ran the new program, and they alone")
        #expect(try lab.muster(["whence", "results/edited/c/r.txt"]).output.contains("code changed") == versions[2])
        // A run of the code as it is now is told of nothing.
        let again = try lab.muster(["run", "sweep.yaml"])
        #expect(again.status == 0 && !again.errors.contains("is not what it was"), "\(again.errors)")
    }

    @Test(arguments: [
        ("snapshot", "[LAB/link/run.sh, LAB/./src, \"{output_dir}\"]", "", "old one two"),
        ("snapshot", "[sh, run.sh, LAB/./src, \"{output_dir}\"]", "cwd: LAB/link", "old one two ignored"),
        ("snapshot", "'LAB/link/run.sh LAB/./src {output_dir} && true'", "", "old one two"),
        ("{snapshot: [LAB/link]}", "[LAB/src/run.sh, LAB/./src, \"{output_dir}\"]", "", "old one two"),
    ]) func aRunOfACopyDoesNotSeeTheEdit(_ code: String, _ command: String, _ cwd: String, _ result: String) throws {
        let lab = try lab(code: code, command: command, cwd: cwd)
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0, "\(run.errors) \(run.output)")
        #expect(try results(lab) == [result, result, result])
        #expect(!run.errors.contains("is not what it was"), "\(run.errors)")
        #expect(try String(contentsOfFile: "\(lab.folder)/src/lib/part.sh", encoding: .utf8) == "part=changed\n")
        let folder = try runFolder(lab)
        let watched = try JSON(parsing: String(contentsOfFile: "\(folder)/code.json", encoding: .utf8))
        let path = try #require(watched["files"]?.array?.first?["path"]?.string)
        #expect(path.hasPrefix("\(folder)/code/") && path.hasSuffix("/run.sh"))
        #expect(access(path, W_OK) != 0 || geteuid() == 0)
        let mode = try #require(
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)
        #expect(mode.intValue & 0o222 == 0 && mode.intValue & 0o111 != 0)
        #expect(try lab.muster(["execution", "show", lab.run()]).output.contains("\(folder)/code/"))
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func aRetryWorksFromTheSameCopy() throws {
        let lab = try lab(
            code: "snapshot", command: "'LAB/link/run.sh LAB/./src {output_dir} && test -e LAB/./fixed'")
        #expect(try lab.muster(["run", "sweep.yaml", "--set", "canary=0"]).status == 1)
        #expect(try String(contentsOfFile: "\(lab.folder)/src/run.sh", encoding: .utf8).contains("echo \"new"))
        try lab.write("fixed", "")
        let again = try lab.muster(["retry", "last", "--failed", "--watch"])
        #expect(again.status == 0 && !again.errors.contains("is not what it was"), "\(again.errors)")
        #expect(try results(lab) == ["old one two", "old one two", "old one two"])
    }

    @Test func aProgramThatIsGoneIsToldBesideTheFailures() throws {
        let lab = try lab(code: "live", command: "[LAB/src/run.sh, LAB/src, \"{output_dir}\"]")
        try lab.write("src/run.sh", "#!/bin/sh\nrm \"$0\"\n")
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 1 && run.errors.contains("/src/run.sh is not there"), "\(run.errors)")
        let report = try #require(try lab.muster(["report", "--json"]).json)
        #expect(report["code"]?.array?.first?["is"] == nil && report["code"]?.array?.count == 1, "\(report.line)")
        #expect(try lab.muster(["explain"]).output.contains("/src/run.sh is not there"))
    }

    @Test func whatCantBeCopiedIsSaidBeforeAnythingIsSubmitted() throws {
        let lab = try lab(code: "snapshot", command: "[LAB/tool.sh, \"{output_dir}\"]")
        try lab.write("tool.sh", "#!/bin/sh\ntrue\n")
        let outside = try lab.muster(["run", "sweep.yaml"])
        #expect(
            outside.status == 3 && outside.errors.contains("is in no repository")
                && outside.errors.contains("sweep.yaml:") && outside.errors.contains("snapshot: ["), "\(outside.errors)"
        )
        let large = try self.lab(code: "snapshot", command: "[LAB/src/run.sh, LAB/src, \"{output_dir}\"]")
        try large.write("src/weights.bin", "")
        let file = try #require(FileHandle(forWritingAtPath: "\(large.folder)/src/weights.bin"))
        try file.truncate(atOffset: 2 << 30)
        let refused = try large.muster(["run", "sweep.yaml"])
        #expect(
            refused.status == 3 && refused.errors.contains("weights.bin (2048 MiB)"), "\(refused.errors)")
        #expect(try large.muster(["history", "list"]).output.contains("edited-") == false)
    }
}
