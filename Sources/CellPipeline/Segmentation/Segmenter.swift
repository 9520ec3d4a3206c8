/// Turns phase contrast frames into masks of cells, one frame at a time; buffers are kept between frames.
package struct Segmenter {
    private let parameters: SegmentationParameters
    private var deviation: LogDeviation
    private var holes: HoleFilling
    private var morphology: BoxMorphology
    private var values: [Float]

    package init(size: FrameSize, parameters: SegmentationParameters) {
        self.parameters = parameters
        deviation = LogDeviation(size: size, window: parameters.window)
        holes = HoleFilling(size: size)
        morphology = BoxMorphology(size: size)
        values = [Float](repeating: 0, count: size.count)
    }

    /// Writes 1 for each pixel of a cell and 0 elsewhere.
    package mutating func segment(_ frame: [UInt16], into mask: inout [UInt8]) {
        deviation.compute(frame, into: &values)
        let rule = HistogramThreshold(sigmas: parameters.thresholdSigmas)
        binarise(above: rule.threshold(of: values), into: &mask)
        holes.fill(&mask)
        // Repeating a square's erosion n times is one erosion with a square n times the radius, and the
        // opening's dilation goes straight on into the closing's.
        let opening = parameters.opening / 2 * parameters.iterations
        let closing = parameters.closing / 2 * parameters.iterations
        morphology.erode(&mask, radius: opening)
        morphology.dilate(&mask, radius: opening + closing)
        morphology.erode(&mask, radius: closing)
    }

    private func binarise(above threshold: Float, into mask: inout [UInt8]) {
        values.withUnsafeBufferPointer { values in
            mask.withUnsafeMutableBufferPointer { mask in
                for i in mask.indices { mask[i] = values[i] > threshold ? 1 : 0 }
            }
        }
    }
}

/// What the segmentation may be told; the defaults are those of PyAMA.
public struct SegmentationParameters: Equatable, Sendable {
    /// Side of the square in which the local deviation is taken, in pixels, odd.
    public var window = 3
    /// How far above the ground's mode the threshold lies, in standard deviations of the ground.
    public var thresholdSigmas = 3.0
    /// Side of the opening's square, in pixels, odd; 1 leaves the opening out.
    public var opening = 7
    /// Side of the closing's square, in pixels, odd; 1 leaves the closing out.
    public var closing = 7
    /// How often each erosion and dilation is repeated.
    public var iterations = 3

    /// The defaults.
    public init() {}

    func check() throws {
        try requireOddSize(window, "--window", limit: 999)
        try requireOddSize(opening, "--opening", limit: 999)
        try requireOddSize(closing, "--closing", limit: 999)
        guard (1...100).contains(iterations) else {
            throw PipelineError(cannot: "use", "--iterations", "\(iterations) is not between 1 and 100")
        }
        guard thresholdSigmas.isFinite else {
            throw PipelineError(cannot: "use", "--threshold-sigma", "\(thresholdSigmas) is no finite number")
        }
    }
}

/// Refuses the side of a square that has no centre pixel.
func requireOddSize(_ size: Int, _ option: String, limit: Int) throws {
    guard size % 2 == 1, (1...limit).contains(size) else {
        throw PipelineError(cannot: "use", option, "\(size) is not an odd number between 1 and \(limit)")
    }
}
