import MusterCore
import Testing

@Suite struct PathChangesTests {
    private let changes = PathChanges(
        final: "/o/s/run.v1", sources: ["/o/.stages/ssam-ab"],
        moves: [
            .init(from: "level_2/tracking/object_segments.npz", to: "level_2/object_segments_L02.npz"),
            .init(from: "level_2/viz/compare/deep", to: "level_2/compare/deep"),
            .init(from: "level_2/compare", to: "compare"),
        ])

    @Test(arguments: [
        ("/o/s/.run.v1.attempt.r-1.0.2", "/o/s/run.v1"),
        ("/o/s/.run.v1.attempt.r-1.0.2/level_2", "/o/s/run.v1/level_2"),
        (
            "/o/s/.run.v1.attempt.r-1.0.2/level_2/tracking/object_segments.npz",
            "/o/s/run.v1/level_2/object_segments_L02.npz"
        ),
        // An earlier attempt's files were taken over with the manifest that names them.
        ("/o/s/.run.v1.attempt.r-1.0.0/raw", "/o/s/run.v1/raw"),
        ("/o/s/.run.v1.attempt.r-1.0.0.tmp/raw", "/o/s/.run.v1.attempt.r-1.0.0.tmp/raw"),
        ("/o/s/.run.v1.attempt.other.run-2.0.11/raw", "/o/s/run.v1/raw"),
        ("/o/s/.run.v1.attempt.5.0/raw", "/o/s/.run.v1.attempt.5.0/raw"),
        ("/o/s/run.v1/level_2/tracking/object_segments.npz", "/o/s/run.v1/level_2/object_segments_L02.npz"),
        ("/o/.stages/ssam-ab/raw", "/o/s/run.v1/raw"), ("/o/.stages/ssam-abc/raw", "/o/.stages/ssam-abc/raw"),
        ("/o/.stages/.ssam-ab.attempt.r-1.0.0/raw", "/o/s/run.v1/raw"),
        ("level_2/viz/compare/deep/1.png", "compare/deep/1.png"), ("level_2/comparex", "level_2/comparex"),
        ("candidates_only", "candidates_only"), ("/d/scene/outputs/color", "/d/scene/outputs/color"), ("", ""),
    ]) func pathsFollowTheirFiles(path: String, new: String) {
        #expect(changes.applied(to: path) == new)
    }

    @Test func onlyTextsOfAValueChange() throws {
        let json = try JSON(
            parsing:
                #"{"level_2/compare":["level_2/compare/a.png",{"n":1,"x":null,"p":"level_2/compare"}],"levels":[2]}"#)
        #expect(
            changes.applied(to: json).line
                == #"{"level_2/compare":["compare/a.png",{"n":1,"x":null,"p":"compare"}],"levels":[2]}"#)
    }
}
