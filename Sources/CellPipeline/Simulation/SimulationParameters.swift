/// What a made-up data set looks like.
public struct SimulationParameters: Equatable, Sendable {
    /// Scenes, `scene_000` and so on.
    public var scenes = 3
    /// Frames of each stack.
    public var frames = 40
    /// Size of a frame.
    public var size = FrameSize(height: 256, width: 320)
    /// Fields of view of each scene.
    public var fovs = 1
    /// Fluorescence channels, from channel 1 on.
    public var channels = 1
    /// Cells of each field of view; nil for one per 6000 pixels.
    public var cells: Int?
    /// The same seed gives the same data set, byte for byte.
    public var seed: UInt64 = 1
    /// Time between two frames, in milliseconds.
    public var intervalMs = 300_000.0

    /// What the scenes' frames are written as.
    public var format = SceneFormat.npy

    /// A small data set that takes a few seconds.
    public init() {}

    var cellCount: Int { cells ?? max(1, Int((Double(size.count) / 6000).rounded())) }

    func check() throws {
        let limits: [(String, Int, ClosedRange<Int>)] = [
            ("--scenes", scenes, 1...1000), ("--frames", frames, 1...100_000), ("--fovs", fovs, 1...1000),
            ("--channels", channels, 1...8), ("--cells", cellCount, 0...10_000),
            ("--height", size.height, CellPopulation.smallestSide...20_000),
            ("--width", size.width, CellPopulation.smallestSide...20_000),
        ]
        for (option, value, range) in limits where !range.contains(value) {
            throw PipelineError(
                cannot: "use", option, "\(value) is not between \(range.lowerBound) and \(range.upperBound)")
        }
        if format == .imageJ && fovs > 1 {
            throw PipelineError(
                cannot: "use", "--format imagej", "ImageJ's files have one field of view, and --fovs is \(fovs)",
                hint: "choose --format ome-tiff")
        }
        guard intervalMs.isFinite, intervalMs > 0 else {
            throw PipelineError(cannot: "use", "--interval", "\(intervalMs) is not above 0")
        }
    }
}

/// What a made-up scene's frames are written as.
public enum SceneFormat: String, CaseIterable, Sendable {
    /// A folder of stacks and `metadata.json`.
    case npy
    /// One file of pages without a word about them, as `--layout p=FOVS,t,c=CHANNELS` describes it.
    case tiff
    /// One file with OME-XML.
    case omeTIFF = "ome-tiff"
    /// One file with ImageJ's description of a hyperstack.
    case imageJ = "imagej"
}
