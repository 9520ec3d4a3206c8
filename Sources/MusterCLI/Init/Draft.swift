import Foundation
import MusterConfig
import MusterCore

/// What becomes a first config: found out where it can be, as asked where it was.
struct Draft {
    /// The config's folder, absolute.
    var folder: String
    var data: DataSet
    /// True when the data are still to be made.
    var isDemo = false
    var name: String
    var pipeline: SweepText.Pipeline
    var cluster: String
    /// How long the films of the data set are, where that is known.
    var frames: Int?

    /// The host of the cluster, where commands run elsewhere.
    func host() throws -> String? { try LoadedConfig.readCluster(cluster, project: folder).spec.host }

    /// The config's text.
    func text() throws -> String {
        let host = try host()
        let known = Set(Places.names(in: "cluster-configs", suffix: ".yaml", project: folder) + ["local"]).sorted()
        // Where commands run elsewhere, nothing says that a path is the same; an absolute one can at least be read.
        let root = host == nil ? data.root : Places.absolute(data.root, below: folder)
        return SweepText(
            name: name, root: root, data: data, pipeline: pipeline, cluster: cluster, clusters: known, host: host,
            stages: Self.stages(pipeline, frames: frames)
        ).text
    }

    /// Parameters without which a preset would not run, or would find nothing.
    static func stages(_ pipeline: SweepText.Pipeline, frames: Int?) -> [(stage: String, values: String)] {
        switch pipeline {
        case .preset("cellpipe"):
            var stages = [("segment", "{threshold_sigma: 3}")]
            // Cells seen in fewer frames than 30 are left out otherwise.
            if let frames, frames < 60 { stages.append(("extract", "{min_frames: \(max(1, frames / 3))}")) }
            return stages
        case .preset("my3dis"): return [("ssam", "{levels: [2, 4, 6]}")]
        default: return []
        }
    }

    /// The name for a folder's sweep, without what a name may not have.
    static func name(of folder: String) -> String {
        let last = folder.split(separator: "/").last.map(String.init) ?? ""
        let clean = last.map { $0.isWhitespace || ",/'\"\\".contains($0) || $0.isNewline ? "-" : $0 }
        let text = String(clean).unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        let name = String(String.UnicodeScalarView(text)).drop { $0 == "-" || $0 == "." }
        return name.isEmpty ? "first" : String(name)
    }

    /// What the reader says of a text: nothing where it is good.
    static func mistakes(of text: String, in folder: String) -> [Diagnostic] { read(text, in: folder).found }

    /// Reads a text as if it lay in a folder.
    static func read(_ text: String, in folder: String) -> SweepReader.Result {
        var options = SweepReader.Options()
        options.presetNames = Places.names(in: "templates/pipelines", suffix: ".yaml", project: folder)
        options.preset = { name in
            guard let file = Places.find(name, in: "templates/pipelines", suffix: ".yaml", project: folder) else {
                return nil
            }
            return FileManager.default.contents(atPath: file).map { .init(file: file, bytes: Array($0)) }
        }
        let files = ConfigFiles(main: .init(file: "\(folder)/sweep.yaml", bytes: Array(text.utf8)))
        return SweepReader.read(files, options)
    }
}
