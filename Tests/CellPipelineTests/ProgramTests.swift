import Foundation
import Testing

@testable import CellPipeline

/// The program itself, as a person or a batch script runs it.
struct ProgramTests {
    private struct Answer {
        let code: Int32
        let output: String
        let errors: String
    }

    /// The program lies beside the tests.
    private static var program: URL {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent("cellpipe")
            if isFile(candidate.path) { return candidate }
            folder.deleteLastPathComponent()
        }
        return URL(fileURLWithPath: ".build/debug/cellpipe")
    }

    private func process(_ arguments: [String], environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = arguments
        process.environment = environment
        return process
    }

    private func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Answer {
        let process = process(arguments, environment: environment)
        let folder = try TemporaryFolder()
        for name in ["out", "err"] { try writeText("", to: folder(name)) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder("out")))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder("err")))
        try process.run()
        process.waitUntilExit()
        return Answer(
            code: process.terminationStatus, output: try readText(folder("out")), errors: try readText(folder("err")))
    }

    @Test func exitCodesTellSuccessFailureAndWrongUsage() throws {
        #expect(try run(["--version"]).output.hasPrefix("cellpipe "))
        let failure = try run(["segment", "--output", "/nowhere/at/all"])
        #expect(failure.code == 1 && failure.errors.contains("metadata.json") && failure.errors.contains("try: "))
        #expect(try run(["segment"]).code == 64)
        #expect(try run(["segment", "--output", "x", "--fov", "a"]).code == 64)
        #expect(try run(["score", "--results", "a", "b", "--truth", "a"]).code == 64)
    }

    @Test func aDataSetGoesThroughAllStepsOfTheProgram() throws {
        let folder = try TemporaryFolder()
        let simulation = try run([
            "simulate", "--output", folder("data"), "--scenes", "1", "--frames", "4", "--height", "110", "--width",
            "120", "--cells", "2",
        ])
        #expect(simulation.code == 0 && simulation.errors == "" && simulation.output == "")
        let out = folder("runs/p1/scene_000")
        let environment = ["MUSTER_PROGRESS": folder("progress")]
        for step in [
            ["copy", "--input", folder("data/scene_000")], ["segment"], ["correct", "--tile", "64"], ["track"],
            ["extract", "--min-frames", "2"],
        ] {
            let answer = try run(step + ["--output", out], environment: environment)
            #expect(answer.code == 0 && answer.errors == "")
        }
        let lines = try readText(folder("progress")).split(separator: "\n")
        for stage in ["copy", "segment", "correct", "track", "extract"] {
            #expect(lines.contains { $0.hasPrefix("{\"stage\":\"\(stage)\",\"item\":\"fov_000\",\"t\":4,\"T\":4,") })
        }
        let score = ["score", "--results", folder("runs"), "--dataset", folder("data"), "--json", "--min-matched"]
        let good = try run(score + ["0.8"])
        #expect(good.code == 0 && good.output.contains("\"cells_matched\" : 2"))
        #expect(try run(score + ["1.1"]).code == 1)
    }

    @Test func aTIFFFileGoesThroughTheProgram() throws {
        let folder = try TemporaryFolder()
        let simulation = try run([
            "simulate", "--output", folder("data"), "--scenes", "1", "--frames", "3", "--height", "110", "--width",
            "120", "--cells", "2", "--format", "tiff",
        ])
        #expect(simulation.code == 0 && simulation.errors == "")
        let scene = folder("data/scene_000.tif")
        let silent = try run(["info", scene])
        #expect(silent.code == 1 && silent.output == "" && silent.errors.contains("try: say with --layout"))
        let told = try run(["info", scene, "--json", "--layout", "t,c=2", "--interval", "auto"])
        #expect(told.code == 0 && told.errors == "" && told.output.contains("\"n_frames\" : 3"))
        #expect(try run(["info", scene, "--layout", "t,t"]).code == 64)
        #expect(try run(["info", scene, "--interval", "0"]).code == 64)
        let options = ["--layout", "t,c=2", "--phase-contrast", "auto", "--fluorescence", "1", "--z", "auto"]
        let copy = try run(["copy", "--input", scene, "--output", folder("out")] + options)
        #expect(copy.code == 0 && copy.errors == "")
        #expect(isFile(folder("out/fov_000/scene_000_fov_000_fl_ch_1.npy")))
        // What libtiff says goes into the one message, and nowhere else.
        try write(Array(readBytes(scene).prefix(30_000)), to: scene)
        let cut = try run(["info", scene, "--layout", "t,c=2"])
        #expect(cut.code == 1 && cut.errors.hasPrefix("Error: cannot open") && cut.output == "")
        #expect(cut.errors.split(separator: "\n").count == 1)
    }

    @Test func aKilledStepLeavesNoHalfFileUnderItsName() async throws {
        let folder = try TemporaryFolder()
        #expect(
            try run([
                "simulate", "--output", folder("data"), "--scenes", "1", "--frames", "60", "--height", "256",
                "--width", "320",
            ]).code == 0)
        #expect(try run(["copy", "--input", folder("data/scene_000"), "--output", folder("out")]).code == 0)
        let result = folder("out/fov_000/scene_000_fov_000_seg_ch_0.npy")
        // On a fast machine that is busy elsewhere the step may end before the kill arrives; then it is tried again.
        var wasKilled = false
        for attempt in 0..<20 where !wasKilled {
            try? FileManager.default.removeItem(atPath: result)
            wasKilled = try await killAfterFirstReport(["segment", "--output", folder("out")], folder("p\(attempt)"))
        }
        try #require(wasKilled)
        #expect(!isFile(result))
        #expect(try run(["segment", "--output", folder("out")]).code == 0)
        let reader = try NpyReader(path: result)
        #expect(reader.header.shape == [60, 256, 320])
    }

    /// Whether the kill came before the process had ended.
    private func killAfterFirstReport(_ arguments: [String], _ progress: String) async throws -> Bool {
        let process = process(arguments, environment: ["MUSTER_PROGRESS": progress])
        try process.run()
        let deadline = ContinuousClock.now + .seconds(30)
        while (try? readBytes(progress).isEmpty) ?? true, process.isRunning, ContinuousClock.now < deadline {
            await Task.yield()
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
    }
}
