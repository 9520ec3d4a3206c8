import Foundation
import MusterCluster
import MusterCore

/// The folder of runs on a cluster that names none.
enum Workdir {
    /// The mistake of a cluster file without `workdir`, with what there is room for; `host` is asked where one is given.
    static func missing(_ cluster: ClusterSpec, on host: (any MusterCore.Host)?) async -> ExitStatus {
        var seen: [FolderSpace] = []
        if let host { seen = (try? await WorkdirSurvey.candidates(on: host)) ?? [] }
        let room = seen.isEmpty ? "" : "seen on \(host?.name ?? ""): \(words(seen))\n  "
        let message = "the cluster '\(cluster.name)' has no 'workdir': its runs need a folder that all nodes see"
        let hint = "\(room)write into the cluster file: workdir: \(seen.first?.path ?? "/FOLDER/ON/THE/CLUSTER")"
        return .mistake(at: cluster.places["name"], message, hint: hint)
    }

    /// `/scratch/ada/muster (1.2 TiB free, 900000 files), ~/muster (8 GiB free)`.
    static func words(_ folders: [FolderSpace]) -> String {
        folders.map { "\($0.path) (\(room($0)))" }.joined(separator: ", ")
    }

    /// How much can still be put there.
    static func room(_ folder: FolderSpace) -> String {
        let parts = [folder.free.map { "\(ByteCount($0)) free" }, folder.files.map { "room for \($0) files" }]
        let known = parts.compactMap(\.self)
        return known.isEmpty ? "free space not known" : known.joined(separator: ", ")
    }
}

extension ExitStatus {
    /// A mistake of a file, told with the line where it stands.
    static func mistake(at place: SourceLocation?, _ message: String, hint: String) -> ExitStatus {
        guard let place else { return .config("error: \(message)\n  \(hint)") }
        let diagnostic = Diagnostic(.error, at: place, message, hint: hint, excerpt: excerpt(place))
        return .config([diagnostic], text: diagnostic.text)
    }

    /// The line that a place is in, read again from its file.
    static func excerpt(_ place: SourceLocation) -> String? {
        guard let content = FileManager.default.contents(atPath: Places.absolute(place.file)) else { return nil }
        let lines = String(decoding: content, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.contains(place.line - 1) ? String(lines[place.line - 1]) : nil
    }
}
