import Foundation
import MusterCore
import TestSupport
import Testing

/// Names that mean something to a shell, to YAML or to a terminal reach the program byte for byte, or are refused by name.
private let names = [
    "a b", "it's", "$(touch bad)", "`id`", "-n", "--help", "semi;colon & more", "star * [x]?", "\"quoted\"",
    "back\\slash", "ü-日本語",
    "new\nline", "tab\there", "#hash", "{scene.name}", "%s%n", "~root", "!x",
]

@Suite struct HostileNamesTests {
    private static let config = """
        experiment: {name: hostile, dataset_root: DATA, output_root: OUT}
        pipeline:
          stages:
            - {name: words, command: [printf, '%s\\0', '{scene.name}', '{scene.path}', '{point.value}'], produces: [a]}
            - {name: line, command: "printf '%s\\\\0' {scene.name} {point.value} > line", requires: [a]}
        sweep: {list: [{value: "VALUE"}]}
        resources: {memory: 64M, time: 2m, cpus: 1}
        collect: all
        """

    private static let value = "v '\"$HOME`id` \\n;*é"

    static func text(data: String, output: String = "res") -> String {
        let escaped = JSON.string(value).line.dropFirst().dropLast()
        return config.replacing("DATA", with: data).replacing("OUT", with: output).replacing("VALUE", with: escaped)
    }

    static func expectExact(_ lab: Lab, data: String, results: String) throws {
        // Beside the points' folder stand the tables and, hidden, what is known of the files.
        let point = try #require(
            try FileManager.default.contentsOfDirectory(atPath: results).first {
                !$0.hasPrefix(".") && !$0.hasPrefix("results.")
            })
        for name in names {
            let line = try Data(contentsOf: URL(filePath: "\(results)/\(point)/\(name)/line"))
            #expect(line == Data("\(name)\0\(value)\0".utf8), "\(name.debugDescription)")
        }
        for name in names.prefix(6) {
            let logs = try lab.muster(["logs", "\(point)/\(name)", "--stage", "words"])
            #expect(logs.output == "\(name)\0\(data)/\(name)\0\(value)\0", "\(name.debugDescription): \(logs.errors)")
        }
    }

    @Test func onThisMachine() throws {
        let lab = try Lab(scenes: names)
        try lab.write("c.yaml", Self.text(data: "data"))
        let result = try lab.muster(["run", "c.yaml"])
        #expect(result.status == 0, "\(result.errors) \(result.output)")
        try Self.expectExact(lab, data: "\(lab.folder)/data", results: "\(lab.folder)/res")
        #expect(!FileManager.default.fileExists(atPath: "\(lab.folder)/bad"))
        // No name reaches a terminal as an order to it.
        let shown = try lab.muster(["status"]).output + result.errors + result.output
        #expect(shown.contains("new\\nline") && shown.contains("tab\\there"), "\(shown)")
        #expect(!shown.contains { $0 != "\n" && $0.unicodeScalars.contains { $0.value < 0x20 } })
    }

    @Test func aNameThatIsNotTextIsRefusedByName() throws {
        let lab = try Lab(scenes: ["good"])
        try TestCluster.run("bash", ["-c", "mkdir \"$0\"/data/$'caf\\xe9'", lab.folder])
        try lab.write("c.yaml", "experiment: {name: x, dataset_root: data}\npipeline: {command: 'true'}\n")
        let all = try lab.muster(["plan", "c.yaml"])
        #expect(all.status == 3)
        #expect(all.errors.contains("these scenes have names that are not UTF-8: caf"), "\(all.errors)")
        #expect(try lab.muster(["plan", "c.yaml", "--set", "experiment.scenes=[good]"]).status == 0)
    }
}

@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct HostileNamesOnSlurmTests {
    @Test func overSSHAndSlurm() throws {
        let (lab, data) = try TestCluster.lab(scenes: names)
        try lab.write("c.yaml", HostileNamesTests.text(data: data))
        let result = try lab.muster(["run", "c.yaml", "--cluster", "testbed.yaml"])
        #expect(result.status == 0, "\(result.errors) \(result.output)")
        try HostileNamesTests.expectExact(lab, data: data, results: "\(lab.folder)/res")
    }
}
