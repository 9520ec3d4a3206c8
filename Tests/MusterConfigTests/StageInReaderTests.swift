import MusterCore
import Testing

@testable import MusterConfig

@Suite struct StageInReaderTests {
    private func read(_ stageIn: String) -> (spec: SweepSpec?, found: [Diagnostic]) {
        let text = """
            experiment: {name: e, dataset_root: /data}
            pipeline: {command: x}
            stage_in: \(stageIn)
            """
        let result = SweepReader.read(Array(text.utf8), file: "s.yaml")
        return (result.0, result.1)
    }

    @Test func shortAndLongForms() throws {
        #expect(read("upload").spec?.stageIn == StageInSpec(.upload))
        #expect(read("check").spec?.stageIn?.mode == .check)
        #expect(read("off").spec != nil && read("off").spec?.stageIn == nil)
        let spec = try #require(
            read("{mode: check, from: here, to: ~/there, store: /store, verify: true, chunk: 1MB, bandwidth: 2M}").spec?
                .stageIn)
        #expect(spec.mode == .check && spec.from == "here" && spec.to == "~/there" && spec.store == "/store")
        #expect(spec.verify && spec.terms.chunk == ByteCount(parsing: "1MB"))
        #expect(spec.terms.bandwidth == ByteCount(parsing: "2M"))
    }

    @Test(arguments: [
        ("uplaod", "did you mean 'upload'?"), ("{from: x}", "'stage_in.mode' is missing"),
        ("{mode: upload, form: x}", "did you mean 'from'?"), ("{mode: upload, tries: 0}", "expected a whole number"),
    ])
    func mistakes(stageIn: String, words: String) {
        let found = read(stageIn).found
        #expect(found.contains { $0.text.contains(words) && $0.text.contains("s.yaml:3:") }, "\(found.map(\.text))")
    }
}
