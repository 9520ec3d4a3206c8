import Foundation
import MusterConfig
import MusterCore
import Testing

@Suite struct ShippedClustersTests {
    private static let root = #filePath.replacing("Tests/MusterConfigTests/ShippedClustersTests.swift", with: "")

    private static let names = [
        "local", "testbed", "example-slurm", "example-gpu-center", "example-department", "example-national",
    ]

    @Test(arguments: names) func aShippedClusterIsRead(name: String) throws {
        let data = try Data(contentsOf: URL(filePath: "\(Self.root)cluster-configs/\(name).yaml"))
        let (spec, found) = ClusterReader.read(Array(data), file: name)
        #expect(found.isEmpty, "\(found.map(\.text))")
        #expect(spec?.name == name)
    }

    @Test func allShippedClustersAreTried() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)cluster-configs")
        #expect(Set(files) == Set(Self.names.map { "\($0).yaml" }))
    }
}
