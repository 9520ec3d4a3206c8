public import MusterCore

/// A folder on a host as far as it matters before something is put there.
public struct FolderSpace: Hashable, Sendable {
    /// The folder as it was asked for.
    public var path: String
    /// It is there; otherwise all else is about the nearest folder above it that is.
    public var exists: Bool
    /// Whether a folder could be made in it.
    public var isWritable: Bool
    /// Bytes that can still be written: what the file system has free, or less where a quota leaves less.
    public var free: Int64?
    /// How many files and folders can still be made, by the same rule.
    public var files: Int64?

    /// Looks at folders on `host` in one command, which tries to make (and takes away) a folder in each that seems to
    /// be writable. Paths are absolute or begin with `~/`.
    public static func look(at folders: [String], on host: some Host) async throws(HostError) -> [FolderSpace] {
        let calls = folders.map { "look \(quoted($0))" }
        let result = try await host.run(
            """
            look() {
              d=$1; while [ ! -e "$d" ] && [ "$d" != / ] && [ -n "$d" ]; do d=$(dirname -- "$d"); done
              e=0; [ -d "$1" ] && e=1
              w=0; [ -d "$d" ] && t=$(mktemp -d "$d/.muster-check.XXXXXX" 2>/dev/null) && rmdir -- "$t" && w=1
              set -- $(df -Pk -- "$d" 2>/dev/null | awk 'END { print $1, $4 }')
              echo "folder $e $w ${1:--} ${2:--} $(df -Pi -- "$d" 2>/dev/null | awk 'END { print ($2 > 0 ? $4 : "-") }')"
            }
            \(calls.joined(separator: "\n"))
            timeout 20 quota -pw 2>/dev/null | sed 's/^/quota /'
            exit 0
            """)
        let lines = result.text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
        let quotas = lines.filter { $0.first == "quota" }.compactMap { Quota(Array($0.dropFirst())) }
        return zip(folders, lines.filter { $0.first == "folder" && $0.count == 6 }).map { path, words in
            let quota = quotas.first { $0.device == words[3] }
            let free = Int64(words[4]).map { $0 << 10 }
            return FolderSpace(
                path: path, exists: words[1] == "1", isWritable: words[2] == "1",
                free: [free, quota?.bytesLeft].compactMap(\.self).min(),
                files: [Int64(words[5]), quota?.filesLeft].compactMap(\.self).min())
        }
    }

    private static func quoted(_ path: String) -> String {
        path.hasPrefix("~/") ? "\"$HOME\"/\(ShellWord.quote(String(path.dropFirst(2))))" : ShellWord.quote(path)
    }

    /// A line of `quota -pw` (quota(1)): device; blocks of 1 KiB, soft and hard limit, grace; the same for files. A limit
    /// of 0 is none; a star marks what is exceeded.
    private struct Quota {
        let device: String
        let bytesLeft: Int64?, filesLeft: Int64?

        init?(_ words: [Substring]) {
            guard words.count == 9 else { return nil }
            let numbers = words.dropFirst().map { Int64($0.filter { $0 != "*" }) }
            guard let blocks = numbers[0], let files = numbers[4] else { return nil }
            func left(_ used: Int64, _ soft: Int64?, _ hard: Int64?) -> Int64? {
                let limit = [soft, hard].compactMap(\.self).filter { $0 > 0 }.min()
                return limit.map { max(0, $0 - used) }
            }
            device = String(words[0])
            bytesLeft = left(blocks, numbers[1], numbers[2]).map { $0 << 10 }
            filesLeft = left(files, numbers[5], numbers[6])
        }
    }
}

/// Folders on a cluster that may serve for runs.
public enum WorkdirSurvey {
    /// Where sites have room for their users: `$SCRATCH` and `$WORK` of a login shell, the user's folder below
    /// `/scratch` and `/work`, and `~/muster`. Those that are there and can be written to, the one with the most room first.
    public static func candidates(on host: some Host) async throws(HostError) -> [FolderSpace] {
        // A login's start files may print, so that only the last lines count.
        let answer = try await host.run(
            """
            u=$(id -un)
            { timeout 20 bash -lc 'printf "\\n%s\\n%s\\n" "$SCRATCH" "$WORK"' </dev/null || echo; } 2>/dev/null | tail -n 2
            for r in scratch work; do printf '/%s/%s\\n' "$r" "$u"; done
            """)
        var folders: [String] = []
        for line in answer.text.split(separator: "\n") where line.hasPrefix("/") && !folders.contains(String(line)) {
            folders.append(String(line))
        }
        let seen = try await FolderSpace.look(at: folders.map { "\($0)/muster" } + ["~/muster"], on: host)
        let parents = try await FolderSpace.look(at: folders + ["~/"], on: host)
        return zip(seen, parents).filter { $1.exists && $0.isWritable }.map(\.0)
            .sorted { ($0.free ?? 0, $1.path) > ($1.free ?? 0, $0.path) }
    }
}
