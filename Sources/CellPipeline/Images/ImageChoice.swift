/// What the user says of a file of images, where it says nothing, or too much, of itself.
public struct ImageChoice: Equatable, Sendable {
    /// What its pages are.
    public var layout = Layout.auto
    /// The phase contrast channel, by number or name; nil for the one that the file calls so, or else channel 0.
    public var phaseContrast: String?
    /// The fluorescence channels, by number or name; nil for all others.
    public var fluorescence: [String]?
    /// What becomes of several slices.
    public var slices = SliceRule.single
    /// Milliseconds between two frames, instead of the times in the file; nil for those.
    public var intervalMs: Double?

    /// All as the file says.
    public init() {}

    func channels(_ all: [Film.Channel]) throws -> SceneMetadata.Channels {
        func find(_ text: String, _ option: String) throws -> Int {
            if let number = Int(text), all.indices.contains(number) { return number }
            if let index = all.firstIndex(where: { $0.name == text }) { return index }
            let known = all.enumerated().map { $1.name.map { "'\($0)'" } ?? "\($0)" }.joined(separator: ", ")
            throw PipelineError(cannot: "find the channel", text, "the file has \(known)", hint: "see \(option)")
        }
        let said = try phaseContrast.map { try find($0, "--phase-contrast") }
        // Some programs call all transmitted light bright field.
        let pc =
            said ?? all.firstIndex { $0.contrast == "Phase" } ?? all.firstIndex { $0.contrast == "Brightfield" } ?? 0
        let fl = try fluorescence?.map { try find($0, "--fluorescence") } ?? all.indices.filter { $0 != pc }
        return SceneMetadata.Channels(pc: pc, fl: fl)
    }
}

/// What becomes of several slices (z) of a frame.
public enum SliceRule: Equatable, Sendable {
    /// There must be one.
    case single
    /// The brightest value of each pixel counts.
    case brightest
    /// This one, from 0.
    case number(Int)

    /// Reads `auto`, `max` or a number.
    public init?(_ text: String) {
        switch text {
        case "auto": self = .single
        case "max": self = .brightest
        default:
            guard let number = Int(text), number >= 0 else { return nil }
            self = .number(number)
        }
    }

    /// The slices to look at, where there are so many.
    func resolve(count: Int, path: String) throws -> ClosedRange<Int> {
        switch self {
        case .single where count > 1:
            throw PipelineError(
                cannot: "use", path, "each frame has \(count) slices, and the cells are followed in one plane",
                hint: "choose one with --z 0 to --z \(count - 1), or the brightest value of each pixel with --z max")
        case .single: return 0...0
        case .brightest: return 0...count - 1
        case .number(let number):
            if number < count { return number...number }
            throw PipelineError(cannot: "use", "--z \(number)", "'\(path)' has slices 0 to \(count - 1)")
        }
    }
}
