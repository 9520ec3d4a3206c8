import MusterCore

/// What can be learned on a cluster's login node of the surroundings and the program of one stage.
struct StageProbe {
    let stage: StageSpec
    /// What to look for; nil where that cannot be told, such as the program inside a container.
    let program: String?
    /// Whether the program is the first word of a shell line, which may be a function or a builtin.
    let isShell: Bool
    let environment: ProgramEnvironment
    private let cluster: ClusterSpec

    /// What `stage` needs for the job `row`.
    ///
    /// - Throws: The placeholder for which nothing stands.
    init(_ stage: StageSpec, row: JobRow, cluster: ClusterSpec) throws(Placeholders.Unknown) {
        let values = Placeholders(row: row, stage: stage, outputDir: row.output, run: "RUN", share: .example)
        let words = try values.arguments(of: stage.command)
        var environment = stage.environment
        environment.cwd = try Self.expanded(environment.cwd, values)
        environment.conda = try Self.expanded(environment.conda, values)
        environment.venv = try Self.expanded(environment.venv, values)
        environment.container = try Self.expanded(environment.container, values)
        for index in environment.variables.indices {
            environment.variables[index].value = try values.expand(environment.variables[index].value)
        }
        (self.stage, self.environment, self.cluster) = (stage, environment, cluster)
        if case .shell = stage.command { isShell = true } else { isShell = false }
        let first = isShell ? Self.firstWord(words.last ?? "") : words.first
        program = environment.container == nil ? first : nil
    }

    private static func expanded(_ text: String?, _ values: Placeholders) throws(Placeholders.Unknown) -> String? {
        guard let text else { return nil }
        return try values.expand(text)
    }

    /// The first word of a shell line where it is a plain name or path.
    private static func firstWord(_ line: String) -> String? {
        guard let word = line.split(whereSeparator: \.isWhitespace).first.map({ String($0) }) else { return nil }
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./+[".contains($0)) }
        return isPlain ? word : nil
    }

    /// Lines for bash that print `KIND DETAIL` for all that is amiss, `program PATH` where the program was found, and
    /// `done` at the end.
    var script: String {
        var lines = ["(", "exec 3>&1 >/dev/null 2>&1 </dev/null", cluster.prologue, ":"]
        for name in cluster.modules + environment.modules {
            lines.append("module load \(ShellWord.quote(name)) || echo \(ShellWord.quote("module \(name)")) >&3")
        }
        for variable in environment.variables where Self.isName(variable.name) {
            lines.append("export \(variable.name)=\(ShellWord.quote(variable.value))")
        }
        if let conda = environment.conda { lines += Self.conda(conda) }
        if let venv = environment.venv.map(Self.quoted) {
            lines.append("[ -r \(venv)/bin/activate ] || echo venv >&3; PATH=\(venv)/bin:$PATH")
        }
        if let image = environment.container, !image.contains("://") {
            lines.append("[ -r \(Self.quoted(image)) ] || echo image >&3")
        }
        if environment.container != nil {
            lines.append("command -v apptainer || command -v singularity || echo container >&3")
        }
        if let cwd = environment.cwd, cwd.hasPrefix("/") || cwd.hasPrefix("~/") {
            lines.append("cd -- \(Self.quoted(cwd)) || echo cwd >&3")
        }
        if let program {
            let find = isShell ? "type -t" : "type -P"
            let word = ShellWord.quote(program)
            let name = isShell ? "\(word)\" ($p)\"" : "\"$p\""
            lines.append("p=$(\(find) -- \(word)) && echo \"program \"\(name) >&3 || echo missing >&3")
        }
        return (lines + ["echo done >&3", ")"]).joined(separator: "\n")
    }

    /// An environment by prefix, or by name where environments of a user usually lie.
    private static func conda(_ name: String) -> [String] {
        guard !name.contains("/") else {
            let prefix = quoted(name)
            return ["[ -d \(prefix)/conda-meta ] || echo conda >&3; PATH=\(prefix)/bin:$PATH"]
        }
        return [
            """
            found=
            for base in "$(dirname "$(dirname "${CONDA_EXE:-$(command -v conda)}")")" "$HOME/.conda" "$HOME/miniforge3" \
              "$HOME/mambaforge" "$HOME/miniconda3" "$HOME/anaconda3" /opt/conda /opt/miniforge3 /opt/miniconda3 /opt/anaconda3
            do
              if [ -z "$found" ] && [ -d "$base/envs/"\(ShellWord.quote(name)) ]; then found=$base/envs/\(ShellWord.quote(name)); fi
            done
            if [ -n "$found" ]; then PATH=$found/bin:$PATH; else echo conda >&3; fi
            """
        ]
    }

    private static func isName(_ text: String) -> Bool {
        text.first.map { !$0.isNumber } ?? false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    private static func quoted(_ path: String) -> String {
        path.hasPrefix("~/") ? "\"$HOME\"/\(ShellWord.quote(String(path.dropFirst(2))))" : ShellWord.quote(path)
    }
}
