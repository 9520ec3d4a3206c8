import ArgumentParser
import CellPipeline

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a data set of moving, shining cells and its truth.")

    @Option(help: "Folder for the scenes.")
    var output: String

    @Option(help: "Scenes.")
    var scenes = SimulationParameters().scenes

    @Option(help: "Frames of each stack.")
    var frames = SimulationParameters().frames

    @Option(help: "Rows of a frame.")
    var height = SimulationParameters().size.height

    @Option(help: "Columns of a frame.")
    var width = SimulationParameters().size.width

    @Option(help: "Fields of view of each scene.")
    var fovs = SimulationParameters().fovs

    @Option(help: "Fluorescence channels.")
    var channels = SimulationParameters().channels

    @Option(help: "Cells of each field of view. (default: one per 6000 pixels)")
    var cells: Int?

    @Option(help: "The same seed gives the same data set.")
    var seed = SimulationParameters().seed

    @Option(help: "Time between two frames, in milliseconds.")
    var interval = SimulationParameters().intervalMs

    @Option(help: "npy for a folder a scene; tiff, ome-tiff or imagej for a file a scene, with the truth beside them.")
    var format = SimulationParameters().format

    @OptionGroup var reporting: ProgressOptions

    func run() throws {
        var parameters = SimulationParameters()
        parameters.scenes = scenes
        parameters.frames = frames
        parameters.size = FrameSize(height: height, width: width)
        parameters.fovs = fovs
        parameters.channels = channels
        parameters.cells = cells
        parameters.seed = seed
        parameters.intervalMs = interval
        parameters.format = format
        try Simulator(parameters, progress: reporting.progress()).write(to: output)
    }
}
