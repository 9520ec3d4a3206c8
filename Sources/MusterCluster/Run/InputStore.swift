public import MusterCore
import SSH

/// Contents of inputs on a host, each under its SHA-256, and the places that they get from there.
///
/// `objects/ab/abcdef...` are the contents, which nobody may write to; `incoming/CLIENT/` is what is on its way, of one client
/// at a time. A content gets its name by a rename once its checksum was taken there; a file gets its place by a hard link,
/// which replaces nothing.
public struct InputStore: Sendable {
    let host: any MusterCore.Host
    /// The store's folder, absolute there.
    public let folder: String
    let client: String

    /// Seconds that a question may take that reads or moves contents: a slow line is no failure.
    static let patience = 86_400.0

    /// - Parameter client: Who sends, as a name of a folder: two that send at once have different ones.
    public init(_ folder: String, client: String, on host: any MusterCore.Host) {
        (self.folder, self.client, self.host) = (folder, client, host)
    }

    var incoming: String { "\(folder)/incoming/\(client)" }

    /// Where a content lies.
    public func object(_ sum: String) -> String { "\(folder)/objects/\(sum.prefix(2))/\(sum)" }

    /// How the contents look that are there, by their sums.
    public func stored(_ sums: [String]) async throws(HostError) -> [String: InputLook] {
        let looks = try await Self.looks(at: sums.map(object), on: host)
        return Dictionary(
            looks.map { (String(decoding: $0.key.suffix(64), as: UTF8.self), $0.value) }, uniquingKeysWith: { $1 })
    }

    /// How all contents look that are there, by what lies at their places below the folder.
    public func all() async throws(HostError) -> [String: InputLook] {
        let looks = try await Self.looks(in: folder, members: ["objects"], on: host)
        return Dictionary(
            looks.map { (String(decoding: $0.key, as: UTF8.self), $0.value) }, uniquingKeysWith: { $1 })
    }

    /// The checksums of contents that are there, as they are now.
    public func sums(_ sums: [String]) async throws(HostError) -> [String: String] {
        let script = """
            while IFS= read -r -d '' f; do printf '%s %s\n' "${f##*/}" "$(sha256sum < "$f" | cut -c 1-64)"; done
            """
        let answer = try await act(
            "exec bash -c \(ShellWord.quote(script))", sums.flatMap { Array(object($0).utf8) + [0] },
            "read '\(folder)'")
        let pairs = answer.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }, uniquingKeysWith: { $1 })
    }

    /// What lies below the members of a folder, by the bytes of the names below the folder; -1 bytes for what is no file, or
    /// leads nowhere.
    public static func looks(
        in root: String, members: [String], on host: any MusterCore.Host
    ) async throws(HostError) -> [[UInt8]: InputLook] {
        let script = """
            LC_ALL=C xargs -0 -r sh -c '
            for f; do if [ -e "$f" ] || [ -L "$f" ]; then printf "%s\\0" "$f"; fi; done' sh |
            LC_ALL=C xargs -0 -r sh -c 'find -H "$@" ! -type d -print0' sh
            """
        let answer = try await host.run(
            script, input: members.flatMap { Array("\(root)/\($0)".utf8) + [0] }, timeout: 3600)
        guard answer.status == 0 else {
            throw HostError(.command, "cannot list '\(root)' on \(host.name): \(answer.errorText)")
        }
        let names = answer.output.split(separator: 0).filter { name in
            !name.suffix(from: name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? name.startIndex)
                .starts(with: unfinished.utf8)
        }
        let length = root.utf8.count + 1
        var found: [[UInt8]: InputLook] = [:]
        for name in names { found[Array(name.dropFirst(length))] = InputLook(size: -1, changed: 0) }
        var input: [UInt8] = []
        for name in names { input += name + [0] }
        for (name, look) in try await looks(input, on: host) { found[Array(name.dropFirst(length))] = look }
        return found
    }

    static func looks(
        at paths: [String], on host: any MusterCore.Host
    ) async throws(HostError) -> [[UInt8]: InputLook] {
        try await looks(paths.flatMap { Array($0.utf8) + [0] }, on: host)
    }

    /// Sizes and times of those of the names (a NUL behind each) that are there, links followed.
    private static func looks(_ names: [UInt8], on host: any MusterCore.Host) async throws(HostError) -> [[UInt8]:
        InputLook]
    {
        let answer = try await host.run(
            "LC_ALL=C xargs -0 -r stat -L --printf '%f %s %.9Y %n\\0' -- 2>/dev/null; true", input: names,
            timeout: 3600)
        var found: [[UInt8]: InputLook] = [:]
        for record in answer.output.split(separator: 0) {
            let parts = record.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, let mode = Int(String(decoding: parts[0], as: UTF8.self), radix: 16),
                let size = Int64(String(decoding: parts[1], as: UTF8.self)),
                let changed = nanoseconds(String(decoding: parts[2], as: UTF8.self))
            else { throw HostError(.command, "cannot read what stat said on \(host.name)") }
            // S_IFREG of inode(7).
            found[Array(parts[3])] = InputLook(size: mode & 0o170000 == 0o100000 ? size : -1, changed: changed)
        }
        return found
    }

    private static func nanoseconds(_ text: String) -> Int64? {
        let parts = text.split(separator: ".")
        guard parts.count == 2, parts[1].count == 9, let seconds = Int64(parts[0]), let rest = Int64(parts[1]) else {
            return nil
        }
        return seconds * 1_000_000_000 + rest
    }

    /// Removes contents that are not what their names say.
    public func remove(_ sums: [String]) async throws(HostError) {
        guard !sums.isEmpty else { return }
        try await act(
            "xargs -0 -r rm -f --", sums.flatMap { Array(object($0).utf8) + [0] }, "remove from '\(folder)'")
    }

    /// Removes what was on its way.
    public func clear() async throws(HostError) {
        try await act(
            "rm -rf -- \(ShellWord.quote(incoming)); rmdir -- \(ShellWord.quote("\(folder)/incoming")) 2>/dev/null; true",
            [], "remove '\(incoming)'")
    }

    /// Runs a script that must end well.
    @discardableResult
    func act(_ script: String, _ input: [UInt8], _ what: String) async throws(HostError) -> CommandResult {
        let answer = try await host.run(script, input: input, timeout: Self.patience)
        guard answer.status == 0 else {
            throw HostError(.file, "cannot \(what) on \(host.name): \(answer.errorText)")
        }
        return answer
    }
}
