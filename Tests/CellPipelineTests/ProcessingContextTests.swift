import Testing

@testable import CellPipeline
@testable import YAML

struct ProcessingContextTests {
    private typealias File = ProcessingContext.ChannelFile

    private func context(_ yaml: String) throws -> ProcessingContext {
        try ProcessingContext(yaml: Array(yaml.utf8), path: "x.yaml")
    }

    private static let whole = """
        output_dir: /out
        channels:
          pc: 0
          fl:
          - 1
          - 2
        results_paths:
          '0':
            pc:
            - 0
            - /out/fov_000/b_fov_000_pc_ch_0.npy
            fl:
            - - 1
              - /out/a b/x.npy
            - - 2
              - '/out/it''s: here'
            seg: null
            seg_labeled:
            - 0
            - /l.npy
            fl_corrected: []
            traces_csv:
            - - 1
              - /t.csv
          '12':
            pc: null
            fl: []
            seg: null
            seg_labeled: null
            fl_corrected: []
            traces_csv: []
        params:
          threshold: 3
          names:
          - a
          - '5'
        time_units: min

        """

    @Test func theFormIsThatOfTheOriginalAndReadBackTheSame() throws {
        let context = try context(Self.whole)
        #expect(context.results[0]?.fl == [File(1, "/out/a b/x.npy"), File(2, "/out/it's: here")])
        #expect(context.results[0]?.segLabeled == File(0, "/l.npy") && context.results[0]?.seg == nil)
        #expect(context.fl == [1, 2] && context.timeUnits == "min")
        #expect(context.yaml == Self.whole)
    }

    @Test func nothingKnownIsWrittenToo() throws {
        let text = ProcessingContext().yaml
        #expect(
            text
                == "output_dir: null\nchannels:\n  pc: null\n  fl: []\nresults_paths: {}\nparams: {}\ntime_units: null\n"
        )
        #expect(try context(text) == ProcessingContext())
    }

    /// Parent, child, what comes out; each the one key that matters.
    @Test(arguments: [
        ("output_dir: /p", "output_dir: /c", "output_dir: /p"), ("", "output_dir: /c", "output_dir: /c"),
        ("output_dir: null", "output_dir: /c", "output_dir: /c"),
        ("channels: {pc: 0}", "channels: {pc: 3}", "channels: {pc: 0}"),
        ("channels: {fl: [3, 1]}", "channels: {fl: [2, 1]}", "channels: {fl: [1, 2, 3]}"),
        ("time_units: s", "time_units: min", "time_units: min"), ("time_units: s", "", "time_units: s"),
        ("params: {a: 1, b: 2}", "params: {b: 5, c: 6}", "params: {a: 1, b: 2, c: 6}"),
        (
            "results_paths: {'0': {pc: [0, /p]}}", "results_paths: {'1': {pc: [0, /c]}}",
            "results_paths: {'0': {pc: [0, /p]}, '1': {pc: [0, /c]}}"
        ),
        (
            "results_paths: {'0': {pc: [0, /p], seg: [0, /s]}}",
            "results_paths: {'0': {pc: [1, /c], seg_labeled: [0, /l]}}",
            "results_paths: {'0': {pc: [0, /p], seg: [0, /s], seg_labeled: [0, /l]}}"
        ),
        (
            "results_paths: {'0': {fl: [[2, /b], [1, /a]]}}", "results_paths: {'0': {fl: [[1, /a], [1, /x], [0, /z]]}}",
            "results_paths: {'0': {fl: [[2, /b], [1, /a], [1, /x], [0, /z]]}}"
        ),
        (
            "results_paths: {'0': {traces_csv: [[1, /a]]}}",
            "results_paths: {'0': {traces_csv: [[1, /b]], fl_corrected: [[1, /c]]}}",
            "results_paths: {'0': {traces_csv: [[1, /a], [1, /b]], fl_corrected: [[1, /c]]}}"
        ),
    ]) func contextsAreMergedByTheOriginalsRules(parent: String, child: String, expected: String) throws {
        func read(_ text: String) throws -> ProcessingContext { try context(text.isEmpty ? "{}" : text) }
        let merged = try read(parent).merging(try read(child))
        #expect(merged.yaml == (try read(expected)).yaml)
        #expect(merged.merging(merged).yaml == merged.yaml)
    }

    @Test func pathsAreFoundAgainBesideTheFileOrDropped() throws {
        let folder = try TemporaryFolder()
        try makeFolder(folder("moved/fov_000"))
        for name in ["pc.npy", "fl.npy", "t.csv", "t_inspected.csv"] {
            try writeText("", to: folder("moved/fov_000/\(name)"))
        }
        try writeText("", to: folder("elsewhere.npy"))
        try writeText(
            """
            results_paths:
              '0':
                pc: [0, /gone/fov_000/pc.npy]
                fl: [[1, /gone/fov_000/fl.npy], [2, /gone/fov_000/missing.npy]]
                seg: [0, \(folder("elsewhere.npy"))]
                seg_labeled: [0, /gone/fov_000/missing.npy]
                traces_csv: [[1, /gone/fov_000/t.csv]]
            """, to: folder("moved/processing_results.yaml"))
        let files = try #require(try ProcessingContext.read(folder("moved/processing_results.yaml")).results[0])
        #expect(files.pc == File(0, folder("moved/fov_000/pc.npy")))
        #expect(files.fl == [File(1, folder("moved/fov_000/fl.npy"))])
        #expect(files.seg == File(0, folder("elsewhere.npy")), "what is where it was stays")
        #expect(files.segLabeled == nil)
        #expect(files.traces == [File(1, folder("moved/fov_000/t_inspected.csv"))])
    }

    @Test func aFileThatIsNoYAMLIsAnErrorWithItsPlace() throws {
        let folder = try TemporaryFolder()
        try writeText("a: [1,\n", to: folder("x.yaml"))
        #expect(throws: PipelineError.self) { try ProcessingContext.read(folder("x.yaml")) }
    }

    @Test func whatLiesInAFolderIsWrittenDown() throws {
        let folder = try TemporaryFolder()
        let metadata =
            #"{"schema":1,"base_name":"b","height":1,"width":1,"n_frames":1,"n_fovs":4,"channels":{"pc":0,"fl":[2,1]}}"#
        try writeText(metadata, to: folder("metadata.json"))
        for fov in [0, 2] { try makeFolder(folder("fov_00\(fov)")) }
        for name in [
            "fov_000/b_fov_000_pc_ch_0.npy", "fov_000/b_fov_000_traces_ch_1.csv", "fov_002/b_fov_002_seg_ch_0.npy",
        ] {
            try writeText("", to: folder(name))
        }
        try writeText("params: {keep: me}\noutput_dir: /old\ntime_units: s\n", to: folder("processing_results.yaml"))
        try ProcessingContext.write(to: folder("."), as: "/final")
        let context = try context(try readText(folder("processing_results.yaml")))
        #expect(context.outputDir == "/final" && context.pc == 0 && context.fl == [1, 2] && context.timeUnits == "min")
        #expect(context.results.keys.sorted() == [0, 2])
        #expect(context.results[0]?.pc == File(0, "/final/fov_000/b_fov_000_pc_ch_0.npy"))
        #expect(context.results[0]?.traces == [File(1, "/final/fov_000/b_fov_000_traces_ch_1.csv")])
        #expect(context.results[2]?.seg == File(0, "/final/fov_002/b_fov_002_seg_ch_0.npy"))
        #expect(context.yaml.contains("params:\n  keep: me\n"))
    }
}
