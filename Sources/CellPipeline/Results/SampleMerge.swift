/// Brings the traces of samples together: for each sample, feature and channel one table with a row for each cell and moment.
public struct SampleMerge {
    /// The features that a table of traces has and that are merged unless others are named.
    public static let features = ["area", "intensity_total"]
    static let header = "time,fov,cell,value"

    private let traces: [Int: [ProcessingContext.ChannelFile]]

    /// The results of folders, each with fields of view of its own numbers. Traces that somebody inspected
    /// (`..._inspected.csv` beside) take the place of the others.
    ///
    /// - Throws: ``PipelineError`` where two folders have a field of view of one number.
    public init(folders: [String]) throws {
        var traces: [Int: [ProcessingContext.ChannelFile]] = [:]
        var owners: [Int: String] = [:]
        for folder in folders {
            for (fov, files) in try ProcessingContext(of: folder, as: folder).results.sorted(by: { $0.key < $1.key })
            where !files.traces.isEmpty {
                if let other = owners.updateValue(folder, forKey: fov) {
                    throw PipelineError(
                        cannot: "merge", folder,
                        "it has field of view \(fov), which '\(other)' has too; merge them one by one")
                }
                traces[fov] = files.traces.map { .init($0.channel, ProcessingContext.inspected($0.path)) }
            }
        }
        self.traces = traces
    }

    /// Writes the tables of `samples` to `output`; the paths, in order.
    ///
    /// Rows that are not good are left out. Values are copied as they are written.
    ///
    /// - Throws: ``PipelineError`` for a field of view without traces and a feature that tables lack.
    public func write(_ samples: [Sample], features: [String] = features, to output: String) throws -> [String] {
        try makeFolder(output)
        var written: [String] = []
        for sample in samples {
            for fov in sample.fovs where traces[fov] == nil {
                throw PipelineError(cannot: "merge", "sample '\(sample.name)'", "field of view \(fov) has no traces")
            }
            let channels = Set(sample.fovs.flatMap { traces[$0] ?? [] }.map(\.channel)).sorted()
            for feature in features {
                for channel in channels {
                    let path = "\(output)/\(sample.name)_\(feature)_ch_\(channel).csv"
                    try write(sample, feature, channel, to: path)
                    written.append(path)
                }
            }
        }
        return written
    }

    private func write(_ sample: Sample, _ feature: String, _ channel: Int, to path: String) throws {
        var file = try PartialFile(path: path)
        try file.append(Self.header + "\n")
        for fov in sample.fovs {
            for trace in traces[fov] ?? [] where trace.channel == channel {
                let table = try CSVTable(path: trace.path)
                for row in try table.texts(["good", "time", "fov", "cell", feature]) where isGood(row[0]) {
                    try file.append(row.dropFirst().joined(separator: ",") + "\n")
                }
            }
        }
        try file.publish()
    }

    private func isGood(_ text: Substring) -> Bool { !["false", "0"].contains(text.lowercased()) }
}
