import Foundation
import MusterCore
import Testing

/// A run that is watched in a terminal, and by a program.
@Suite struct WatchTests {
    /// One job at a time; each greets, and waits for `go`.
    private func lab() throws -> Lab {
        let lab = try Lab(scenes: ["a", "b", "細胞"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: cells, dataset_root: data}
            pipeline:
              command: "echo hello from {scene.name}; until [ -e \(lab.folder)/go ]; do sleep 0.05; done"
            resources: {cpus: 100}
            """)
        let submitted = try lab.muster(["submit", "sweep.yaml"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        return lab
    }

    /// Waits until the screen shows some line that is right.
    private func see(
        _ what: String, _ terminal: PseudoTerminal, _ lab: Lab, _ isRight: ([String]) -> Bool
    ) throws {
        do {
            _ = try lab.wait(for: what) { isRight(terminal.lines()) ? true : nil }
        } catch {
            Issue.record("\(what) is not seen in:\n\(terminal.lines().joined(separator: "\n"))")
            throw error
        }
    }

    @Test func keysWorkAndTheTerminalIsGivenBack() throws {
        let lab = try lab()
        let terminal = try PseudoTerminal(rows: 24, columns: 80)
        let before = terminal.settings
        let watch = try lab.start(["watch", "last"], in: terminal)
        try see("the running job", terminal, lab) { lines in
            lines.contains { $0.hasPrefix(">") && $0.contains(" a ") && $0.contains("running") }
                && lines.contains { $0.contains("細胞") && $0.contains("queued") }
        }
        #expect(terminal.screen.isAlternate && !terminal.screen.hasCursor && terminal.settings != before)
        terminal.press("/細\r")
        try see("one job", terminal, lab) { lines in
            lines[2].hasSuffix("filter: 細 (1)") && !lines.contains { $0.contains(" b ") }
        }
        terminal.press("\u{1B}")
        try see("all jobs", terminal, lab) { $0.contains { $0.contains(" b ") } }
        terminal.press("g\r")
        try see("the job", terminal, lab) { $0[3].hasPrefix(" JOB a") }
        terminal.press("l")
        try see("its log", terminal, lab) { $0.contains("hello from a") }
        terminal.press("\u{1B}")
        try see("the job again", terminal, lab) { $0[3].hasPrefix(" JOB a") }
        terminal.press("\u{1B}")
        try see("the jobs again", terminal, lab) { $0.contains { $0.contains("STATE") } }
        terminal.press("j")
        try see("the next job", terminal, lab) { $0.contains { $0.hasPrefix(">") && $0.contains(" b ") } }
        terminal.press("c")
        try see("the question", terminal, lab) { $0[22] == "cancel 'b'? y / n" }
        terminal.press("y")
        try see("its end", terminal, lab) { $0.contains { $0.contains(" b ") && $0.contains("cancelled") } }
        terminal.resize(rows: 30, columns: 160)
        kill(watch.processIdentifier, SIGWINCH)
        try see("the larger screen", terminal, lab) {
            $0.count == 30 && $0[29].contains("q leave") && $0[3].contains("RUN ENDED")
        }
        #expect(terminal.screen.unknown.isEmpty, "\(terminal.screen.unknown)")
        kill(watch.processIdentifier, SIGTERM)
        watch.waitUntilExit()
        try see("the word at the end", terminal, lab) { $0.joined().contains("no longer watching; the run goes on") }
        #expect(watch.terminationStatus == 130 && terminal.settings == before)
        #expect(!terminal.screen.isAlternate && terminal.screen.hasCursor)
        try lab.write("go", "")
        #expect(try lab.muster(["wait", "last", "--timeout", "60s"]).status == 1)
        #expect(try lab.jobs().map { $0["outcome"]?.string } == ["succeeded", "cancelled", "succeeded"])
    }

    @Test func theEndIsSeenAndSomethingIsTriedAgainBehindIt() throws {
        let lab = try lab()
        #expect(try lab.muster(["cancel", "last", "2", "--yes"]).status == 0)
        try lab.write("go", "")
        let terminal = try PseudoTerminal(rows: 24, columns: 80)
        let watch = try lab.start(["watch", "last"], in: terminal)
        try see("the end", terminal, lab) { $0[22].contains("the run has ended") && $0[2].contains("2 succeeded") }
        terminal.press("/cancelled\rry")
        try see("the retry's end", terminal, lab) {
            $0[2].contains("3 jobs  3 succeeded") && $0[22].contains("has ended")
        }
        terminal.press("q")
        watch.waitUntilExit()
        try see("the table", terminal, lab) { $0.contains { $0.contains("OUTCOME") } }
        #expect(watch.terminationStatus == 0 && !terminal.screen.isAlternate)
    }

    @Test func aTerminalWithoutOrdersGetsLines() throws {
        let lab = try lab()
        try lab.write("go", "")
        let terminal = try PseudoTerminal(rows: 24, columns: 80)
        let watch = try lab.start(["watch", "last"], in: terminal, kind: "dumb")
        watch.waitUntilExit()
        try see("the table", terminal, lab) { $0.contains { $0.contains("OUTCOME") } }
        #expect(watch.terminationStatus == 0 && !terminal.screen.isAlternate)
    }

    @Test func changesAreAStreamOfObjects() throws {
        let lab = try lab()
        let watch = try lab.start(["watch", "last", "--json"])
        func objects() throws -> [JSON] {
            let text = try String(contentsOfFile: "\(lab.folder)/out", encoding: .utf8)
            return try text.split(separator: "\n").dropLast(text.hasSuffix("\n") ? 0 : 1).map {
                try JSON(parsing: String($0))
            }
        }
        _ = try lab.wait(for: "a running job") {
            try objects().contains { $0["change"] == "job" && $0["job"] == "a" && $0["outcome"] == "running" }
                ? true : nil
        }
        try lab.write("go", "")
        watch.waitUntilExit()
        let objects = try objects()
        #expect(watch.terminationStatus == 0 && objects.allSatisfy { $0["schema"] == 1 })
        #expect(objects.first?["change"] == "run" && objects.first?["jobs"] == 3)
        let states = objects.filter { $0["change"] == "job" && $0["job"] == "細胞" }.compactMap { $0["outcome"]?.string }
        #expect(states.first == "queued" && states.last == "succeeded" && states.count <= 4)
        #expect(objects.last?["change"] == "end" && objects.last?["report"]?["jobs"]?.array?.count == 3)
        #expect(objects.last { $0["change"] == "run" }?["counts"]?["succeeded"] == 3)
    }
}
