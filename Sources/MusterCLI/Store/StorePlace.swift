import Digest
import Foundation
import MusterCluster
import MusterCore
import MusterProvenance

/// Where a store lies that contents go to or come from: a folder here, of a cluster, or of any machine that SSH reaches.
struct StorePlace {
    /// As somebody wrote it.
    let spelled: String
    let host: any MusterCore.Host
    /// Absolute there.
    let folder: String

    /// What a person names: `FOLDER`, `CLUSTER:FOLDER` or `ssh://[USER@]HOST[:PORT]/FOLDER`.
    static func find(_ text: String) async throws -> StorePlace {
        if text.hasPrefix("ssh://") {
            guard let address = StoreAddress(text) else { throw ExitStatus.usage(mistake(text)) }
            return try await at(address, text)
        }
        let colon = [":/", ":~/"].compactMap { text.range(of: $0)?.lowerBound }.min()
        let name = colon.map { String(text[..<$0]) }
        let folder = colon.map { String(text[text.index(after: $0)...]) } ?? text
        guard !folder.isEmpty, name?.isEmpty != true else { throw ExitStatus.usage(mistake(text)) }
        if colon == nil, text.contains(":"), !text.hasPrefix("/"), !text.hasPrefix("."),
            !FileManager.default.fileExists(atPath: Places.absolute(text))
        {
            throw ExitStatus.usage(mistake(text))
        }
        let place = try await DatasetPlace.find(folder, on: name)
        return StorePlace(spelled: text, host: place.host, folder: place.folder)
    }

    /// What a person names, so that it means the same from every folder and later on. Nobody is asked yet but for `~/`, and who can't be
    /// reached now may be later; what is no place at all is refused.
    static func settled(_ text: String) async throws -> String {
        do { _ = try await find(text) } catch is HostError {}
        guard !text.hasPrefix("ssh://") else { return text }
        guard let colon = [":/", ":~/"].compactMap({ text.range(of: $0)?.lowerBound }).min() else {
            return Places.absolute(text)
        }
        let name = String(text[..<colon])
        return (name.contains("/") || name.hasSuffix(".yaml") ? Places.absolute(name) : name) + text[colon...]
    }

    private static func mistake(_ text: String) -> String {
        "'\(text)' is no place of a store; it is a folder here, CLUSTER:/FOLDER, CLUSTER:~/FOLDER, or ssh://[USER@]HOST[:PORT]/FOLDER"
    }

    private static func at(_ address: StoreAddress, _ text: String) async throws -> StorePlace {
        var cluster = ClusterSpec.local
        (cluster.name, cluster.host, cluster.user, cluster.port) = (
            address.host, address.host, address.user, address.port
        )
        let host = Site.unopened(cluster).host
        var folder = address.folder
        if folder.hasPrefix("~/") { folder = try await host.run("printf %s \"$HOME\"").text + folder.dropFirst() }
        return StorePlace(spelled: text, host: host, folder: folder)
    }

    /// Its contents, for this machine and user.
    var store: InputStore {
        let me = "store \(ClientIdentity.host) \(ClientIdentity.user) \(Places.store)"
        return InputStore(folder, client: String(SHA256.hex(Array(me.utf8)).prefix(16)), on: host)
    }

    /// Keeps two processes of this machine from the same place, in one direction.
    func lock(_ doing: String) async throws -> StagingLock {
        let name = SHA256.hex(Array("\(doing) \(host.name) \(folder) \(Places.store)".utf8)).prefix(16)
        return try await StagingLock("\(Places.state)/stage-in/store-\(name).lock", for: spelled, doing: doing)
    }
}
