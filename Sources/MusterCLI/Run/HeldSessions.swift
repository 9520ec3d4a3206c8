import Foundation
import MusterCluster
import MusterCore

/// Sessions that `muster connect` holds, as files in the state folder.
enum HeldSessions {
    static var folder: String { "\(Places.state)/sessions" }

    /// The socket of a session with a host, by its alias and the settings that lead to another account or machine.
    static func path(_ alias: String, _ cluster: ClusterSpec) -> String {
        let words = [alias, cluster.user ?? "", cluster.port.map { "\($0)" } ?? ""]
        return "\(folder)/\(SHA256.hex(words.joined(separator: "\0").utf8).prefix(16)).sock"
    }

    /// The session that is held, if one is.
    static func host(_ alias: String, _ cluster: ClusterSpec) -> HeldHost? {
        let path = path(alias, cluster)
        // Most people hold none.
        return access(path, F_OK) == 0 ? HeldHost(at: path) : nil
    }

    /// All sessions that are held.
    static var all: [HeldHost] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".sock") }.sorted().compactMap { HeldHost(at: "\(folder)/\($0)") }
    }
}
