import Testing

@testable import CellPipeline

struct EndToEndTests {
    private func simulate(_ folder: TemporaryFolder, _ change: (inout SimulationParameters) -> Void) throws {
        var parameters = SimulationParameters()
        parameters.scenes = 1
        change(&parameters)
        try Simulator(parameters, progress: progressNowhere()).write(to: folder("data"))
    }

    private func run(_ folder: TemporaryFolder, _ change: (inout PipelineParameters) -> Void) throws {
        var parameters = PipelineParameters()
        change(&parameters)
        let pipeline = Pipeline(
            inputs: [folder("data/scene_000")], output: folder("out"), fovs: nil, progress: progressNowhere())
        try pipeline.run(parameters)
    }

    private func score(_ folder: TemporaryFolder) throws -> SceneScore {
        let pair = Scorer.Pair(scene: folder("data/scene_000"), results: folder("out"))
        return try Scorer(radius: 10).report([pair]).total
    }

    @Test func cellsOfASmallSceneAreFoundFollowedAndMeasured() throws {
        let folder = try TemporaryFolder()
        try simulate(folder) {
            $0.frames = 8
            $0.size = FrameSize(height: 150, width: 190)
            $0.fovs = 2
            $0.channels = 2
            $0.cells = 4
        }
        try run(folder) {
            $0.extraction.minimumFrames = 5
            $0.correction.tile = 64
        }
        let score = try score(folder)
        #expect(score.cellsTrue == 8)
        #expect(score.matchedShare >= 0.8)
        #expect(try #require(score.completeness) > 0.95)
        #expect(try #require(score.positionErrorPx) < 2)
        #expect(try #require(score.maskOverlap) > 0.7)
        #expect(score.channels.map(\.channel) == [1, 2])
        for channel in score.channels {
            #expect(try #require(channel.correlation) > 0.95)
            #expect(try #require(channel.relativeError) < 0.1)
        }
        #expect(
            try folder.files(in: "out") == [
                "fov_000", "fov_000/scene_000_fov_000_fl_ch_1.npy", "fov_000/scene_000_fov_000_fl_ch_2.npy",
                "fov_000/scene_000_fov_000_fl_corrected_ch_1.npy", "fov_000/scene_000_fov_000_fl_corrected_ch_2.npy",
                "fov_000/scene_000_fov_000_pc_ch_0.npy", "fov_000/scene_000_fov_000_seg_ch_0.npy",
                "fov_000/scene_000_fov_000_seg_labeled_ch_0.npy", "fov_000/scene_000_fov_000_traces_ch_1.csv",
                "fov_000/scene_000_fov_000_traces_ch_2.csv", "fov_001", "fov_001/scene_000_fov_001_fl_ch_1.npy",
                "fov_001/scene_000_fov_001_fl_ch_2.npy", "fov_001/scene_000_fov_001_fl_corrected_ch_1.npy",
                "fov_001/scene_000_fov_001_fl_corrected_ch_2.npy", "fov_001/scene_000_fov_001_pc_ch_0.npy",
                "fov_001/scene_000_fov_001_seg_ch_0.npy", "fov_001/scene_000_fov_001_seg_labeled_ch_0.npy",
                "fov_001/scene_000_fov_001_traces_ch_1.csv", "fov_001/scene_000_fov_001_traces_ch_2.csv",
                "metadata.json",
            ])
    }

    @Test func aSceneLargerThanTwoTilesWorksWithTheDefaults() throws {
        let folder = try TemporaryFolder()
        try simulate(folder) {
            $0.frames = 3
            $0.size = FrameSize(height: 520, width: 540)
            $0.cells = 12
        }
        try run(folder) { $0.extraction.minimumFrames = 2 }
        let score = try score(folder)
        #expect(score.matchedShare >= 0.8)
        #expect(try #require(score.channels.first?.relativeError) < 0.2)
    }

    @Test func aSeedMakesTheSameBytesAndAnotherSeedOthers() throws {
        let folders = try (0..<3).map { _ in try TemporaryFolder() }
        for (folder, seed) in zip(folders, [5, 5, 6] as [UInt64]) {
            try simulate(folder) {
                $0.frames = 3
                $0.size = FrameSize(height: 80, width: 96)
                $0.seed = seed
            }
        }
        let contents = try folders.map { folder in
            try folder.files(in: "data/scene_000").map { try readBytes(folder("data/scene_000/" + $0)) }
        }
        #expect(contents[0].count == 6)
        #expect(contents[0] == contents[1])
        #expect(contents[0] != contents[2])
    }

    @Test func stepsInFoldersOfTheirOwnMakeTheSameResults() throws {
        let folder = try TemporaryFolder()
        try simulate(folder) {
            $0.frames = 4
            $0.size = FrameSize(height: 100, width: 110)
            $0.fovs = 2
            $0.cells = 1
        }
        try run(folder) { $0.extraction.minimumFrames = 1 }
        func step(_ inputs: [String], _ output: String, _ fovs: String? = nil) -> Pipeline {
            Pipeline(
                inputs: inputs.map { folder($0) }, output: folder(output), fovs: fovs.flatMap { FOVRange($0) },
                progress: progressNowhere())
        }
        try step(["data/scene_000"], "copied", "0:0").copy()
        try step(["data/scene_000"], "copied", "1").copy()
        try step(["copied"], "masks", "1").segment(SegmentationParameters())
        try step(["copied"], "masks", "0").segment(SegmentationParameters())
        try step(["copied", "masks"], "corrected").correct(CorrectionParameters())
        try step(["masks", "copied"], "tracked").track(TrackingParameters())
        var parameters = ExtractionParameters()
        parameters.minimumFrames = 1
        try step(["copied", "corrected", "tracked"], "traces").extract(parameters)
        for fov in ["fov_000", "fov_001"] {
            for (part, name) in [("traces", "traces_ch_1.csv"), ("tracked", "seg_labeled_ch_0.npy")] {
                let path = "\(fov)/scene_000_\(fov)_\(name)"
                #expect(try readBytes(folder("\(part)/\(path)")) == readBytes(folder("out/\(path)")))
            }
        }
        #expect(
            try readText(folder("traces/fov_000/scene_000_fov_000_traces_ch_1.csv")).split(separator: "\n").count > 1)
    }

    @Test func scoresTellGoodFromBadAndMissing() throws {
        let folder = try TemporaryFolder()
        try simulate(folder) {
            $0.scenes = 2
            $0.frames = 4
            $0.size = FrameSize(height: 100, width: 170)
            $0.cells = 2
        }
        try run(folder) { $0.extraction.minimumFrames = 1 }
        try makeFolder(folder("results/point_1/scene_000"))
        let scorer = Scorer(radius: 10)
        #expect(try scorer.pairs(results: folder("results"), dataset: folder("data")).allSatisfy { $0.results == nil })
        let parts = try scorer.pairs(results: folder.path, dataset: folder("data"))
        #expect(parts.count == 2)
        // The other scene's truth fits these traces badly.
        let wrong = try scorer.report([.init(scene: folder("data/scene_001"), results: folder("out"))]).total
        let right = try scorer.report([.init(scene: folder("data/scene_000"), results: folder("out"))]).total
        #expect(right.matchedShare == 1)
        #expect(wrong.matchedShare < 1)
        let missing = try scorer.report([.init(scene: folder("data/scene_000"), results: nil)])
        #expect(missing.total.matchedShare == 0)
        #expect(try missing.json().contains("\"schema\" : 1"))
        #expect(missing.table().split(separator: "\n").count == 3)
    }

    @Test func anImpossibleCrowdIsRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: PipelineError.self) {
            try simulate(folder) {
                $0.size = FrameSize(height: 80, width: 80)
                $0.cells = 20
            }
        }
        #expect(throws: PipelineError.self) { try simulate(folder) { $0.size = FrameSize(height: 20, width: 80) } }
    }
}
