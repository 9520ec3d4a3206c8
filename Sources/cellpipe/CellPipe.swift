import ArgumentParser

@main
struct CellPipe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cellpipe",
        abstract: "Follows cells through time-lapse microscopy and measures their fluorescence.",
        discussion: """
            The five steps copy, segment, correct, track and extract turn a scene, npy stacks or a TIFF file, into one table of traces \
            per fluorescence channel; run does all five. simulate writes scenes of which the truth is known, and score \
            compares results with it.

            Exit codes: 0 done, 1 failed or below the score asked for, 64 wrong usage.
            """,
        version: "cellpipe 0.1.0",
        subcommands: [
            Simulate.self, Info.self, Copy.self, Segment.self, Correct.self, Track.self, Extract.self, Run.self,
            Results.self, Merge.self, Score.self,
        ])
}
