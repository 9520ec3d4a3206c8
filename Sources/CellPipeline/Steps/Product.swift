/// A file that a step writes for one field of view and one channel.
enum Product: Equatable {
    case phaseContrast(Int)
    case fluorescence(Int)
    case segmentation(Int)
    case corrected(Int)
    case labels(Int)
    case traces(Int)

    /// The path below the results' folder: `fov_000/{base}_fov_000_seg_ch_0.npy`.
    func path(base: String, fov: Int) -> String {
        "\(fovName(fov))/\(base)_\(fovName(fov))_\(ending)"
    }

    /// The command that makes it.
    var step: String {
        switch self {
        case .phaseContrast, .fluorescence: "copy"
        case .segmentation: "segment"
        case .corrected: "correct"
        case .labels: "track"
        case .traces: "extract"
        }
    }

    private var ending: String {
        switch self {
        case .phaseContrast(let channel): "pc_ch_\(channel).npy"
        case .fluorescence(let channel): "fl_ch_\(channel).npy"
        case .segmentation(let channel): "seg_ch_\(channel).npy"
        case .corrected(let channel): "fl_corrected_ch_\(channel).npy"
        case .labels(let channel): "seg_labeled_ch_\(channel).npy"
        case .traces(let channel): "traces_ch_\(channel).csv"
        }
    }
}
