public import MusterCore

/// Finds the scenes of a data set on the machine where it lies.
public enum SceneDiscovery {
    /// What counts as a scene.
    public enum Kind: Hashable, Sendable {
        /// Folders below the root; only those that hold all of `require` (relative paths) count.
        case folders(require: [String])
        /// Files below the root whose names match a shell pattern.
        case files(pattern: String)
    }

    /// Names below `root`, sorted by bytes.
    ///
    /// My3DIS's rule holds for folders: when any name begins with `scene_`, only those count. Names that begin with a
    /// dot never do.
    public static func names(at root: String, kind: Kind, on host: some Host) async throws(HostError) -> [String] {
        let result = try await host.run(script(root: root, kind: kind))
        switch result.status {
        case 0: break
        case 3:
            throw HostError(
                .file, "the data set '\(root)' is not a folder on \(host.name)",
                hint: "check experiment.dataset_root; for a remote cluster it is a path there")
        default:
            throw HostError(.command, "cannot list '\(root)' on \(host.name): \(result.errorText)")
        }
        var names = result.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        if case .folders = kind, names.contains(where: { $0.hasPrefix("scene_") }) {
            names = names.filter { $0.hasPrefix("scene_") }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Prints the names with a NUL behind each, so that any name survives.
    private static func script(root: String, kind: Kind) -> String {
        let enter = "cd -- \(ShellWord.quote(root)) 2>/dev/null || exit 3\n"
        switch kind {
        case .folders(let required):
            let tests = required.map { "[ -e \"$f\"/\(ShellWord.quote($0)) ] || continue\n" }.joined()
            return enter + "for f in *; do [ -d \"$f\" ] || continue\n\(tests)printf '%s\\0' \"$f\"; done"
        case .files(let pattern):
            // The pattern is the user's own glob: only its wildcards are left to the shell.
            let glob = pattern.map { "*?[]".contains($0) ? String($0) : ShellWord.quote(String($0)) }.joined()
            return enter + "for f in \(glob); do [ -f \"$f\" ] || continue\nprintf '%s\\0' \"$f\"; done"
        }
    }
}
