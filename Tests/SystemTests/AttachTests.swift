import Foundation
import MusterCore
import Testing

/// Another machine of the same user, which is another state folder, and who leads a run.
@Suite struct AttachTests {
    private func lab(command: String) throws -> Lab {
        let lab = try Lab(scenes: ["a", "b"])
        try lab.write("here.yaml", "name: here\nbackend: local\nworkdir: \(lab.folder)/there\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: wander, dataset_root: data}
            pipeline: {command: "\(command.replacing("FOLDER", with: lab.folder))"}
            resources: {cpus: 100}
            """)
        return lab
    }

    private func elsewhere(_ lab: Lab, _ words: [String]) throws -> Lab.Result {
        try lab.muster(words, environment: ["MUSTER_STATE": "\(lab.folder)/other"])
    }

    private func jobs(_ result: Lab.Result) throws -> [JSON] { try #require(result.json?["jobs"]?.array) }

    @Test func anotherMachineSeesTheSameHistory() throws {
        let lab = try lab(command: "[ {scene.name} = b ] || exit 3")
        #expect(try lab.muster(["run", "sweep.yaml", "--cluster", "here.yaml"]).status == 1)
        let run = try lab.run()
        let listed = try elsewhere(lab, ["attach", "here.yaml"])
        #expect(listed.output.contains(run) && listed.output.contains("ended"), "\(listed.errors)")
        #expect(try elsewhere(lab, ["attach", "here.yaml:nothing"]).errors.contains("there is no run 'nothing'"))
        let attached = try elsewhere(lab, ["attach", "here.yaml:wander"])
        #expect(attached.status == 0 && attached.output.hasPrefix(run), "\(attached.errors)")
        let words = ["history", "show", "last", "--json"]
        let (there, here) = (try elsewhere(lab, words), try lab.muster(words))
        #expect(there.output == here.output)
        #expect(try elsewhere(lab, ["attach", "here.yaml:last"]).status == 0)
        #expect(try elsewhere(lab, words).output == here.output)
        // What failed is tried again from there, and the first machine sees it.
        let retry = try elsewhere(lab, ["retry", "last", "--failed", "--watch"])
        #expect(retry.status == 1, "\(retry.errors)")
        #expect(try jobs(try elsewhere(lab, words)).map { $0["attempts"]?.array?.count } == [2, 1])
        #expect(try lab.muster(["watch", "last"]).status == 1)
        #expect(try jobs(try lab.muster(words)).map { $0["attempts"]?.array?.count } == [2, 1])
    }

    /// A client that dies between sbatch and its facts leaves the token alone.
    @Test func submissionsAreKnownByTheirTokens() throws {
        let lab = try lab(command: "until [ -e FOLDER/go ]; do sleep 0.05; done")
        let run = try lab.muster(["submit", "sweep.yaml", "--cluster", "here.yaml"]).output.trimmingCharacters(
            in: .whitespacesAndNewlines)
        try FileManager.default.removeItem(atPath: "\(lab.folder)/there/runs/\(run)/lanes/client/outbox.jsonl")
        #expect(try elsewhere(lab, ["attach", "here.yaml:last"]).status == 0)
        try lab.write("go", "")
        let watched = try elsewhere(lab, ["watch", "last"])
        #expect(watched.status == 0, "\(watched.errors)")
        let submissions = try FileManager.default.contentsOfDirectory(
            atPath: "\(lab.folder)/there/runs/\(run)/submissions")
        #expect(submissions.count == 1)
    }

    @Test func oneLeadsAndTheOtherFollowsUntilItTakesOver() throws {
        let lab = try lab(command: "until [ -e FOLDER/go ]; do sleep 0.05; done")
        let first = try lab.start(["run", "sweep.yaml", "--cluster", "here.yaml"])
        _ = try lab.wait(for: "the first one's lease") {
            let runs = (try? FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/there/runs")) ?? []
            return runs.contains { lab.exists("there/runs/\($0)/lease/1") } ? true : nil
        }
        let attached = try elsewhere(lab, ["attach", "here.yaml:last"])
        #expect(attached.status == 0 && attached.errors.contains("leads this run"), "\(attached.errors)")
        let waiting = try elsewhere(lab, ["wait", "last", "--timeout", "2s"])
        #expect(waiting.status == 6 && waiting.errors.contains("this only follows it"), "\(waiting.errors)")
        #expect(waiting.errors.contains("--take-over"))
        #expect(try elsewhere(lab, ["status"]).output.contains("(process \(first.processIdentifier)) leads this run"))
        // An order reaches the run whoever leads it.
        #expect(try elsewhere(lab, ["cancel", "last", "a", "--yes"]).status == 0)
        _ = try lab.wait(for: "its effect") {
            try elsewhere(lab, ["status"]).output.contains("1 cancelled") ? true : nil
        }
        let second = try lab.start(
            ["watch", "last", "--take-over"], environment: ["MUSTER_STATE": "\(lab.folder)/other"])
        let run = try #require(try FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/there/runs").first)
        _ = try lab.wait(for: "the second lease") { lab.exists("there/runs/\(run)/lease/2") ? true : nil }
        try lab.write("go", "")
        second.waitUntilExit()
        #expect(second.terminationStatus == 1)
        // The first one sees the end too, though it leads no more by then or learns so at the next renewal.
        first.waitUntilExit()
        #expect(first.terminationStatus == 1)
        #expect(try lab.jobs().map { $0["outcome"] } == ["cancelled", "succeeded"])
    }

    @Test func whoDiedIsFollowedAtOnceOnTheSameMachine() throws {
        let lab = try lab(command: "until [ -e FOLDER/go ]; do sleep 0.05; done")
        let first = try lab.start(["run", "sweep.yaml", "--cluster", "here.yaml"])
        _ = try lab.wait(for: "the first one's lease") {
            let runs = (try? FileManager.default.contentsOfDirectory(atPath: "\(lab.folder)/there/runs")) ?? []
            return runs.contains { lab.exists("there/runs/\($0)/lease/1") } ? true : nil
        }
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        try lab.write("go", "")
        #expect(try elsewhere(lab, ["attach", "here.yaml:last"]).status == 0)
        let watched = try elsewhere(lab, ["watch", "last"])
        #expect(watched.status == 0, "\(watched.errors)")
    }
}
