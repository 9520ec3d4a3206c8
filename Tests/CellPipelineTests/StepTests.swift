import Foundation
import Testing

@testable import CellPipeline

struct StepTests {
    @Test(arguments: [
        ("0:2", 0...2), (":", 0...4), ("3:", 3...4), (":1", 0...1), ("-1:-1", 0...4), ("2", 2...2), ("4:4", 4...4),
    ])
    func fieldsOfViewAreRangesWithBothEnds(text: String, range: ClosedRange<Int>) throws {
        #expect(try FOVRange(text)?.resolve(count: 5) == range)
    }

    @Test(arguments: ["", "a", "1:2:3", "1-2", "-1", "1:x"])
    func otherTextsAreNoRanges(text: String) { #expect(FOVRange(text) == nil) }

    @Test(arguments: ["0:5", "3:2", "-2:3", "5"])
    func rangesOutsideOfTheSceneAreRefused(text: String) throws {
        let range = try #require(FOVRange(text))
        #expect(throws: PipelineError.self) { try range.resolve(count: 5) }
    }

    private struct Line: Decodable {
        let stage, item, message: String
        let t, total: Int

        enum CodingKeys: String, CodingKey {
            case stage, item, message, t
            case total = "T"
        }
    }

    @Test func progressIsOneJSONLinePerReportAndEndsWithTheLast() throws {
        let folder = try TemporaryFolder()
        let progress = ProgressReporter(path: folder("p"), isVerbose: false)
        for t in 1...1000 { progress.report("segment", "fov_\"1\\\n", done: t, total: 1000, "é") }
        progress.report("track", "fov_000", done: 1, total: 1, "")
        let lines = try readText(folder("p")).split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
        #expect(lines.first?.t == 1)
        #expect(lines.contains { $0.stage == "segment" && $0.t == 1000 && $0.total == 1000 })
        #expect(lines.last?.stage == "track")
        #expect(lines.first?.item == "fov_\"1\\\n" && lines.first?.message == "é")
        // 1000 reports take far less than 10 seconds, so most are left out.
        #expect(lines.count < 100)
    }

    @Test func progressThatCannotBeWrittenHarmsNobody() {
        let progress = ProgressReporter(path: "/nowhere/at/all", isVerbose: false)
        progress.report("copy", "fov_000", done: 1, total: 1, "")
    }

    @Test func twoReportersShareAFile() throws {
        let folder = try TemporaryFolder()
        let (first, second) = (
            ProgressReporter(path: folder("p"), isVerbose: false), ProgressReporter(path: folder("p"), isVerbose: false)
        )
        for _ in 0..<50 {
            first.report("a", "x", done: 1, total: 1, "")
            second.report("b", "x", done: 1, total: 1, "")
        }
        #expect(try readText(folder("p")).split(separator: "\n").count == 100)
    }

    @Test(arguments: [
        ("{}", "schema is missing"),
        ("not json", "no description"),
        (
            #"{"schema":2,"base_name":"a","height":1,"width":1,"n_frames":1,"n_fovs":1,"channels":{"pc":0,"fl":[]}}"#,
            "schema is 2"
        ),
        (
            #"{"schema":1,"base_name":"a/b","height":1,"width":1,"n_frames":1,"n_fovs":1,"channels":{"pc":0,"fl":[]}}"#,
            "base_name"
        ),
        (
            #"{"schema":1,"base_name":"a","height":0,"width":1,"n_frames":1,"n_fovs":1,"channels":{"pc":0,"fl":[]}}"#,
            "height is 0"
        ),
        (
            #"{"schema":1,"base_name":"a","height":1,"width":1,"n_frames":1,"n_fovs":1,"channels":{"pc":1,"fl":[1]}}"#,
            "channels"
        ),
        (
            #"{"schema":1,"base_name":"a","height":1,"width":1,"n_frames":2,"n_fovs":1,"channels":{"pc":0,"fl":[]},"timepoints_ms":[1]}"#,
            "1 timepoints for 2 frames"
        ),
    ])
    func aWrongDescriptionOfASceneIsNamed(text: String, part: String) throws {
        let folder = try TemporaryFolder()
        try writeText(text, to: folder("metadata.json"))
        #expect {
            _ = try SceneMetadata.read(from: folder.path)
        } throws: { error in
            (error as? PipelineError)?.reason.contains(part) == true
        }
    }

    @Test func aMissingStepIsNamed() throws {
        let folder = try TemporaryFolder()
        var parameters = SimulationParameters()
        (parameters.scenes, parameters.frames, parameters.size) = (1, 2, FrameSize(height: 64, width: 64))
        try Simulator(parameters, progress: progressNowhere()).write(to: folder.path)
        let scene = Pipeline(
            inputs: [folder("scene_000")], output: folder("out"), fovs: nil, progress: progressNowhere())
        try scene.copy()
        let later = Pipeline(inputs: [folder("out")], output: folder("out"), fovs: nil, progress: progressNowhere())
        #expect {
            try later.track(TrackingParameters())
        } throws: { error in
            let error = error as? PipelineError
            return error?.subject == "fov_000/scene_000_fov_000_seg_ch_0.npy"
                && error?.hint?.contains("cellpipe segment") == true
        }
    }

    @Test func stacksOfAnotherShapeAreRefusedAndEightBitsAreWidened() throws {
        let folder = try TemporaryFolder()
        let metadata = SceneMetadata(
            schema: 1, baseName: "x", height: 1, width: 2, nFrames: 1, nFovs: 1, channels: .init(pc: 0, fl: []),
            timepointsMs: nil)
        try metadata.write(to: folder.path)
        let pipeline = Pipeline(inputs: [folder.path], output: folder("out"), fovs: nil, progress: progressNowhere())
        let wrong = try NpyWriter(path: folder("fov_000_ch_0.npy"), type: .uint8, shape: [2, 1, 1])
        try wrong.append([1, 2] as [UInt8])
        try wrong.finish()
        #expect(throws: PipelineError.self) { try pipeline.copy() }
        let right = try NpyWriter(path: folder("fov_000_ch_0.npy"), type: .uint8, shape: [1, 1, 2])
        try right.append([200, 2] as [UInt8])
        try right.finish()
        try pipeline.copy()
        let reader = try NpyReader(path: folder("out/fov_000/x_fov_000_pc_ch_0.npy"))
        var frame: [UInt16] = [0, 0]
        try reader.readFrame(0, into: &frame)
        #expect(frame == [200, 2])
    }
}
