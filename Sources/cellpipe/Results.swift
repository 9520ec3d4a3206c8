import ArgumentParser
import CellPipeline

struct Results: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write processing_results.yaml, the list of all results, as PyAMA's viewers read it.")

    @Option(help: "Folder with the results.")
    var output: String

    @Option(name: .customLong("as"), help: "Where that folder will lie when the file is read. (default: where it is)")
    var place: String?

    func run() throws { try ProcessingContext.write(to: output, as: place) }
}
