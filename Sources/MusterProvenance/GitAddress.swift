/// Addresses of git's remotes.
public enum GitAddress {
    /// The page in the web that belongs to a remote: without `.git`, `git@host:path` and `ssh://` as `https://`, and
    /// without a user and password, which must never stand in a record. nil for what is on this machine alone.
    public static func web(_ origin: String) -> String? {
        var text = origin
        while text.hasSuffix("/") { text.removeLast() }
        if text.hasSuffix(".git") { text.removeLast(4) }
        guard !text.isEmpty, !text.hasPrefix("/"), !text.hasPrefix("."), !text.hasPrefix("file:") else { return nil }
        guard let scheme = text.firstRange("://") else {
            // user@host:path, or a plain path.
            guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else { return nil }
            let host = text[..<colon].split(separator: "@").last.map(String.init) ?? ""
            return host.isEmpty ? nil : "https://\(host)/\(slashless(text[text.index(after: colon)...]))"
        }
        let (name, rest) = (text[..<scheme.lowerBound], text[scheme.upperBound...])
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var host = rest[..<slash]
        if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
        let isWeb = name == "https" || name == "http"
        // The port of SSH is not the web's.
        if !isWeb, let colon = host.lastIndex(of: ":") { host = host[..<colon] }
        guard !host.isEmpty else { return nil }
        return "\(isWeb ? String(name) : "https")://\(host)/\(slashless(rest[slash...]))"
    }

    private static func slashless(_ path: Substring) -> String { String(path.drop { $0 == "/" }) }
}

/// Versions of code from its tags, in the form of setuptools_scm, so that Python packages and muster say the same.
public enum ScmVersion {
    /// `1.2.3` at a clean tag; else the next version, how many commits behind, which, and when it was changed:
    /// `1.2.4.dev3+gabcdef12.d20261121`. nil before the first commit.
    public static func text(_ git: GitAnswers, isDirty: Bool, date: String) -> String? {
        guard let head = git.head else { return nil }
        let parts = (git.described ?? "").split(separator: "-")
        let day = isDirty ? "d\(date)" : nil
        guard parts.count >= 3, let distance = Int(parts[parts.count - 2]) else {
            return "0.1.dev\(git.commits)+" + ["g\(head.prefix(8))", day].compactMap(\.self).joined(separator: ".")
        }
        let tag = parts.dropLast(2).joined(separator: "-")
        let version = String(tag.drop { !("0"..."9").contains($0) })
        if distance == 0, !isDirty { return version }
        let node = distance == 0 ? nil : String(parts[parts.count - 1])
        return "\(next(version)).dev\(distance)+" + [node, day].compactMap(\.self).joined(separator: ".")
    }

    /// The version with its last number one higher.
    private static func next(_ version: String) -> String {
        let end = version.lastIndex { ("0"..."9").contains($0) }
        guard let end else { return version + ".1" }
        let digits = version[...end].reversed().prefix { ("0"..."9").contains($0) }.count
        let start = version.index(end, offsetBy: 1 - digits)
        return String(version[..<start]) + String((Int(version[start...end]) ?? 0) + 1)
            + String(version[version.index(after: end)...])
    }
}
