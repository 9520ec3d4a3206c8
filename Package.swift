// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target of our own: strict concurrency, explicit existentials, imports that
/// do not leak, and no warning left standing.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let stencil = Target.Dependency.product(name: "Stencil", package: "Stencil")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// A target under `Sources/NAME` with the strict settings.
func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(
    _ name: String, _ dependencies: [Target.Dependency], linkerSettings: [LinkerSetting] = []
) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: linkerSettings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "muster",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "muster", targets: ["muster"]),
        .executable(name: "muster-agent", targets: ["muster-agent"]),
        .executable(name: "cellpipe", targets: ["cellpipe"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/stencilproject/Stencil", from: "0.15.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.5.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    ],
    targets: [
        // System libraries: a module map and a shim header each.
        .systemLibrary(name: "CYAML", path: "Sources/CYAML"),
        .systemLibrary(name: "CSSH", path: "Sources/CSSH"),
        .systemLibrary(name: "CZMQ", path: "Sources/CZMQ"),
        .systemLibrary(name: "CTIFF", path: "Sources/CTIFF"),
        .target(name: "CShims", path: "Sources/CShims"),

        // Wrappers: they know nothing of muster.
        library("YAML", ["CYAML"]),
        library("SSH", ["CSSH"]),
        library("ZeroMQ", ["CZMQ"]),
        library("TIFF", ["CTIFF"]),
        library("Threading", ["CShims"]),
        library("Digest", ["CShims"]),

        // Pure.
        library("MusterCore", []),
        library("MusterSlurm", ["MusterCore"]),
        library("MusterScript", ["MusterCore", "MusterSlurm", stencil]),
        library("MusterProducts", ["MusterCore", "Digest"]),
        library("MusterProvenance", ["MusterCore"]),

        // Edges: the core and one outside world each.
        library("MusterConfig", ["MusterCore", "YAML"]),
        library(
            "MusterCluster",
            ["MusterCore", "MusterSlurm", "MusterScript", "SSH", "Threading", "Digest", subprocess, system]),
        library("MusterAgent", ["MusterCore", "ZeroMQ", "Threading", "Digest", "CShims"]),
        library("MusterCollector", ["MusterCore", "ZeroMQ", "Threading"]),
        library("MusterRelay", ["MusterCore", "MusterCollector", "ZeroMQ", "CShims"]),
        library("MusterHistory", ["MusterCore", "MusterProvenance", grdb]),
        library("MusterWeb", ["MusterCore", "MusterHistory", hummingbird, httpTypes, lifecycle, logging, mustache]),
        library(
            "MusterCLI",
            [
                "MusterCore", "MusterSlurm", "MusterScript", "MusterConfig", "MusterCluster", "MusterCollector",
                "MusterHistory", "MusterProducts", "MusterProvenance", "MusterWeb", "Digest", "ZeroMQ", "CShims",
                argumentParser,
            ]),

        // The pipeline program: it speaks only the progress protocol.
        library("CellPipeline", ["TIFF", "YAML"]),

        // Programs.
        program("cellpipe", ["CellPipeline", argumentParser]),
        program("muster", ["MusterCLI"]),
        // Nodes have no Swift: the agent brings the run time in itself, in every build.
        program("muster-agent", ["MusterAgent", "MusterRelay"], linkerSettings: [.unsafeFlags(["-static-stdlib"])]),

        // Tests. Those that start programs find them beside the test bundle: depending on the agent would bring its
        // static run time into the bundle.
        tests("ArchitectureTests", []),
        tests("YAMLTests", ["YAML"]),
        tests("ZeroMQTests", ["ZeroMQ"]),
        tests("TIFFTests", ["TIFF"]),
        tests("CShimsTests", ["CShims"]),
        tests("SSHTests", ["SSH", "MusterCluster", "MusterCore", "Threading", "TestSupport"]),
        tests("DigestTests", ["Digest"]),
        tests("ThreadingTests", ["Threading", "CShims"]),
        .target(
            name: "TestSupport", dependencies: ["MusterCore"], path: "Tests/TestSupport", exclude: ["FakeNVML"],
            swiftSettings: strict),
        .executableTarget(
            name: "bench",
            dependencies: ["MusterCore", "MusterHistory", "MusterCollector", "ZeroMQ", "CShims"],
            path: "Tests/Bench", exclude: ["Peers"], swiftSettings: strict),
        tests("MusterCoreTests", ["MusterCore", "TestSupport"]),
        tests("MusterProductsTests", ["MusterProducts", "MusterCore"]),
        tests("MusterProvenanceTests", ["MusterProvenance", "MusterCore"]),
        tests(
            "MusterAgentTests", ["MusterAgent", "MusterCore", "Digest", "TestSupport", "ZeroMQ"], exclude: ["Fixtures"]),
        tests("MusterConfigTests", ["MusterConfig", "MusterCore"]),
        tests("MusterCollectorTests", ["MusterCollector", "MusterCore", "ZeroMQ"]),
        tests("MusterRelayTests", ["MusterRelay", "MusterCore", "ZeroMQ"]),
        tests("MusterScriptTests", ["MusterScript", "MusterSlurm", "MusterCore"]),
        tests(
            "MusterCLITests",
            [
                "MusterCLI", "MusterCluster", "MusterConfig", "MusterCore", "MusterHistory", "MusterProvenance",
                "MusterSlurm", "SSH",
            ]),
        tests("CellPipelineTests", ["CellPipeline", "TIFF", "YAML"]),
        tests("SystemTests", ["MusterCore", "Digest", "TestSupport", grdb]),
        tests("MusterSlurmTests", ["MusterSlurm", "MusterCore", "YAML", "TestSupport"], exclude: ["Fixtures"]),
        tests("MusterWebTests", ["MusterWeb", "MusterHistory", "MusterCore", "CShims", "TestSupport"]),
        tests("MusterHistoryTests", ["MusterHistory", "MusterProvenance", "MusterCore", "TestSupport", grdb]),
    ],
    swiftLanguageModes: [.v6]
)
