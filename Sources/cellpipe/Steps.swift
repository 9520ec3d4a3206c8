import ArgumentParser
import CellPipeline

struct Copy: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Step 1: take a scene's frames over.")
    @OptionGroup var files: SceneOptions
    @OptionGroup(title: "TIFF files") var images: ImageOptions

    func run() throws { try files.pipeline().copy(images.choice()) }
}

struct Segment: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Step 2: find the cells in the phase contrast frames.")
    @OptionGroup var files: StepOptions
    @OptionGroup(title: "Segmentation") var segmentation: SegmentationOptions

    func run() throws { try files.pipeline().segment(segmentation.parameters()) }
}

struct Correct: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Step 3: subtract the uneven ground of the fluorescence.")
    @OptionGroup var files: StepOptions
    @OptionGroup(title: "Correction") var correction: CorrectionOptions

    func run() throws { try files.pipeline().correct(correction.parameters()) }
}

struct Track: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Step 4: follow the first frame's cells.")
    @OptionGroup var files: StepOptions
    @OptionGroup(title: "Tracking") var tracking: TrackingOptions

    func run() throws { try files.pipeline().track(tracking.parameters()) }
}

struct Extract: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Step 5: measure every cell in every frame.")
    @OptionGroup var files: StepOptions
    @OptionGroup(title: "Extraction") var extraction: ExtractionOptions

    func run() throws { try files.pipeline().extract(extraction.parameters()) }
}

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "All five steps, from a scene to traces.")
    @OptionGroup var files: SceneOptions
    @OptionGroup(title: "TIFF files") var images: ImageOptions
    @OptionGroup(title: "Segmentation") var segmentation: SegmentationOptions
    @OptionGroup(title: "Correction") var correction: CorrectionOptions
    @OptionGroup(title: "Tracking") var tracking: TrackingOptions
    @OptionGroup(title: "Extraction") var extraction: ExtractionOptions

    func run() throws {
        var parameters = PipelineParameters()
        parameters.images = images.choice()
        parameters.segmentation = segmentation.parameters()
        parameters.correction = correction.parameters()
        parameters.tracking = tracking.parameters()
        parameters.extraction = extraction.parameters()
        try files.pipeline().run(parameters)
    }
}
