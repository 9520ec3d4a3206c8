import Foundation
import MusterConfig
import MusterCore
import Testing

@testable import MusterCLI

/// What `muster init` finds in a folder, and what it writes.
@Suite struct InitTests {
    private typealias Folder = Listing.Folder

    private static let project = #filePath.replacing("Tests/MusterCLITests/InitTests.swift", with: "")

    private static let odd = [
        "a b", "it's", "say \"x\"", "back\\slash", "ünï ☃ 😀", "-dash", "- item", "#hash", "a: b", "{brace}", "[x]",
        "&anchor", "*star", "!tag", "%directive", "@at", "`tick", "true", "No", "null", "~", "00065_00", "1e3", "1:20",
        "0x1F", "tab\there", "line\nbreak", "del\u{7F}", "sep\u{2028}", "bom\u{FEFF}", "trailing ", " leading", "a,b",
        "?", "|", ">", ".hidden", "=", "<<", "'", "\"",
    ]

    private func mistakes(_ text: String) -> [String] {
        Draft.mistakes(of: text, in: Self.project).map(\.text)
    }

    private func text(
        _ kind: DataSet.Kind, root: String = "data", scenes: [String] = ["a", "b"], pipeline: SweepText.Pipeline,
        cluster: String = "local", name: String = "first", mustBeNamed: Bool = false
    ) -> String {
        SweepText(
            name: name, root: root,
            data: DataSet(kind: kind, root: root, scenes: scenes, mustBeNamed: mustBeNamed), pipeline: pipeline,
            cluster: cluster, clusters: ["local", "al\nps"], stages: Draft.stages(pipeline, frames: 12)
        ).text
    }

    @Test(arguments: [
        (DataSet.Kind.cellpipe, SweepText.Pipeline.preset("cellpipe")), (.my3dis, .preset("my3dis")),
        (.tiffs("*.tif*"), .preset("cellpipe")), (.tiffs("*.[tT][iI][fF]*"), .listing), (.folders, .listing),
        (.files("*.csv"), .command("prog {scene.path} --out {output_dir} # 'x' \"y\" \\z")),
        (.my3dis, .command("prog {scene.path}")), (.cellpipe, .command("prog {scene.path}")),
    ]) func everyKindOfConfigIsReadWithoutAWord(kind: DataSet.Kind, pipeline: SweepText.Pipeline) {
        #expect(mistakes(text(kind, pipeline: pipeline)) == [])
        #expect(mistakes(text(kind, pipeline: pipeline, mustBeNamed: true)) == [])
    }

    @Test(arguments: odd) func aNameComesBackAsItWas(name: String) throws {
        let written = text(
            .folders, root: name, scenes: [name, "b"], pipeline: .listing, cluster: name, mustBeNamed: true)
        #expect(mistakes(written) == [], "\(written)")
        let spec = try #require(Draft.read(written, in: Self.project).spec)
        #expect(spec.datasetRoot == name)
        #expect(spec.cluster == name)
        let names = spec.scenes.list ?? []
        // A list of scenes has its names without blanks at their ends.
        #expect(names.first == name.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    @Test(arguments: odd) func aFoldersNameMakesANameForTheSweep(name: String) {
        let sweep = Draft.name(of: "/data/\(name)")
        #expect(mistakes(text(.folders, pipeline: .listing, name: sweep)) == [], "\(sweep)")
        #expect(Draft.name(of: "/") == "first")
    }

    @Test func scenesWithAPipelineOfTheirOwnComeFirst() {
        let cells = Listing(folders: [Folder(name: "s0", hasMetadata: true), Folder(name: "s1", hasMetadata: true)])
        let top = Listing(folders: [Folder(name: "data"), Folder(name: "notes")], files: ["x.csv"])
        let found = DataSet.find(top, below: ["data": cells, "notes": Listing(files: ["a.txt"])])
        #expect(found == DataSet(kind: .cellpipe, root: "data", scenes: ["s0", "s1"]))
        #expect(DataSet.find(cells, below: [:])?.root == ".")
        // What lies nearer counts, and a film's truth is no scene.
        let films = Listing(folders: [Folder(name: "truth"), Folder(name: "old")], files: ["a.tif"])
        #expect(DataSet.find(films, below: ["truth": cells, "old": cells])?.kind == .tiffs("*.tif*"))
        #expect(DataSet.find(Listing(folders: [Folder(name: "truth")]), below: ["truth": cells]) == nil)
    }

    @Test func scenesOfMy3DISAreNamedWhereAllWouldTakeOthersIn() {
        let scenes = Listing(folders: [
            Folder(name: "scene_1", hasColor: true), Folder(name: "scene_2", hasColor: true),
        ])
        let top = Listing(folders: [Folder(name: "scans")])
        #expect(
            DataSet.find(top, below: ["scans": scenes])
                == DataSet(kind: .my3dis, root: "scans", scenes: ["scene_1", "scene_2"]))
        var other = scenes
        other.folders.append(Folder(name: "zz"))
        other.folders[0].name = "00065_00"
        #expect(DataSet.find(top, below: ["scans": other])?.mustBeNamed == true)
    }

    @Test func filmsAndFilesAreFoundByTheirEndings() {
        #expect(DataSet.find(Listing(files: ["a.tif", "b.ome.tiff"]), below: [:])?.kind == .tiffs("*.tif*"))
        #expect(DataSet.find(Listing(files: ["a.TIF"]), below: [:])?.kind == .tiffs("*.[tT][iI][fF]*"))
        let files = Listing(files: ["README.md", "a.csv", "b.csv", "c.npz", "sweep.yaml"])
        #expect(
            DataSet.find(files, below: [:]) == DataSet(kind: .files("*.csv"), root: ".", scenes: ["a.csv", "b.csv"]))
    }

    @Test func aSingleFolderIsWhereScenesLieAndResultsAreNone() {
        let top = Listing(folders: [Folder(name: "in"), Folder(name: "results")])
        let inner = Listing(folders: [Folder(name: "x"), Folder(name: "y")])
        #expect(
            DataSet.find(top, below: ["in": inner, "results": inner])
                == DataSet(kind: .folders, root: "in", scenes: ["x", "y"]))
        let flat = DataSet.find(inner, below: ["x": Listing(), "y": Listing()])
        #expect(flat == DataSet(kind: .folders, root: ".", scenes: ["x", "y"], mustBeNamed: true))
        #expect(DataSet.find(Listing(files: ["notes.md"]), below: [:]) == nil)
    }
}
