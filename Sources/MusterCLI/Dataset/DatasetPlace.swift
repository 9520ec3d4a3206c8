import Foundation
import MusterCluster
import MusterCore
import MusterProvenance

/// Where a data set lies: a folder of this machine, or of a cluster's.
struct DatasetPlace {
    /// The cluster's name, `local` for this machine.
    var cluster: String
    var host: any MusterCore.Host
    /// The machine's name, as addresses have it.
    var machine: String
    /// Absolute there.
    var folder: String
    var isHere: Bool

    /// The folder that somebody names; without a cluster one of this machine.
    static func find(_ folder: String, on name: String?) async throws -> DatasetPlace {
        let working = FileManager.default.currentDirectoryPath
        // A path of a cluster file is good from every folder later on.
        let isPath = name.map { $0.contains("/") || $0.hasSuffix(".yaml") } ?? false
        let name = isPath ? name.map { Places.absolute($0) } : name
        let cluster: ClusterSpec
        do {
            cluster = try name.map { try LoadedConfig.readCluster($0, project: working).spec } ?? .local
        } catch let unknown as LoadedConfig.UnknownCluster {
            throw ExitStatus.usage("\(unknown.message)\n  \(unknown.hint)")
        }
        guard let machine = cluster.host else {
            return DatasetPlace(
                cluster: "local", host: LocalHost(), machine: ClientIdentity.host, folder: Places.absolute(folder),
                isHere: true)
        }
        let host = Site.unopened(cluster).host
        var there = folder
        if there.hasPrefix("~/") { there = try await host.run("printf %s \"$HOME\"").text + there.dropFirst() }
        guard there.hasPrefix("/") else {
            throw ExitStatus.usage("'\(folder)' must be an absolute path on '\(cluster.name)', or begin with '~/'")
        }
        while there.count > 1, there.hasSuffix("/") { there.removeLast() }
        return DatasetPlace(cluster: name ?? cluster.name, host: host, machine: machine, folder: there, isHere: false)
    }

    /// Where a version lay when it was registered.
    static func of(_ entry: DatasetEntry) async throws -> DatasetPlace {
        if entry.cluster == "local", entry.host != ClientIdentity.host {
            throw ExitStatus.usage(
                "'\(entry.reference)' was registered on \(entry.host), in \(entry.folder); say where it lies here: FOLDER"
            )
        }
        return try await find(entry.folder, on: entry.cluster == "local" ? nil : entry.cluster)
    }
}
