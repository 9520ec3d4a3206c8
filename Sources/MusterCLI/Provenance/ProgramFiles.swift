import Foundation
import MusterCluster
import MusterCore

/// Files that stages' commands name, as far as they are the same for all jobs, and the folders that stages work in.
struct ProgramFiles {
    /// One that is there.
    struct Named: Equatable {
        /// The stage's place.
        var stage: Int
        /// As it is named, but absolute; and without links.
        var path: String, real: String
        /// The shell found it in PATH.
        var isSought: Bool

        /// The machine's own programs are no code of a pipeline.
        var isSystem: Bool { ["/bin/", "/sbin/", "/usr/"].contains { real.hasPrefix($0) } }
    }

    /// Files, in the order of stages and words, and the folders of stages.
    var files: [Named] = [], folders: [Named] = []

    /// Looks for them in one exchange.
    static func find(_ stages: [StageSpec], on host: any MusterCore.Host) async throws -> ProgramFiles {
        let script = stages.enumerated().map { question($0, $1) }.joined(separator: "\n")
        let fields = try await host.run(script).output.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        var found = ProgramFiles()
        for at in stride(from: 0, to: fields.count - 3, by: 4) {
            guard let stage = Int(fields[at]), stages.indices.contains(stage), fields[at + 3].hasPrefix("/") else {
                continue
            }
            let named = Named(
                stage: stage, path: fields[at + 2], real: fields[at + 3], isSought: fields[at + 1] == "sought")
            if fields[at + 1] == "folder" { found.folders.append(named) } else { found.files.append(named) }
        }
        return found
    }

    private static func question(_ number: Int, _ stage: StageSpec) -> String {
        let known = Placeholders(parameters: stage.parameters)
        let words: [String] =
            switch stage.command {
            case .argv(let words): words.flatMap(\.texts).compactMap { try? known.expand($0) }
            case .shell(let line):
                line.split(whereSeparator: { " \t\n;|&()<>\"'`".contains($0) }).map(String.init).filter {
                    Placeholders.names(in: $0).isEmpty
                }
            }
        func tell(_ kind: String, _ path: String) -> String {
            "printf '\(number)\\0\(kind)\\0%s\\0%s\\0' \"$a\" \"$(readlink -f -- \(path))\""
        }
        var script = ["("]
        if let cwd = stage.environment.cwd, let folder = try? known.expand(cwd) {
            script.append("cd -- \(quoted(folder)) 2>/dev/null && { a=$PWD; \(tell("folder", "\"$a\"")); }")
        }
        for word in words where word.contains("/") || word.contains(".") {
            let path = quoted(word)
            script.append(
                "[ -f \(path) ] && { a=\(path); case $a in /*) ;; *) a=$PWD/$a;; esac; \(tell("file", "\"$a\"")); }")
        }
        // What is in a container's PATH is not known here.
        if let first = words.first, !first.contains("/"), stage.environment.container == nil {
            script.append(
                "a=$(command -v -- \(ShellWord.quote(first)) 2>/dev/null); case $a in /*) \(tell("sought", "\"$a\""));; esac"
            )
        }
        return (script + [":)"]).joined(separator: "\n")
    }

    /// A path as a word of the shell, with `~/` in front as the home folder.
    static func quoted(_ path: String) -> String {
        path.hasPrefix("~/") ? "\"$HOME\"/" + ShellWord.quote(String(path.dropFirst(2))) : ShellWord.quote(path)
    }

    /// How files look that are to be watched, with their contents' checksums up to a size.
    static func looks(_ paths: [String], on host: any MusterCore.Host) async throws -> [String: (CodeLook, String?)] {
        guard !paths.isEmpty else { return [:] }
        let script = """
            for f in \(paths.map(ShellWord.quote).joined(separator: " ")); do
            l=$(stat -L -c '%s %.9Y' -- "$f") || continue
            s=; [ "${l%% *}" -gt \(CodeFiles.mostRead) ] || s=$(sha256sum < "$f" | cut -c 1-64)
            printf '%s\\0%s\\0%s\\0' "$f" "$l" "$s"
            done
            """
        let fields = try await host.run(script, input: [], timeout: 120).output
            .split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        var looks: [String: (CodeLook, String?)] = [:]
        for at in stride(from: 0, to: fields.count - 2, by: 3) {
            let words = fields[at + 1].split(whereSeparator: { " .,".contains($0) }).compactMap { Int64($0) }
            guard words.count == 3 else { continue }
            looks[fields[at]] = (
                CodeLook(size: words[0], changed: words[1] * 1_000_000_000 + words[2]),
                fields[at + 2].count == 64 ? fields[at + 2] : nil
            )
        }
        return looks
    }
}
