import Foundation
import MusterConfig
import MusterCore
import Testing

/// docs/config.md names the keys that the readers know, and no other.
@Suite struct DocumentationTests {
    /// The keys that a reader says it knows, from its error about one that it does not.
    private func known(_ found: [Diagnostic], beside path: String) throws -> Set<String> {
        let wanted = path.isEmpty ? "unknown key 'no_such_key'" : "unknown key 'no_such_key' in '\(path)'"
        let error = try #require(found.first { $0.message.hasPrefix(wanted) }, "\(found)")
        let list = try #require(error.hint).replacing("known here: ", with: "")
        return Set(list.components(separatedBy: ", "))
    }

    /// The first column of the table below a heading, its keys cut at dots.
    private func documented(_ heading: String) throws -> Set<String> {
        let file = #filePath.replacing("Tests/MusterConfigTests/DocumentationTests.swift", with: "docs/config.md")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let section = try #require(text.components(separatedBy: heading).dropFirst().first)
        let rows = section.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.hasPrefix("| `") }
            .prefix { $0.hasPrefix("| `") }
        return Set(
            rows.flatMap { row in
                row.split(separator: "|")[0].split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map {
                    String($0.element)
                }
            })
    }

    private func sweep(_ text: String) -> [Diagnostic] {
        SweepReader.read(Array(text.utf8), file: "c.yaml").1
    }

    @Test func theConfigsOwnKeys() throws {
        let found = sweep(
            "no_such_key: 1\nexperiment: {name: a, dataset_root: b, no_such_key: 1}\npipeline: {command: [x]}\n")
        let rows = try documented("# The config")
        #expect(
            try known(found, beside: "")
                == Set(rows.map { String($0.prefix { $0 != "." && $0 != "_" }) }).subtracting(["scene"]))
        let inner = rows.filter { $0.hasPrefix("experiment.") || $0.hasPrefix("scene_") }
        #expect(try known(found, beside: "experiment") == Set(inner.map { $0.replacing("experiment.", with: "") }))
    }

    @Test func pipelinesAndStages() throws {
        let experiment = "experiment: {name: a, dataset_root: b}\npipeline: {no_such_key: 1, "
        let list = sweep(experiment + "stages: [{name: x, command: [y], no_such_key: 1}]}\n")
        let single = sweep(experiment + "command: [y]}\n")
        #expect(
            try known(list, beside: "pipeline").union(known(single, beside: "pipeline")) == documented("## Pipelines"))
        #expect(try known(list, beside: "pipeline.stages[0]") == documented("A stage:"))
    }

    @Test func clusters() throws {
        let found = ClusterReader.read(Array("name: x\nno_such_key: 1\n".utf8), file: "c.yaml").1
        #expect(try known(found, beside: "") == documented("# The cluster file"))
    }
}
