import MusterCore
import Testing

@testable import MusterConfig

/// `code` of a config.
@Suite struct CodeReaderTests {
    private func read(_ code: String) -> (SweepSpec?, [Diagnostic]) {
        let text = """
            experiment: {name: first, dataset_root: data}
            pipeline: {stages: [{name: seg, command: prog}]}
            \(code)
            """
        return SweepReader.read(Array(text.utf8), file: "sweep.yaml")
    }

    @Test(arguments: [
        ("", CodePolicy.live), ("code: live", .live), ("code: snapshot", .snapshot(folders: [])),
        ("code: {snapshot: src}", .snapshot(folders: ["src"])),
        ("code: {snapshot: [src, ~/lib, /opt/tools]}", .snapshot(folders: ["src", "~/lib", "/opt/tools"])),
    ]) func whichCodeRunsIsRead(_ code: String, _ policy: CodePolicy) {
        let (spec, found) = read(code)
        #expect(spec?.code == policy && found.isEmpty, "\(found.map(\.text))")
        #expect((spec?.places["code"] == nil) == code.isEmpty)
    }

    @Test(arguments: [
        ("code: snapshots", "3:7: error: 'code' can't be 'snapshots'; did you mean 'snapshot'?"),
        ("code: {}", "'code.snapshot' is missing"),
        ("code: {snapshot: {a: b}}", "3:18: error: "),
        ("code: {folder: src}", "unknown key 'folder' in 'code'"),
    ]) func mistakesAreFoundInTheirPlace(_ code: String, _ words: String) {
        let (spec, found) = read(code)
        #expect(spec == nil && found.map(\.text).joined().contains(words), "\(found.map(\.text))")
    }
}
