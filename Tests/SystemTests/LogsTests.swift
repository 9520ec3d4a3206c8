import Foundation
import MusterCore
import Testing

/// `muster logs`, beside a run on this machine.
@Suite(.serialized) struct LogsTests {
    @Test func theLogOfARunningStageIsFollowedToTheEndOfTheJob() throws {
        let lab = try Lab(scenes: ["a", "b"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: follow, dataset_root: data}
            pipeline:
              stages:
                - name: one
                  produces: [first]
                  command: "echo one of {scene.name}"
                - name: two
                  requires: [first]
                  command: "echo begun; until [ -e {scene.path}/../../go ]; do sleep 0.05; done; seq 3; echo over"
            resources: {cpus: 100}
            """)
        let submitted = try lab.muster(["submit", "sweep.yaml"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        let follow = try lab.start(["logs", "a", "-f"])
        let log = "\(lab.folder)/out"
        func shown() -> String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
        // The stage runs, and what it has written is there.
        _ = try lab.wait(for: "the running stage's words") { shown() == "one of a\nbegun\n" ? true : nil }
        #expect(follow.isRunning)
        try lab.write("go", "")
        _ = try lab.wait(for: "the end of the follower") { follow.isRunning ? nil : true }
        #expect(follow.terminationStatus == 0)
        // Nothing twice and nothing missing, although the spool became a part of the log in between.
        #expect(shown() == "one of a\nbegun\n1\n2\n3\nover\n")
        #expect(try lab.muster(["wait", "last", "--timeout", "60s"]).status == 0)
        #expect(try lab.muster(["logs", "b", "--stage", "two"]).output == "begun\n1\n2\n3\nover\n")
    }

    @Test func eachAttemptHasItsOwnLog() throws {
        let lab = try Lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: again, dataset_root: data}
            pipeline: {command: "d={scene.path}/../..; echo x >> $d/tries; wc -l < $d/tries; [ $(wc -l < $d/tries) = 2 ]"}
            retry: {failed: {attempts: 2}}
            """)
        #expect(try lab.muster(["run", "sweep.yaml"]).status == 0)
        #expect(try lab.muster(["logs", "a"]).output == "2\n")
        #expect(try lab.muster(["logs", "a", "--attempt", "1"]).output == "1\n")
        #expect(try lab.muster(["logs", "a", "--attempt", "2", "-f"]).output == "2\n")
        let wrong = try lab.muster(["logs", "a", "--attempt", "3"])
        #expect(wrong.status == 2 && wrong.errors.contains("it has 2, numbered from 1"), "\(wrong.errors)")
        let unknown = try lab.muster(["logs", "a", "--stage", "rnu"])
        #expect(unknown.status == 2 && unknown.errors.contains("it has: run"), "\(unknown.errors)")
    }
}
