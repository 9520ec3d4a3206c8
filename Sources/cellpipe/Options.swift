public import ArgumentParser
public import CellPipeline

extension FOVRange: ExpressibleByArgument {
    /// Reads the argument of `--fov`.
    public init?(argument: String) { self.init(argument) }
}

extension SceneFormat: ExpressibleByArgument {}
extension EdgeRule: ExpressibleByArgument {}
extension TimeUnit: ExpressibleByArgument {}

struct ProgressOptions: ParsableArguments {
    @Flag(help: "Write plain progress lines to stderr, where MUSTER_PROGRESS does not name a file for them.")
    var verbose = false

    func progress() -> ProgressReporter { ProgressReporter(isVerbose: verbose) }
}

/// Where a step other than copying finds and leaves its files.
struct StepOptions: ParsableArguments {
    @Option(help: "Folder with the earlier steps' results; may be repeated. (default: the output folder)")
    var input: [String] = []

    @Option(help: "Folder for the results.")
    var output: String

    @Option(help: "Fields of view A:B, both included; -1 or nothing is the first or last. (default: all there are)")
    var fov: FOVRange?

    @OptionGroup var reporting: ProgressOptions

    func pipeline() -> Pipeline {
        Pipeline(
            inputs: input.isEmpty ? [output] : input, output: output, fovs: fov, progress: reporting.progress())
    }
}

/// Where the steps that begin with a scene find and leave their files.
struct SceneOptions: ParsableArguments {
    @Option(help: "The scene: a folder with metadata.json and npy stacks, or a TIFF file.")
    var input: String

    @Option(help: "Folder for the results.")
    var output: String

    @Option(help: "Fields of view A:B, both included; -1 or nothing is the first or last. (default: all)")
    var fov: FOVRange?

    @OptionGroup var reporting: ProgressOptions

    func pipeline() -> Pipeline {
        Pipeline(inputs: [input], output: output, fovs: fov, progress: reporting.progress())
    }
}

struct SegmentationOptions: ParsableArguments {
    @Option(help: "Side of the square in which the local deviation is taken, in pixels, odd.")
    var window = SegmentationParameters().window

    @Option(help: "Threshold above the ground's mode, in standard deviations of the ground.")
    var thresholdSigma = SegmentationParameters().thresholdSigmas

    @Option(help: "Side of the opening's square, in pixels, odd; 1 for none.")
    var opening = SegmentationParameters().opening

    @Option(help: "Side of the closing's square, in pixels, odd; 1 for none.")
    var closing = SegmentationParameters().closing

    @Option(help: "How often each erosion and dilation is repeated.")
    var iterations = SegmentationParameters().iterations

    func parameters() -> SegmentationParameters {
        var parameters = SegmentationParameters()
        parameters.window = window
        parameters.thresholdSigmas = thresholdSigma
        parameters.opening = opening
        parameters.closing = closing
        parameters.iterations = iterations
        return parameters
    }
}

struct CorrectionOptions: ParsableArguments {
    @Option(help: "Longest side of a background tile, in pixels.")
    var tile = CorrectionParameters().tile

    @Option(help: "Side of the square that widens the cells before the ground is measured, in pixels, odd.")
    var dilation = CorrectionParameters().dilation

    @Option(help: "How the ground goes on beyond the outermost tile centres: with its value or along its tangent.")
    var edges = CorrectionParameters().edges

    func parameters() -> CorrectionParameters {
        var parameters = CorrectionParameters()
        parameters.tile = tile
        parameters.dilation = dilation
        parameters.edges = edges
        return parameters
    }
}

struct TrackingOptions: ParsableArguments {
    @Option(help: "Least overlap of two bounding boxes that may be the same cell.")
    var minIou = TrackingParameters().minimumOverlap

    func parameters() -> TrackingParameters {
        var parameters = TrackingParameters()
        parameters.minimumOverlap = minIou
        return parameters
    }
}

struct ExtractionOptions: ParsableArguments {
    @Option(help: "Leave out cells found in fewer frames.")
    var minFrames = ExtractionParameters().minimumFrames

    @Option(help: "Unit of the column time.")
    var timeUnit = ExtractionParameters().timeUnit

    @Option(help: "Leave out cells that come nearer to the edge than this, in pixels.")
    var border = ExtractionParameters().border

    func parameters() -> ExtractionParameters {
        var parameters = ExtractionParameters()
        parameters.minimumFrames = minFrames
        parameters.timeUnit = timeUnit
        parameters.border = border
        return parameters
    }
}
