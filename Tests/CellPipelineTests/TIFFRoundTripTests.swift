import Testing

@testable import CellPipeline

/// The same made-up scene in every format leads to the same results, byte for byte.
struct TIFFRoundTripTests {
    private func simulate(_ folder: String, _ format: SceneFormat, fovs: Int) throws {
        var parameters = SimulationParameters()
        parameters.scenes = 1
        parameters.frames = 5
        parameters.size = FrameSize(height: 110, width: 120)
        parameters.channels = 2
        parameters.fovs = fovs
        parameters.cells = 2
        parameters.format = format
        try Simulator(parameters, progress: progressNowhere()).write(to: folder)
    }

    private func run(_ scene: String, _ output: String, _ format: SceneFormat, fovs: Int) throws {
        var parameters = PipelineParameters()
        parameters.extraction.minimumFrames = 2
        parameters.correction.tile = 64
        if format == .tiff {
            parameters.images.layout = try #require(Layout("p=\(fovs),t,c=3"))
            parameters.images.intervalMs = 300_000
        }
        try Pipeline(inputs: [scene], output: output, fovs: nil, progress: progressNowhere()).run(parameters)
    }

    @Test(arguments: [(SceneFormat.tiff, 2), (.omeTIFF, 2), (.imageJ, 1)])
    func theFormatChangesNothing(format: SceneFormat, fovs: Int) throws {
        let folder = try TemporaryFolder()
        try simulate(folder("npy"), .npy, fovs: fovs)
        try simulate(folder("data"), format, fovs: fovs)
        let name = format == .omeTIFF ? "scene_000.ome.tif" : "scene_000.tif"
        #expect(try namesInFolder(folder("data")) == [name, "truth"])
        try run(folder("npy/scene_000"), folder("expected/scene_000"), .npy, fovs: fovs)
        try run(folder("data/\(name)"), folder("out/\(name)"), format, fovs: fovs)
        let files = try folder.files(in: "expected/scene_000")
        #expect(try files == folder.files(in: "out/\(name)") && files.count == 1 + fovs * 10)
        for file in files where isFile(folder("expected/scene_000/\(file)")) {
            let isSame = try readBytes(folder("expected/scene_000/\(file)")) == readBytes(folder("out/\(name)/\(file)"))
            #expect(isSame, "\(file)")
        }
        // The scores, found by the scenes' names.
        let scorer = Scorer(radius: 10)
        let expected = try scorer.report(scorer.pairs(results: folder("expected"), dataset: folder("npy"))).total
        let total = try scorer.report(scorer.pairs(results: folder("out"), dataset: folder("data"))).total
        #expect(total == expected && total.cellsMatched > 0)
    }

    @Test func whatWasUnderstoodIsTold() throws {
        let folder = try TemporaryFolder()
        try simulate(folder("data"), .omeTIFF, fovs: 2)
        let info = try ImageInfo(path: folder("data/scene_000.ome.tif"), choice: ImageChoice())
        #expect(
            info.text() == """
                format    OME-TIFF
                frame     120 x 110 pixels of uint16
                frames    5, from 0 s to 1200 s
                channels  0 phase contrast (phase contrast), 1 light 1 (fluorescence), 2 light 2 (fluorescence)
                slices    1
                fields    2: fov_000, fov_001

                """)
        #expect(try info.json().contains("\"n_fovs\" : 2"))
        try simulate(folder("npy"), .npy, fovs: 1)
        let stacks = try ImageInfo(path: folder("npy/scene_000"), choice: ImageChoice())
        #expect(stacks.format == "npy" && stacks.nFrames == 5 && stacks.channels.map(\.role) == ["pc", "fl", "fl"])
    }

    @Test func aFolderTakesNoLayout() throws {
        let folder = try TemporaryFolder()
        try simulate(folder("npy"), .npy, fovs: 1)
        var choice = ImageChoice()
        choice.intervalMs = 5
        let pipeline = Pipeline(
            inputs: [folder("npy/scene_000")], output: folder("out"), fovs: nil, progress: progressNowhere())
        #expect(throws: PipelineError.self) { try pipeline.copy(choice) }
    }

    @Test func oneFileOfImageJHoldsOneFieldOfView() throws {
        let folder = try TemporaryFolder()
        #expect(throws: PipelineError.self) { try simulate(folder("x"), .imageJ, fovs: 2) }
        #expect(!isFolder(folder("x")))
    }

    @Test func aSimulationThatFailsLeavesNoFile() throws {
        let folder = try TemporaryFolder()
        #expect(throws: PipelineError.self) {
            var parameters = SimulationParameters()
            parameters.scenes = 1
            parameters.size = FrameSize(height: 80, width: 80)
            parameters.cells = 20
            parameters.format = .tiff
            try Simulator(parameters, progress: progressNowhere()).write(to: folder("x"))
        }
        #expect(try folder.files(in: "x").filter { $0.contains(".tif") } == [])
    }
}
