import Foundation
import MusterConfig
import MusterCore

/// Where muster's own files lie on this machine.
struct Places {
    private static var environment: [String: String] { ProcessInfo.processInfo.environment }
    /// `$HOME`, as the XDG folders have it; the account's folder without.
    private static var home: String {
        environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? FileManager.default.homeDirectoryForCurrentUser.path
    }

    /// The state folder: history, local runs. `MUSTER_STATE`, else below `$XDG_STATE_HOME`.
    static var state: String {
        if let named = environment["MUSTER_STATE"], !named.isEmpty { return absolute(named) }
        return "\(environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.local/state")/muster"
    }

    /// The store of contents: `MUSTER_STORE`, else in the state folder.
    static var store: String {
        environment["MUSTER_STORE"].flatMap { $0.isEmpty ? nil : absolute($0) } ?? "\(state)/store"
    }

    /// The user's own folder of settings.
    static var userFolder: String {
        "\(environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.config")/muster"
    }

    /// Folders in which templates, presets and clusters are sought: project, user, installed share.
    static func search(project: String) -> [String] {
        let program = URL(filePath: executable).deletingLastPathComponent()
        let share = program.deletingLastPathComponent().appending(path: "share/muster").path
        let installed = environment["MUSTER_SHARE"] ?? share
        let working = FileManager.default.currentDirectoryPath
        // A program that was built and not installed lies in .build/CONFIGURATION of its own sources.
        let sources = program.resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        return [project, working, userFolder, installed, sources]
    }

    /// This program's own path.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// The agent: `MUSTER_AGENT`, else beside this program.
    static var agent: String {
        environment["MUSTER_AGENT"]
            ?? URL(filePath: executable).deletingLastPathComponent().appending(path: "muster-agent").path
    }

    static func absolute(_ path: String, below folder: String = FileManager.default.currentDirectoryPath) -> String {
        let expanded = path.hasPrefix("~/") ? home + path.dropFirst() : path
        return URL(filePath: expanded, relativeTo: URL(filePath: folder, directoryHint: .isDirectory))
            .standardizedFileURL.path
    }

    /// The first file that `name` stands for: a path when it looks like one, else `SUBFOLDER/NAME.yaml` in the places of
    /// search, there only those behind `file`.
    static func find(
        _ name: String, in subfolder: String, suffix: String, project: String, behind file: String? = nil
    ) -> String? {
        if name.contains("/") || name.hasSuffix(suffix) {
            let path = absolute(name, below: project)
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        var found = search(project: project).map { absolute("\($0)/\(subfolder)/\(name)\(suffix)") }
        if let file, let index = found.lastIndex(of: absolute(file)) { found.removeSubrange(...index) }
        return found.first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Names of all files of a kind, for suggestions and lists.
    static func names(in subfolder: String, suffix: String, project: String) -> [String] {
        var seen: Set<String> = []
        return search(project: project).flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(subfolder)")) ?? []).sorted()
                .filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
        }.filter { seen.insert($0).inserted }
    }
}
