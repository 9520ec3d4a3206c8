import Foundation
import MusterCore
import Testing

/// Orders about a run that goes on, or has ended, on this machine.
@Suite struct SteeringRunTests {
    /// One job at a time; each waits for `go`, and fails while `bad-SCENE` is there.
    private func lab() throws -> Lab {
        let lab = try Lab(scenes: ["a", "b", "c"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: steer, dataset_root: data}
            pipeline:
              command: "touch \(lab.folder)/began-{scene.name}; until [ -e \(lab.folder)/go ]; do sleep 0.05; done; [ ! -e \(lab.folder)/bad-{scene.name} ]"
            resources: {cpus: 100}
            """)
        return lab
    }

    private func outcomes(_ lab: Lab) throws -> [String?] { try lab.jobs().map { $0["outcome"]?.string } }

    private func submit(_ lab: Lab) throws {
        let submitted = try lab.muster(["submit", "sweep.yaml"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        _ = try lab.wait(for: "the first job") { lab.exists("began-a") ? true : nil }
    }

    @Test func chosenJobsAreCancelledAndTheOthersRun() throws {
        let lab = try lab()
        try submit(lab)
        let unasked = try lab.muster(["cancel", "last", "scene=a,c"])
        #expect(unasked.status == 2 && unasked.errors.contains("--yes"), "\(unasked.errors)")
        #expect(unasked.errors.contains("2 jobs") && unasked.errors.contains("1 of which runs now"))
        let mistake = try lab.muster(["cancel", "last", "scene=d", "--yes"])
        #expect(mistake.status == 2 && mistake.errors.contains("selector:1:7: error: there is no scene 'd'"))
        // Nobody watches: the agent sees it by itself, and what was not begun has its end at once.
        #expect(try lab.muster(["cancel", "last", "scene=a,c", "--yes"]).status == 0)
        _ = try lab.wait(for: "the second job") { lab.exists("began-b") ? true : nil }
        #expect(try lab.muster(["cancel", "last", "1,3", "--yes"]).errors.contains("nothing to cancel"))
        try lab.write("go", "")
        #expect(try lab.muster(["wait", "last", "--timeout", "60s"]).status == 1)
        #expect(try outcomes(lab) == ["cancelled", "succeeded", "cancelled"])
        #expect(!lab.exists("began-c"))
    }

    @Test func heldJobsWaitForTheirRelease() throws {
        let lab = try lab()
        try submit(lab)
        #expect(try lab.muster(["hold", "last"]).status == 0)
        try lab.write("go", "")
        let status = try lab.wait(for: "the first job's end") {
            let status = try lab.muster(["status"])
            return status.output.contains("1 succeeded") ? status : nil
        }
        #expect(status.output.contains("2 jobs held; to let them go on: muster release"), "\(status.output)")
        #expect(try lab.muster(["wait", "last", "--timeout", "5s"]).status == 6)
        #expect(!lab.exists("began-b"))
        #expect(try lab.muster(["release", "last", "2"]).status == 0)
        _ = try lab.wait(for: "the released job") { lab.exists("began-b") ? true : nil }
        #expect(try lab.muster(["release", "last"]).status == 0)
        #expect(try lab.muster(["wait", "last", "--timeout", "60s"]).status == 0)
        #expect(try outcomes(lab) == ["succeeded", "succeeded", "succeeded"])
    }

    @Test func whatFailedIsTriedAgainWhenTheRunIsOver() throws {
        let lab = try lab()
        for name in ["go", "bad-a", "bad-c"] { try lab.write(name, "") }
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 1, "\(run.errors)")
        #expect(try lab.muster(["retry", "last"]).status == 2)
        #expect(try lab.muster(["retry", "last", "--oom"]).errors.contains("nothing to retry"))
        try FileManager.default.removeItem(atPath: "\(lab.folder)/bad-a")
        let retry = try lab.muster(["retry", "last", "--failed", "--set", "main.note=two", "--watch"])
        #expect(retry.status == 1, "\(retry.errors)")
        let jobs = try lab.jobs()
        #expect(jobs.map { $0["outcome"] } == ["succeeded", "succeeded", "failed"])
        #expect(jobs.map { $0["attempts"]?.array?.count } == [2, 1, 2])
        #expect(jobs[0]["attempts"]?.array?.last?["retry"] == "asked: main.note = two")
        // It is over again, and stands in nobody's way.
        #expect(try lab.muster(["history", "show", "last", "--json"]).json?["ended"]?.string != nil)
        #expect(try lab.muster(["retry", "last", "c"]).status == 0)
        #expect(try lab.muster(["wait", "last", "--timeout", "60s"]).status == 1)
        #expect(try lab.jobs().map { $0["attempts"]?.array?.count } == [2, 1, 3])
        let rebuilt = try lab.muster(["history", "rebuild"])
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        #expect(try outcomes(lab) == ["succeeded", "succeeded", "failed"])
    }

    @Test func aCancelledRunIsResumed() throws {
        let lab = try lab()
        try submit(lab)
        #expect(try lab.muster(["cancel", "last", "--yes"]).status == 0)
        #expect(try lab.muster(["wait", "last", "--timeout", "60s"]).status == 1)
        #expect(try outcomes(lab) == ["cancelled", "cancelled", "cancelled"])
        #expect(try lab.muster(["cancel", "last"]).errors.contains("has ended already"))
        try lab.write("go", "")
        let resumed = try lab.muster(["resume", "last", "--watch"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try outcomes(lab) == ["succeeded", "succeeded", "succeeded"])
        let again = try lab.muster(["resume", "last"])
        #expect(again.status == 0 && again.errors.contains("muster retry"), "\(again.errors)")
    }

    @Test func aRunWhosePlaceWasTakenIsNotReopened() throws {
        let lab = try lab()
        for name in ["go", "bad-a"] { try lab.write(name, "") }
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 1)
        let first = try lab.run()
        try FileManager.default.removeItem(atPath: "\(lab.folder)/go")
        let second = try lab.muster(["submit", "sweep.yaml"]).output.split(separator: "\n").map(String.init).first
        let refused = try lab.muster(["retry", first, "--failed"])
        #expect(refused.status == 2 && refused.errors.contains("'\(second ?? "?")' has taken"), "\(refused.errors)")
    }
}

extension Lab {
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(name)") }
}
