import ArgumentParser
import CellPipeline

struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the traces of samples together: SAMPLE_FEATURE_ch_C.csv with time, fov, cell and value.",
        discussion: "The file of samples is YAML: samples: [{name: control, fovs: \"0-5, 7, 9-11\"}].")

    @Option(parsing: .upToNextOption, help: "Folders with results, each with fields of view of its own numbers.")
    var results: [String]

    @Option(help: "The file that says which fields of view belong to which sample.")
    var samples: String

    @Option(help: "A feature to merge; may be repeated. (default: area, intensity_total)")
    var feature: [String] = []

    @Option(help: "Folder for the tables.")
    var output: String

    func run() throws {
        let merge = try SampleMerge(folders: results)
        let features = feature.isEmpty ? SampleMerge.features : feature
        for path in try merge.write(try SampleList.read(samples), features: features, to: output) { print(path) }
    }
}
