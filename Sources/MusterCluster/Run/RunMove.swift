public import MusterCore

/// Rewrites what a run's folder says of places, after it, its results or its inputs were moved.
public enum RunMove {
    /// Files that name places: tables and plan line by line as JSON, scripts as they are.
    private static let tables = [
        "plan.json", "jobs.jsonl", "experiment.json", "classes.jsonl", "code.json",
    ]

    /// Whether two paths are one folder there, and whether the first is there at all.
    public enum Standing: Equatable, Sendable { case same, other, gone }

    /// How `old` stands to `new` on the host.
    public static func compare(_ old: String, _ new: String, on host: some Host) async throws(HostError) -> Standing {
        let (old, new) = (ShellWord.quote(old), ShellWord.quote(new))
        let answer = try await host.run(
            "if [ \(old) -ef \(new) ]; then echo same; elif [ -e \(old) ]; then echo other; else echo gone; fi")
        return answer.text.hasPrefix("same") ? .same : answer.text.hasPrefix("other") ? .other : .gone
    }

    /// Rewrites the files, each by a rename, the plan last; files as they were stay in `before-move/`.
    ///
    /// - Returns: Whether any of them named a moved place.
    @discardableResult
    public static func apply(_ relocation: Relocation, to paths: RunPaths, on host: some Host) async throws(HostError)
        -> Bool
    {
        let folder = ShellWord.quote(paths.folder)
        let listing = try await host.run(
            "cd -- \(folder) || exit 1; for f in \(tables.joined(separator: " ")) job*.sh; do [ -f \"$f\" ] || continue; printf '%s\\0' \"$f\"; cat -- \"$f\"; printf '\\0'; done",
            input: [], timeout: 120)
        guard listing.status == 0 else {
            throw HostError(.file, "cannot read '\(paths.folder)' on \(host.name): \(listing.errorText)")
        }
        let parts = listing.output.split(separator: 0, omittingEmptySubsequences: false)
        var files: [HostFile] = []
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            let name = String(decoding: parts[index], as: UTF8.self)
            let isScript = name.hasSuffix(".sh")
            let content =
                isScript ? script(parts[index + 1], relocation) : try lines(parts[index + 1], relocation, name)
            guard content != Array(parts[index + 1]) else { continue }
            files.append(HostFile(path: ".moving/\(name)", mode: isScript ? 0o755 : 0o644, content: content))
        }
        guard !files.isEmpty else { return false }
        try await host.write(files, to: paths.folder)
        let all = files.map { String($0.path.dropFirst(".moving/".count)) }
        let names = all.filter { $0 != "plan.json" } + all.filter { $0 == "plan.json" }
        let moved = try await host.run(
            "cd -- \(folder) && mkdir -p before-move && for f in \(names.map(ShellWord.quote).joined(separator: " ")); do "
                + "[ -e before-move/\"$f\" ] || cp -p -- \"$f\" before-move/ || exit 1; done && "
                + "for f in \(names.map(ShellWord.quote).joined(separator: " ")); do mv -f -- .moving/\"$f\" \"$f\" || exit 1; done && rmdir .moving"
        )
        guard moved.status == 0 else {
            throw HostError(.file, "cannot write to '\(paths.folder)' on \(host.name): \(moved.errorText)")
        }
        return true
    }

    private static func script(_ content: ArraySlice<UInt8>, _ relocation: Relocation) -> [UInt8] {
        Array(relocation.applied(to: String(decoding: content, as: UTF8.self)).utf8)
    }

    private static func lines(
        _ content: ArraySlice<UInt8>, _ relocation: Relocation, _ name: String
    ) throws(HostError) -> [UInt8] {
        var out: [UInt8] = []
        for line in content.split(separator: UInt8(ascii: "\n")) {
            guard let value = try? JSON(parsing: line) else {
                throw HostError(.file, "a line of '\(name)' is no JSON")
            }
            moved(value, relocation, name).write(to: &out)
            out.append(UInt8(ascii: "\n"))
        }
        return out
    }

    /// A line with places as they are now; the plan says besides what was moved.
    private static func moved(_ value: JSON, _ relocation: Relocation, _ name: String) -> JSON {
        guard name == "plan.json", let members = value.members else { return relocation.applied(to: value) }
        let all = relocation.behind(Relocation(json: value["moved"]))
        let rest = members.filter { $0.key != "moved" }.map { JSON.Member($0.key, relocation.applied(to: $0.value)) }
        let now = JSON.object(rest)
        return now == .object(members.filter { $0.key != "moved" }) ? value : .object(rest + [.init("moved", all.json)])
    }
}
