import Foundation
import Testing

/// The arrows of docs/architecture.md: which module may import which. A new arrow is a decision, made here first.
private let allowed: [String: Set<String>] = [
    "CYAML": [], "CSSH": [], "CZMQ": [], "CTIFF": [], "CShims": [],
    "YAML": ["CYAML"], "SSH": ["CSSH"], "ZeroMQ": ["CZMQ"], "TIFF": ["CTIFF"], "Threading": ["CShims"],
    "Digest": ["CShims"],
    "MusterCore": [],
    "MusterSlurm": ["MusterCore"],
    "MusterScript": ["MusterCore", "MusterSlurm", "Stencil"],
    "MusterProducts": ["MusterCore", "Digest"],
    "MusterProvenance": ["MusterCore"],
    "MusterConfig": ["MusterCore", "YAML"],
    "MusterCluster": [
        "MusterCore", "MusterSlurm", "MusterScript", "SSH", "Threading", "Digest", "Subprocess", "SystemPackage",
    ],
    "MusterAgent": ["MusterCore", "ZeroMQ", "Threading", "Digest", "CShims"],
    "MusterCollector": ["MusterCore", "ZeroMQ", "Threading"],
    "MusterRelay": ["MusterCore", "MusterCollector", "ZeroMQ", "CShims"],
    "MusterHistory": ["MusterCore", "MusterProvenance", "GRDB"],
    "MusterWeb": [
        "MusterCore", "MusterHistory", "Hummingbird", "HTTPTypes", "Logging", "Mustache", "ServiceLifecycle",
    ],
    "MusterCLI": [
        "MusterCore", "MusterSlurm", "MusterScript", "MusterConfig", "MusterCluster", "MusterCollector",
        "MusterHistory", "MusterProducts", "MusterProvenance", "MusterWeb", "Digest", "ArgumentParser", "ZeroMQ",
        "CShims",
    ],
    "CellPipeline": ["TIFF", "YAML"], "TestSupport": ["MusterCore"],
    "bench": ["MusterCore", "MusterHistory", "MusterCollector", "ZeroMQ", "CShims"],
    "muster": ["MusterCLI"],
    "muster-agent": ["MusterAgent", "MusterRelay"],
    "cellpipe": ["CellPipeline", "ArgumentParser"],
]

private struct Description: Decodable {
    struct Target: Decodable {
        var name: String
        var type: String
        var targetDependencies: [String]?
        var productDependencies: [String]?
    }
    var targets: [Target]
}

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

@Suite struct ArrowTests {
    @Test func everyTargetImportsOnlyWhatTheArchitectureAllows() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--scratch-path",
            FileManager.default.temporaryDirectory
                .appending(path: "muster-describe-\(UUID().uuidString)").path, "describe", "--type", "json",
        ]
        process.currentDirectoryURL = root
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        let start = try #require(text.firstIndex(of: "{"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let description = try decoder.decode(Description.self, from: Data(text[start...].utf8))
        for target in description.targets where target.type != "test" {
            let edges = Set((target.targetDependencies ?? []) + (target.productDependencies ?? []))
            let expected = try #require(allowed[target.name], "target \(target.name) is not in the table of arrows")
            #expect(
                edges.subtracting(expected).isEmpty, "\(target.name) must not import \(edges.subtracting(expected))")
        }
    }

    @Test func theCoreImportsNothing() throws {
        for file in try swiftFiles("Sources/MusterCore") {
            let imports = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                .filter { $0.hasPrefix("import ") || $0.hasPrefix("public import ") }
            #expect(imports.isEmpty, "\(file.lastPathComponent) imports \(imports)")
        }
    }

    @Test func theAgentDoesNotImportFoundation() throws {
        for folder in [
            "Sources/MusterAgent", "Sources/muster-agent", "Sources/ZeroMQ", "Sources/MusterCore",
            "Sources/MusterProducts", "Sources/MusterRelay", "Sources/MusterCollector", "Sources/Threading",
        ] {
            for file in try swiftFiles(folder) {
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(!text.contains("import Foundation"), "\(file.lastPathComponent)")
            }
        }
    }

    private func swiftFiles(_ folder: String) throws -> [URL] {
        let enumerator = try #require(
            FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil))
        return enumerator.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
    }
}
