import ArgumentParser
import CellPipeline
import Foundation

@main
struct Cellpipe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cellpipe",
        abstract: "Follow fluorescing cells through a time-lapse: copy, segment, correct, track, extract.",
        version: "0.1.0",
        subcommands: [
            Simulate.self, Copy.self, Segment.self, Correct.self, Track.self, Extract.self, Whole.self,
            ScoreCommand.self,
        ])
}

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write a data set of moving cells with its truth.")
    @Option(help: "Folder of the data set; a folder for each scene is made in it.") var output: String
    @Option(help: "Scenes.") var scenes = 3
    @Option(help: "Frames of each.") var frames = 40
    @Option(help: "Rows of pixels.") var height = 256
    @Option(help: "Columns of pixels.") var width = 320
    @Option(help: "Fields of view of each scene.") var fovs = 1
    @Option(help: "Cells of each field of view.") var cells = 9
    @Option(help: "Equal seeds give equal data.") var seed: UInt64 = 1

    func validate() throws {
        guard scenes > 0, frames > 0, fovs > 0, cells > 0, height >= 32, width >= 32 else {
            throw ValidationError("all counts must be 1 or more, width and height 32 or more")
        }
    }

    func run() throws {
        var simulation = Simulation()
        (simulation.frames, simulation.height, simulation.width) = (frames, height, width)
        (simulation.cells, simulation.fovs, simulation.seed) = (cells, fovs, seed)
        for number in 0..<scenes {
            let name = "scene_\(String(String(1000 + number).dropFirst()))"
            try simulation.write(scene: name, number: number, to: "\(output)/\(name)")
        }
    }
}

struct Copy: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Copy a scene's stacks into the results.")
    @Option(help: "The scene's folder.") var input: String
    @Option(help: "The results' folder.") var output: String
    func run() throws { try Steps.copy(from: input, to: output) }
}

struct Segment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find cells by texture (logarithm of the local deviation).")
    @Option(help: "The results' folder.") var output: String
    @Option(help: "Deviations above the background's peak.") var thresholdSigma = 3.0
    @Option(help: "Half the window's size in pixels.") var half = 1
    @Option(help: "Half the size of the square that objects are opened and closed with.") var reach = 9
    func run() throws { try Steps.segment(in: output, sigmas: thresholdSigma, half: half, reach: reach) }
}

struct Correct: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Subtract the background of fluorescence.")
    @Option(help: "The results' folder.") var output: String
    @Option(help: "Size of a tile in pixels.") var tile = 256
    @Option(help: "Pixels that cells are widened by.") var margin = 10
    func run() throws {
        guard tile > 0 else { throw ValidationError("--tile must be 1 or more") }
        try Steps.correct(in: output, tile: tile, margin: margin)
    }
}

struct Track: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Follow the cells of the first frame.")
    @Option(help: "The results' folder.") var output: String
    @Option(help: "Overlap of bounding boxes below which two regions are not one cell.") var minIou = 0.1
    func run() throws { try Steps.track(in: output, leastOverlap: minIou) }
}

struct Extract: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write a table of position, area and light of each cell.")
    @Option(help: "The results' folder.") var output: String
    @Option(help: "Frames below which a track is left out.") var minFrames = 30
    func run() throws { try Extraction.run(in: output, leastFrames: minFrames) }
}

struct Whole: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "All five steps with their defaults.")
    @Option(help: "The scene's folder.") var input: String
    @Option(help: "The results' folder.") var output: String
    @Option(help: "Deviations above the background's peak.") var thresholdSigma = 3.0
    @Option(help: "Frames below which a track is left out.") var minFrames = 30
    func run() throws {
        try Steps.copy(from: input, to: output)
        try Steps.segment(in: output, sigmas: thresholdSigma, half: 1, reach: 9)
        try Steps.correct(in: output, tile: 256, margin: 10)
        try Steps.track(in: output, leastOverlap: 0.1)
        try Extraction.run(in: output, leastFrames: minFrames)
    }
}

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Compare results with the truth of a simulated data set.")
    @Option(help: "Folder below which results lie, each in a folder named after its scene.") var results: String
    @Option(help: "The simulated data set.") var dataset: String
    @Option(help: "End with status 1 when a smaller share of the cells was found.") var minMatched = 0.0
    @Flag(help: "Print one JSON object.") var json = false

    struct Row: Encodable {
        var results: String, truth: Int, found: Int, matched: Int, position_error: Double, correlation: Double
    }
    struct Document: Encodable {
        var schema = 1
        var scores: [Row]
    }

    func run() throws {
        let scenes = Set(try FileManager.default.contentsOfDirectory(atPath: dataset))
        var rows: [Row] = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: results).sorted() {
            let name = URL(filePath: path).lastPathComponent
            guard scenes.contains(name), !path.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else {
                continue
            }
            let score = try Score.compare(results: "\(results)/\(path)", scene: "\(dataset)/\(name)")
            rows.append(
                Row(
                    results: path, truth: score.truth, found: score.found, matched: score.matched,
                    position_error: score.positionError, correlation: score.correlation))
        }
        guard !rows.isEmpty else {
            throw ValidationError("no folder below '\(results)' is named after a scene of '\(dataset)'")
        }
        if json {
            print(String(decoding: try JSONEncoder().encode(Document(scores: rows)), as: UTF8.self))
        } else {
            let widest = rows.map(\.results.count).max() ?? 0
            for row in rows {
                let name = row.results.padding(toLength: widest, withPad: " ", startingAt: 0)
                print(
                    "\(name)  \(row.matched) of \(row.truth) cells, position within \(String(format: "%.2f", row.position_error)) px, light correlates \(String(format: "%.3f", row.correlation))"
                )
            }
        }
        let found = Double(rows.reduce(0) { $0 + $1.matched }) / Double(max(1, rows.reduce(0) { $0 + $1.truth }))
        if found < minMatched { throw ExitCode(1) }
    }
}
