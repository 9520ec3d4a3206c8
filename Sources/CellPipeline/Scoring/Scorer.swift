/// Compares results with the truth of made-up scenes.
public struct Scorer {
    /// A scene's folder and the results made of it; nil where there are none.
    public struct Pair: Equatable, Sendable {
        /// Folder with `truth.csv`.
        public let scene: String
        /// Folder with `fov_000` and so on.
        public let results: String?

        /// Nothing is read yet.
        public init(scene: String, results: String?) {
            self.scene = scene
            self.results = results
        }
    }

    /// The scores of all pairs, and all of them taken together.
    public struct Report: Codable, Equatable, Sendable {
        /// Version of this form.
        public var schema = 1
        /// One per pair.
        public var scenes: [SceneScore]
        /// All together; scenes without results count as not found.
        public var total: SceneScore

        /// As JSON with sorted keys.
        public func json() throws -> String { try encodeJSON(self) }
    }

    private let radius: Double

    /// `radius` is the largest mean distance between a found cell and its true one, in pixels.
    public init(radius: Double) { self.radius = radius }

    /// Reads and compares every pair.
    public func report(_ pairs: [Pair]) throws -> Report {
        var total = ScoreSums()
        var scenes: [SceneScore] = []
        for pair in pairs {
            let sums = try sums(pair)
            total.add(sums)
            scenes.append(sums.score(scene: lastPart(of: pair.scene), results: pair.results))
        }
        return Report(scenes: scenes, total: total.score(scene: "total", results: nil))
    }

    /// All scenes of a data set, each with every results' folder below `results` whose path has the scene's name as a
    /// part. Where scenes are files, their truth lies in the data set's folder `truth`, which may also be named itself.
    public func pairs(results: String, dataset: String) throws -> [Pair] {
        let below = joinPath(dataset, Truth.folderName)
        let dataset = isFolder(below) ? below : dataset
        let scenes = try namesInFolder(dataset).filter { isFile(joinPath(joinPath(dataset, $0), Truth.tableName)) }
        if scenes.isEmpty {
            throw PipelineError(cannot: "find scenes in", dataset, "no folder in it has a \(Truth.tableName)")
        }
        let found = try Self.resultFolders(in: results)
        return scenes.flatMap { scene in
            // The results of a scene that is a file bear the file's name.
            let own = found.filter { folder in
                folder.dropFirst(results.count).split(separator: "/").contains { imageName(String($0)) == scene }
            }
            let folder = joinPath(dataset, scene)
            return own.isEmpty ? [Pair(scene: folder, results: nil)] : own.map { Pair(scene: folder, results: $0) }
        }
    }

    /// The folders, at any depth, that hold a field of view with traces.
    private static func resultFolders(in folder: String) throws -> [String] {
        let names = try namesInFolder(folder).filter { !$0.hasPrefix(".") && isFolder(joinPath(folder, $0)) }
        let hasTraces = try names.contains { name in
            try name.hasPrefix("fov_") && !files(in: joinPath(folder, name), containing: "_traces_ch_").isEmpty
        }
        return try (hasTraces ? [folder] : []) + names.flatMap { try resultFolders(in: joinPath(folder, $0)) }
    }

    private static func files(in folder: String, containing part: String) throws -> [String] {
        try namesInFolder(folder).filter { $0.contains(part) && !$0.hasPrefix(".") }.map { joinPath(folder, $0) }
    }

    private func sums(_ pair: Pair) throws -> ScoreSums {
        let metadata = try SceneMetadata.read(from: pair.scene)
        let channels = metadata.channels.fl
        let truth = try CellTrack.readTruth(pair.scene, channels: channels)
        let comparison = TrackComparison(radius: radius, channels: channels)
        var total = ScoreSums()
        for fov in 0..<metadata.nFovs {
            let folder = pair.results.map { joinPath($0, fovName(fov)) }
            var found: [CellTrack] = []
            if let folder, isFolder(folder) {
                let traces = try channels.flatMap { try Self.files(in: folder, containing: "_traces_ch_\($0).csv") }
                if traces.count == channels.count { found = try CellTrack.readTraces(traces) }
            }
            var sums = comparison.sums(found: found, truth: truth[fov] ?? [])
            if let folder, isFolder(folder) {
                let masks = try Self.files(in: folder, containing: "_seg_ch_\(metadata.channels.pc).npy")
                let labels = joinPath(pair.scene, Truth.labelsName(fov: fov))
                if let mask = masks.first, isFile(labels) {
                    (sums.sharedPixels, sums.coveredPixels) = try MaskComparison.count(mask, labels)
                }
            }
            total.add(sums)
        }
        return total
    }
}
