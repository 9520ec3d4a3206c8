public import MusterCore

/// By what the programs of stages are recognised: digests of their own files, evaluated where the jobs run.
public enum ProgramFingerprints {
    /// What came of the stages, by their names.
    public struct Result: Sendable {
        /// Digests of the stages whose programs are recognised by something.
        public var digests: [String: String] = [:]
        /// Stages whose program may change without anybody seeing it.
        public var unseen: [String] = []
        /// What a config asks for that can't be had: the stage and the reason.
        public var mistakes: [(stage: String, reason: String)] = []
    }

    /// Looks at all stages in one remote command.
    public static func evaluate(_ stages: [StageSpec], on host: some Host) async throws(HostError) -> Result {
        var script = [Self.helpers]
        for stage in stages { script += lines(for: stage) }
        let answer = try await host.run(
            "exec bash -c \(ShellWord.quote(script.joined(separator: "\n"))) fingerprints </dev/null", input: [],
            timeout: 120)
        guard answer.status == 0 else {
            throw HostError(
                .command, "cannot look at the stages' programs on \(host.name): \(answer.errorText)",
                hint: "name their files yourself: fingerprint: [FILE, ...]")
        }
        return result(stages, answer.text)
    }

    private static func lines(for stage: StageSpec) -> [String] {
        var lines = ["( stage=\(ShellWord.quote(stage.name))"]
        if let cwd = stage.environment.cwd, Placeholders.names(in: cwd).isEmpty {
            let folder = cwd.hasPrefix("~/") ? "~/" + ShellWord.quote(String(cwd.dropFirst(2))) : ShellWord.quote(cwd)
            lines.append("cd -- \(folder) 2>/dev/null")
        }
        if let wanted = stage.fingerprint {
            lines += wanted.files.map { "files \(ShellWord.quote($0))" }
            if let command = wanted.command { lines.append("prints \(ShellWord.quote(command))") }
        } else {
            let words = words(of: stage)
            let setsUp =
                !stage.environment.modules.isEmpty || stage.environment.conda != nil
                || stage.environment.venv != nil || stage.environment.container != nil
            if let first = words.first.flatMap({ $0 }), !setsUp { lines.append("program \(ShellWord.quote(first))") }
            lines += words.dropFirst().compactMap { $0 }.map { "word \(ShellWord.quote($0))" }
        }
        return lines + [")"]
    }

    /// The words of a command as far as they are the same for all jobs; nil for others. Of a shell line those that look
    /// like paths.
    private static func words(of stage: StageSpec) -> [String?] {
        let known = Placeholders(parameters: stage.parameters)
        switch stage.command {
        case .argv(let words): return words.flatMap(\.texts).map { try? known.expand($0) }
        case .shell(let line):
            return line.split(whereSeparator: { " \t\n;|&()<>\"'`".contains($0) }).map { word in
                Placeholders.names(in: String(word)).isEmpty ? String(word) : nil
            }
        }
    }

    /// `file` and `print` lines are what counts, `system` says that the program is one of the machine's own, `missing` and
    /// `failed` are mistakes.
    private static let helpers = #"""
        shopt -s nullglob
        one() { if [ -d "$1" ]; then find "$1" -type f -exec sha256sum {} + | sort -k 2; else sha256sum -- "$1"; fi |
            sed "s/^/file $stage /"; }
        files() { IFS= ; case $1 in "~/"*) set -- "$HOME/${1#??}";; esac; local any=; for f in $1; do [ -e "$f" ] && { any=1; one "$f"; }; done
            [ -n "$any" ] || echo "missing $stage $1"; }
        prints() { local out; if out=$(bash -c "$1" 2>&1); then printf 'print %s %s\n' "$stage" "$(printf %s "$out" | sha256sum)"
            else echo "failed $stage $1"; fi; }
        word() { case $1 in */*|*.*) [ -f "$1" ] && one "$1";; esac; :; }
        program() { local p; p=$(type -P -- "$1") || return 0
            case ${1##*/} in python*|Rscript|julia|matlab|node|perl|ruby|java|bash|sh|env|srun|mpirun) return 0;; esac
            case $p in /bin/*|/usr/bin/*|/sbin/*|/usr/sbin/*) echo "system $stage";; *) one "$p";; esac; }
        """#

    private static func result(_ stages: [StageSpec], _ text: String) -> Result {
        var result = Result()
        var found: [String: [Substring]] = [:]
        var harmless: Set<String> = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count > 1 else { continue }
            let stage = String(parts[1])
            let rest = parts.count > 2 ? parts[2] : ""
            switch parts[0] {
            // The digest counts and not the file's name: a program that was moved is the same.
            case "file", "print": found[stage, default: []].append(rest.prefix { $0 != " " })
            case "system": harmless.insert(stage)
            case "missing": result.mistakes.append((stage, "'\(rest)' finds no file"))
            case "failed": result.mistakes.append((stage, "the command '\(rest)' fails"))
            default: break
            }
        }
        for stage in stages {
            if let digests = found[stage.name] {
                result.digests[stage.name] = SHA256.hex(Array(digests.joined(separator: "\n").utf8))
            } else if !harmless.contains(stage.name) || stage.isShell {
                result.unseen.append(stage.name)
            }
        }
        return result
    }
}

extension StageSpec {
    fileprivate var isShell: Bool { if case .shell = command { true } else { false } }
}
