import ArgumentParser
import CellPipeline

struct Score: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare results with the truth of simulated scenes.",
        discussion: """
            Either --truth names as many scenes as --results names folders, in the same order, or --dataset names a \
            folder of scenes, and every results' folder below --results that has a scene's name in its path is \
            compared with that scene.
            """)

    @Option(parsing: .upToNextOption, help: "Results' folders; with --dataset one folder above them all.")
    var results: [String]

    @Option(parsing: .upToNextOption, help: "The scenes' folders.")
    var truth: [String] = []

    @Option(help: "Folder of the scenes' folders.")
    var dataset: String?

    @Option(help: "Largest mean distance of a found cell from its true one, in pixels.")
    var radius = 10.0

    @Option(help: "Exit with 1 where a smaller share of the first frames' cells was matched.")
    var minMatched: Double?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if dataset != nil {
            if results.count != 1 || !truth.isEmpty {
                throw ValidationError("--dataset goes with exactly one folder in --results, and without --truth")
            }
        } else if results.count != truth.count {
            throw ValidationError("--truth needs as many scenes as --results has folders")
        }
        if !(radius > 0) { throw ValidationError("--radius must be above 0") }
    }

    func run() throws {
        let scorer = Scorer(radius: radius)
        let pairs =
            if let dataset {
                try scorer.pairs(results: results[0], dataset: dataset)
            } else {
                zip(truth, results).map { Scorer.Pair(scene: $0, results: $1) }
            }
        let report = try scorer.report(pairs)
        print(json ? try report.json() : report.table(), terminator: "")
        if let minMatched, report.total.matchedShare < minMatched { throw ExitCode.failure }
    }
}
