import MusterCore
import Testing

@testable import MusterConfig

@Suite struct CollectReaderTests {
    private func read(_ collect: String) -> (spec: SweepSpec?, found: [Diagnostic]) {
        let text = """
            experiment: {name: e, dataset_root: /data}
            pipeline:
              stages:
                - {name: train, command: [x], produces: {model: "*.bin", log: "log"}}
                - {name: plot, command: [y], produces: figure}
            collect: \(collect)
            """
        let result = SweepReader.read(Array(text.utf8), file: "s.yaml")
        return (result.0, result.1)
    }

    @Test func shortAndLongForms() throws {
        #expect(read("all").spec?.collect.files == .all)
        #expect(read("['*.csv', 'a/*']").spec?.collect.files == .globs(["*.csv", "a/*"]))
        let spec = try #require(
            read(
                "{files: all, stages: train, products: [log], layout: '{scene.name}', metrics: m.csv, chunk: 1MB, tries: 2, pause: 1m, bandwidth: 2M, ask_above: 1G}"
            ).spec?.collect)
        #expect(spec.files == .all && spec.stages == ["train"] && spec.products == ["log"])
        #expect(spec.layout == "{scene.name}" && spec.metrics == "m.csv")
        #expect(spec.terms.tries == 2 && spec.terms.pause == 60 && spec.terms.chunk == ByteCount(parsing: "1MB"))
        #expect(spec.terms.bandwidth == ByteCount(parsing: "2M") && spec.terms.askAbove == ByteCount(parsing: "1G"))
    }

    @Test(arguments: [
        ("{stages: [trian]}", "did you mean 'train'?"), ("{products: figure}", "no such product with files of its own"),
        ("{metrics: m.txt}", "expected a file's path"), ("{metrics: ../m.json}", "expected a file's path"),
        ("{chunk: 0}", "expected a size"), ("{file: x}", "unknown key 'file' in 'collect'"),
    ])
    func mistakes(collect: String, words: String) {
        let found = read(collect).found
        #expect(found.contains { $0.text.contains(words) && $0.text.contains("s.yaml:6:") }, "\(found.map(\.text))")
    }
}
