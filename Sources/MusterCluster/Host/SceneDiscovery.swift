public import MusterCore

/// Finds the scenes of a data set on the machine where it lies.
public enum SceneDiscovery {
    /// Scenes below `root`, sorted by the bytes of their names. Names that begin with a dot never count.
    public static func scenes(
        at root: String, kind: SceneKind, on host: some Host
    ) async throws(HostError) -> [FoundScene] {
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
        // Behind each name come as many digits as things are expected, 1 for what is not there.
        return result.output.split(separator: 0).map { bytes in
            let name = bytes.dropLast(kind.expect.count)
            let missing = zip(bytes.suffix(kind.expect.count), kind.expect).filter { $0.0 == UInt8(ascii: "1") }
            return FoundScene(
                String(decoding: name, as: UTF8.self), missing: missing.map(\.1),
                isText: String(validating: name, as: UTF8.self) != nil)
        }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Prints the names with a NUL behind each, so that any name survives.
    private static func script(root: String, kind: SceneKind) -> String {
        let enter = "cd -- \(ShellWord.quote(root)) 2>/dev/null || exit 3\n"
        let expected = kind.expect.map { "; [ -e \"$f\"/\(ShellWord.quote($0)) ]; m=$m$?" }.joined()
        // What a test says is 0 or 1, or 2 where it could not tell.
        let print = "m=\(expected)\nprintf '%s%s\\0' \"$f\" \"$m\"; done"
        switch kind.form {
        case .folders(let required):
            let tests = required.map { "[ -e \"$f\"/\(ShellWord.quote($0)) ] || continue\n" }.joined()
            return enter + "for f in *; do [ -d \"$f\" ] || continue\n\(tests)\(print)"
        case .files(let pattern):
            // The pattern is the user's own glob: only its wildcards are left to the shell.
            let glob = pattern.map { "*?[]".contains($0) ? String($0) : ShellWord.quote(String($0)) }.joined()
            return enter + "for f in \(glob); do [ -f \"$f\" ] || continue\n\(print)"
        }
    }
}
