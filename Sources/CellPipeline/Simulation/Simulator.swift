/// Writes a made-up data set: a folder per scene with stacks, a description and the truth; or a file per scene, and the
/// truth in folders of the scenes' names below `truth`.
///
/// Frames are painted and written one after another, so memory does not grow with their number. A scene's
/// `metadata.json` is written last: a scene that has one is complete.
public struct Simulator {
    private let parameters: SimulationParameters
    private let progress: ProgressReporter

    /// Refuses parameters out of range.
    public init(_ parameters: SimulationParameters, progress: ProgressReporter) throws {
        try parameters.check()
        self.parameters = parameters
        self.progress = progress
    }

    /// Writes all scenes below a folder; files of the same names are replaced.
    public func write(to folder: String) throws {
        let isStack = parameters.format == .npy
        for scene in 0..<parameters.scenes {
            let name = "scene_" + padded(scene, to: 3)
            let own = joinPath(isStack ? folder : joinPath(folder, Truth.folderName), name)
            try makeFolder(own)
            let metadata = SceneMetadata(
                schema: SceneMetadata.knownSchema, baseName: name, height: parameters.size.height,
                width: parameters.size.width, nFrames: parameters.frames, nFovs: parameters.fovs,
                channels: .init(pc: 0, fl: Array(1...parameters.channels)),
                timepointsMs: (0..<parameters.frames).map { Double($0) * parameters.intervalMs })
            let frames: any FrameSink =
                isStack
                ? NpySink(folder: own, metadata: metadata)
                : try TIFFSink(folder: folder, format: parameters.format, metadata: metadata)
            try writeScene(scene, metadata, frames, to: own)
        }
    }

    private func writeScene(_ scene: Int, _ metadata: SceneMetadata, _ frames: any FrameSink, to folder: String) throws
    {
        var truth = Truth(seed: parameters.seed)
        var table = try PartialFile(path: joinPath(folder, Truth.tableName))
        try table.append(Truth.tableHeader(channels: metadata.channels.fl))
        for fov in 0..<parameters.fovs {
            let population = try CellPopulation(parameters, scene: scene, fov: fov)
            truth.cells += truthCells(population.cells, fov: fov)
            let labels = try NpyWriter(
                path: joinPath(folder, Truth.labelsName(fov: fov)), type: .uint16, shape: metadata.shape)
            try frames.begin(fov: fov)
            try writeField(population, &table, frames, labels, scene: scene, fov: fov, item: metadata.baseName)
            try labels.finish()
        }
        try table.publish()
        try writeText(try encodeJSON(truth), to: joinPath(folder, Truth.fileName))
        try frames.finish()
        try metadata.write(to: folder)
    }

    private func writeField(
        _ start: CellPopulation, _ table: inout PartialFile, _ frames: any FrameSink, _ labels: NpyWriter, scene: Int,
        fov: Int, item: String
    ) throws {
        var population = start
        var renderer = FrameRenderer(parameters, scene: scene, fov: fov)
        for frame in 0..<parameters.frames {
            let areas = renderer.paintCells(population.cells, frame: frame)
            try frames.append(renderer.phaseContrast, channel: 0)
            try labels.append(renderer.labels)
            var light: [[Double]] = []
            for channel in 1...parameters.channels {
                light.append(renderer.paintLight(population.cells, channel: channel, frame: frame))
                try frames.append(renderer.fluorescence, channel: channel)
            }
            for (index, cell) in population.cells.enumerated() where areas[index] > 0 {
                let numbers = [cell.x, cell.y, Double(areas[index])] + light.map { $0[index] }
                try table.append(
                    "\(fov),\(index + 1),\(frame)," + numbers.map(fixed).joined(separator: ",") + "\n")
            }
            population.advance()
            progress.report("simulate", item, done: frame + 1, total: parameters.frames, fovName(fov))
        }
    }

    private func truthCells(_ cells: [SimulatedCell], fov: Int) -> [Truth.Cell] {
        cells.enumerated().map { index, cell in
            Truth.Cell(
                fov: fov, cell: index + 1, firstFrame: cell.lifetime.lowerBound, lastFrame: cell.lifetime.upperBound,
                longAxis: cell.longAxis, shortAxis: cell.shortAxis)
        }
    }
}
