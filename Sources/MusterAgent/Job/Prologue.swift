import MusterCore

/// What is set up before a stage's program: modules, a conda or virtual environment, a container.
///
/// Set up by bash, which is then replaced by the program: no process stands between agent and stage. The program's
/// words come as bash's own arguments and are not looked at by it.
struct Prologue {
    private let environment: ProgramEnvironment
    private let gpus: Bool
    private let binds: [String]

    /// `binds`: folders that must be seen inside a container.
    init(_ environment: ProgramEnvironment, gpus: Bool, binds: [String]) {
        self.environment = environment
        self.gpus = gpus
        self.binds = binds.enumerated().filter { !binds[..<$0.offset].contains($0.element) }.map(\.element)
    }

    /// The words to start for the program `words`.
    func wrap(_ words: [String]) -> [String] {
        let script = lines
        guard !script.isEmpty else { return words }
        return ["/bin/bash", "-c", (script + [last]).joined(separator: "\n"), "muster-stage"] + words
    }

    private var lines: [String] {
        var lines: [String] = []
        if !environment.modules.isEmpty {
            lines.append(Self.findModules)
            for name in environment.modules {
                lines.append("module load \(ShellWord.quote(name)) || fail \(ShellWord.quote("module load \(name)"))")
            }
        }
        if let conda = environment.conda {
            lines.append(Self.findConda)
            lines.append(
                "conda activate \(ShellWord.quote(conda)) || fail \(ShellWord.quote("conda activate \(conda)"))")
        }
        if let venv = environment.venv {
            let script = ShellWord.quote("\(venv)/bin/activate")
            lines.append(". \(script) || fail \(script)")
        }
        if environment.container != nil { lines.append(Self.findContainers) }
        return lines.isEmpty ? [] : [Self.failure] + lines
    }

    private var last: String {
        guard let image = environment.container else { return "exec \"$@\"" }
        // A colon or comma would be read as a list or a renaming: such folders can only be seen as the site binds them.
        let folders = binds.filter { !$0.contains(":") && !$0.contains(",") }
        let options = (gpus ? ["--nv"] : []) + folders.flatMap { ["--bind", ShellWord.quote($0)] }
        let words = ["exec \"$container\" exec"] + options + ["--pwd \"$PWD\"", ShellWord.quote(image), "\"$@\""]
        return words.joined(separator: " ")
    }

    private static let failure = #"""
        fail() { echo "muster: cannot set up the stage's environment: $1" >&2; exit 125; }
        """#

    /// `module` is a function of login shells; a batch shell need not have it.
    private static let findModules = #"""
        if ! command -v module >/dev/null 2>&1; then
            for init in "${LMOD_PKG:-/nowhere}/init/bash" "${MODULESHOME:-/nowhere}/init/bash" /etc/profile.d/lmod.sh \
                /etc/profile.d/z00_lmod.sh /etc/profile.d/modules.sh /usr/share/lmod/lmod/init/bash \
                /usr/share/modules/init/bash; do
                if [ -r "$init" ]; then . "$init"; break; fi
            done
        fi
        command -v module >/dev/null 2>&1 || fail "this node has no 'module' command"
        """#

    /// `conda activate` is a shell function that conda itself prints.
    private static let findConda = #"""
        for conda in "${CONDA_EXE:-}" "$(command -v conda)" "$HOME/miniforge3/bin/conda" "$HOME/mambaforge/bin/conda" \
            "$HOME/miniconda3/bin/conda" "$HOME/anaconda3/bin/conda" /opt/conda/bin/conda /opt/miniforge3/bin/conda \
            /opt/miniconda3/bin/conda /opt/anaconda3/bin/conda; do
            if [ -n "$conda" ] && [ -x "$conda" ]; then break; fi
            conda=
        done
        [ -n "$conda" ] || fail "conda was not found: set CONDA_EXE or put conda into PATH"
        hook="$("$conda" shell.bash hook)" && eval "$hook" || fail "$conda shell.bash hook"
        """#

    private static let findContainers = #"""
        container="$(command -v apptainer || command -v singularity)" || fail "neither apptainer nor singularity is in PATH"
        """#
}
