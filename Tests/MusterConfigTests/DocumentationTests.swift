import Foundation
import MusterCore
import Testing

@testable import MusterConfig

/// The reference and the schemas are made from what the readers know.
@Suite struct DocumentationTests {
    private func path(_ name: String) -> String {
        #filePath.replacing("Tests/MusterConfigTests/DocumentationTests.swift", with: name)
    }

    private func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    @Test func theReferenceIsWhatTheReadersKnow() throws {
        var missing: Set<String>?
        for name in ["docs/config.md", "docs/my3dis.md"] {
            let written = try text(name)
            let made = Reference.rewritten(written)
            #expect(made.text == written, "make it anew: muster config reference \(name)")
            missing = missing?.intersection(made.missing) ?? Set(made.missing)
        }
        #expect(missing == [], "a section of which no document tells")
    }

    @Test(arguments: Reference.File.allCases) func theSchemaIsWhatTheReadersKnow(file: Reference.File) throws {
        #expect(
            try text("docs/schema/\(file.rawValue).json") == Reference.schema(of: file).pretty + "\n",
            "make it anew: muster config schema \(file.rawValue) > docs/schema/\(file.rawValue).json")
    }

    @Test func theProjectsOwnFilesFollowTheSchemas() throws {
        for (folder, file) in [("cluster-configs", Reference.File.cluster), ("templates/pipelines", .pipeline)] {
            for name in try FileManager.default.contentsOfDirectory(atPath: path(folder)) where name.hasSuffix(".yaml")
            {
                try expectFollows("\(folder)/\(name)", file)
            }
        }
        try expectFollows("docs/demo/sweep.yaml", .sweep)
    }

    private func expectFollows(_ name: String, _ file: Reference.File) throws {
        let value = try #require(yaml(try text(name)))
        #expect(Schema(Reference.schema(of: file)).mistakes(in: value) == [], "\(name)")
    }

    private func yaml(_ text: String) -> JSON? {
        Reader(file: "x").parse(Array(text.utf8), file: "x").map(Scalar.value)
    }

    @Test(arguments: [
        ("experiment: {name: a, dataset_root: b}\npipeline: {command: x}\n", true),
        ("experiment: {name: a, dataset_rot: b}\npipeline: {command: x}\n", false),
        ("experiment: {name: a, dataset_root: b}\n", false),
        ("experiment: {name: a, dataset_root: b}\npipeline: x\nsweep: {matrix: {a: [1, 2]}, zip: [{b: [1]}]}\n", true),
        ("experiment: {name: a, dataset_root: b}\npipeline: x\nresources: {cpus: many}\n", false),
        ("experiment: {name: a, dataset_root: b}\npipeline: x\npacking: nodes\n", false),
        ("experiment: {name: a, dataset_root: b}\npipeline: {stages: [{name: s}]}\n", false),
    ]) func theSchemaAndTheReaderAgree(text: String, isGood: Bool) throws {
        var options = SweepReader.Options()
        options.preset = { _ in .init(file: "x.yaml", bytes: Array("command: y\n".utf8)) }
        let found = SweepReader.read(ConfigFiles(main: .init(file: "c.yaml", bytes: Array(text.utf8))), options)
        #expect((found.spec != nil) == isGood, "\(found.found)")
        let value = try #require(yaml(text))
        #expect(Schema(Reference.schema(of: .sweep)).mistakes(in: value).isEmpty == isGood)
    }
}

/// As much of JSON schema as muster's own schemas use.
private struct Schema {
    let root: JSON
    init(_ root: JSON) { self.root = root }

    func mistakes(in value: JSON) -> [String] { check(value, root, "") }

    private func check(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        if let name = schema["$ref"]?.string?.split(separator: "/").last {
            return check(value, root["$defs"]?[String(name)] ?? .null, path)
        }
        if let any = schema["anyOf"]?.array {
            return any.contains { check(value, $0, path).isEmpty } ? [] : ["\(path): none of anyOf"]
        }
        if let words = schema["enum"]?.array, !words.contains(value) { return ["\(path): not in enum"] }
        if let types = schema["type"]?.array, !types.contains(where: { isOf($0.string ?? "", value) }) {
            return ["\(path): is no \(types)"]
        }
        var found: [String] = []
        if let pattern = schema["pattern"]?.string, let text = value.string, let regex = try? Regex(pattern),
            text.firstMatch(of: regex) == nil
        {
            found.append("\(path): does not match \(pattern)")
        }
        if let number = value.double {
            if let least = schema["minimum"]?.double, number < least { found.append("\(path): below \(least)") }
            if let most = schema["maximum"]?.double, number > most { found.append("\(path): above \(most)") }
        }
        for (index, element) in (value.array ?? []).enumerated() {
            found += schema["items"].map { check(element, $0, "\(path)[\(index)]") } ?? []
        }
        guard let members = value.members else { return found }
        for name in schema["required"]?.array ?? [] where value[name.string ?? ""] == nil {
            found.append("\(path): lacks \(name)")
        }
        for member in members {
            let inner = "\(path).\(member.key)"
            if let known = schema["properties"]?[member.key] {
                found += check(member.value, known, inner)
            } else if let other = schema["additionalProperties"] {
                found += other == false ? ["\(inner): unknown"] : check(member.value, other, inner)
            }
        }
        return found
    }

    private func isOf(_ type: String, _ value: JSON) -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .int: type == "integer" || type == "number"
        case .double: type == "number"
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
