import Glibc
import MusterCore

/// What a stage's program finds around it: words, variables and the shell lines that set up its environment.
struct StageEnvironment {
    let words: [String]
    let variables: [String]
    let directory: String

    /// Variables of the agent itself that no stage inherits.
    private static let own = ["MUSTER_ELEMENT", "SWIFT_BACKTRACE"]

    /// - Parameter gpus: Tokens for CUDA_VISIBLE_DEVICES in the form in which the agent got them; nil leaves the
    ///   variable as it is.
    init(
        plan: RunPlan, row: JobRow, stage: StageSpec, attempt: AttemptKey, folder: String, gpus: [String]?
    ) throws(Placeholders.Unknown) {
        let names = Placeholders(row: row, stage: stage, outputDir: folder, run: plan.run)
        let inner = try names.arguments(of: stage.command)
        if let cwd = stage.environment.cwd { directory = try names.expand(cwd) } else { directory = folder }
        var variables = Self.inherited()
        func set(_ name: String, _ value: String) {
            variables.removeAll { $0.hasPrefix("\(name)=") }
            variables.append("\(name)=\(value)")
        }
        set("MUSTER_RUN", plan.run)
        set("MUSTER_JOB", row.id)
        set("MUSTER_SCENE", row.scene.name)
        set("MUSTER_STAGE", stage.name)
        set("MUSTER_ATTEMPT", String(attempt.generation + attempt.restart + 1))
        set("MUSTER_OUT", folder)
        set("MUSTER_PROGRESS", Self.progressFile(stage.name, in: folder))
        for value in row.point.values {
            set("MUSTER_PARAM_\(Self.variableName(value.key))", Placeholders.text(value.value))
        }
        if let gpus { set("CUDA_VISIBLE_DEVICES", gpus.joined(separator: ",")) }
        for variable in stage.environment.variables { set(variable.name, try names.expand(variable.value)) }
        self.variables = variables
        words = Self.wrapped(inner, in: stage.environment)
    }

    /// Where a stage's program reports.
    static func progressFile(_ stage: String, in folder: String) -> String {
        "\(OutputPaths.records(in: folder))/progress.\(stage).jsonl"
    }

    private static func inherited() -> [String] {
        var out: [String] = []
        var at = environ
        while let entry = at.pointee {
            let text = String(cString: entry)
            if !own.contains(where: { text.hasPrefix("\($0)=") }) { out.append(text) }
            at += 1
        }
        return out
    }

    private static func variableName(_ key: String) -> String {
        String(key.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// The words as they are, or behind a line of bash that loads modules, conda, a venv or a container first. `exec`
    /// leaves no shell between the agent and the program.
    private static func wrapped(_ words: [String], in environment: ProgramEnvironment) -> [String] {
        var lines: [String] = []
        if !environment.modules.isEmpty {
            let modules = environment.modules.map { ShellWord.quote($0) }.joined(separator: " ")
            lines.append(
                "type module >/dev/null 2>&1 || for f in /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /usr/share/lmod/lmod/init/bash; "
                    + "do [ -r $f ] && . $f; done; module load \(modules) || exit 126")
        }
        if let conda = environment.conda {
            lines.append(
                "c=${CONDA_EXE:-$(command -v conda)}; for f in \"$c\" ~/miniconda3/bin/conda ~/miniforge3/bin/conda ~/anaconda3/bin/conda "
                    + "/opt/conda/bin/conda; do [ -x \"$f\" ] && break; done; "
                    + "eval \"$(\"$f\" shell.bash hook)\" && conda activate \(ShellWord.quote(conda)) || "
                    + "{ echo \"muster: cannot activate the conda environment\" >&2; exit 126; }")
        }
        if let venv = environment.venv { lines.append(". \(ShellWord.quote(venv))/bin/activate || exit 126") }
        let program = environment.container.map { "apptainer exec --nv \(ShellWord.quote($0)) \"$@\"" } ?? "\"$@\""
        guard !lines.isEmpty || environment.container != nil else { return words }
        return ["/bin/bash", "-c", (lines + ["exec \(program)"]).joined(separator: "\n"), "muster"] + words
    }
}
