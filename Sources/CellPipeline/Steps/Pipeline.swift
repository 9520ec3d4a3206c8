/// The five steps over one scene's files: copy, segment, correct, track, extract.
///
/// A step finds what an earlier one wrote in the input folders, the first that has a file counts, and writes into the
/// output folder; both may be the same. Every result is written anew and appears under its name only when it is
/// complete, so a step may be repeated at any time. One value, one thread.
public struct Pipeline {
    /// Where earlier results lie; for `copy` the one scene.
    public let inputs: [String]
    /// Where results are written.
    public let output: String
    /// The fields of view to work on; nil for all there are.
    public let fovs: FOVRange?

    let progress: ProgressReporter

    /// Nothing is read or written yet.
    public init(inputs: [String], output: String, fovs: FOVRange?, progress: ProgressReporter) {
        self.inputs = inputs
        self.output = output
        self.fovs = fovs
        self.progress = progress
    }

    /// All five steps in order, from a scene to traces.
    public func run(_ parameters: PipelineParameters) throws {
        try parameters.check()
        // A field of view is finished when the last step has finished it.
        progress.counted = "extract"
        try copy(parameters.images)
        let later = Pipeline(inputs: [output], output: output, fovs: fovs, progress: progress)
        try later.segment(parameters.segmentation)
        try later.correct(parameters.correction)
        try later.track(parameters.tracking)
        try later.extract(parameters.extraction)
    }

    /// The description of the scene and the fields of view that this step works on.
    func open() throws -> (metadata: SceneMetadata, fovs: [Int]) {
        guard let folder = inputs.first(where: { isFile(joinPath($0, SceneMetadata.fileName)) }) else {
            throw PipelineError(
                cannot: "find", SceneMetadata.fileName, "it is not in " + inputs.joined(separator: ", "),
                hint: "run 'cellpipe copy' first, or name its folder with --input")
        }
        let metadata = try SceneMetadata.read(from: folder)
        if let fovs { return (metadata, Array(try fovs.resolve(count: metadata.nFovs))) }
        let present = (0..<metadata.nFovs).filter { fov in inputs.contains { isFolder(joinPath($0, fovName(fov))) } }
        if present.isEmpty {
            throw PipelineError(
                cannot: "find", fovName(0), "there is no field of view in " + inputs.joined(separator: ", "),
                hint: "run 'cellpipe copy' first, or name its folder with --input")
        }
        return (metadata, present)
    }

    /// An existing result of an earlier step.
    func source(_ product: Product, _ metadata: SceneMetadata, fov: Int) throws -> String {
        let name = product.path(base: metadata.baseName, fov: fov)
        if let folder = inputs.first(where: { isFile(joinPath($0, name)) }) { return joinPath(folder, name) }
        throw PipelineError(
            cannot: "find", name, "it is not in " + inputs.joined(separator: ", "),
            hint: "run 'cellpipe \(product.step)' first, or name its folder with --input")
    }

    /// Where a result of this step goes; its folder is made.
    func target(_ product: Product, _ metadata: SceneMetadata, fov: Int) throws -> String {
        try makeFolder(joinPath(output, fovName(fov)))
        return joinPath(output, product.path(base: metadata.baseName, fov: fov))
    }
}

/// The parameters of all steps that have any.
public struct PipelineParameters: Equatable, Sendable {
    /// Of `copy`.
    public var images = ImageChoice()
    /// Of `segment`.
    public var segmentation = SegmentationParameters()
    /// Of `correct`.
    public var correction = CorrectionParameters()
    /// Of `track`.
    public var tracking = TrackingParameters()
    /// Of `extract`.
    public var extraction = ExtractionParameters()

    /// The defaults.
    public init() {}

    func check() throws {
        try segmentation.check()
        try correction.check()
        try tracking.check()
        try extraction.check()
    }
}
