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
                lines.append(
                    "module load \(ShellWord.quote(name)) || muster_fail \(ShellWord.quote("module load \(name)"))")
            }
        }
        if let conda = environment.conda {
            lines.append(Self.findConda)
            lines.append(
                "conda activate \(ShellWord.quote(conda)) || muster_fail \(ShellWord.quote("conda activate \(conda)"))")
        }
        if let venv = environment.venv {
            let script = ShellWord.quote("\(venv)/bin/activate")
            lines.append(". \(script) || muster_fail \(script)")
        }
        if environment.container != nil { lines.append(Self.findContainers) }
        return lines.isEmpty ? [] : [Self.failing] + lines
    }

    private var last: String {
        guard let image = environment.container else { return "exec \"$@\"" }
        // A colon or comma would be read as a list or a renaming: such folders can only be seen as the site binds them.
        let folders = binds.filter { !$0.contains(":") && !$0.contains(",") }
        let options = (gpus ? ["--nv"] : []) + folders.flatMap { ["--bind", ShellWord.quote($0)] }
        let words =
            ["exec \"$muster_container\" exec"] + options + ["--pwd \"$PWD\"", ShellWord.quote(image), "\"$@\""]
        return words.joined(separator: " ")
    }

    /// What a set-up that failed says before its reason, and what it ends with.
    static let complaint = "muster: cannot set up the stage's environment: "
    static let exitCode = 125

    /// Why the set-up failed, by the last lines that the stage printed; nil when it did not.
    static func failure(exitCode: Int?, tail: String) -> String? {
        guard exitCode == Self.exitCode else { return nil }
        let line = tail.split(separator: "\n").last { $0.hasPrefix(complaint) }
        return line.map { String($0.dropFirst(complaint.count)) }
    }

    // Names of our own: a variable that is exported already would be changed for the program too.
    private static let failing = """
        muster_fail() { echo "\(complaint)$1" >&2; exit \(exitCode); }
        """

    /// `module` is a function of login shells; a batch shell need not have it.
    private static let findModules = #"""
        if ! command -v module >/dev/null 2>&1; then
            for muster_init in "${LMOD_PKG:-/nowhere}/init/bash" "${MODULESHOME:-/nowhere}/init/bash" \
                /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh /etc/profile.d/modules.sh \
                /usr/share/lmod/lmod/init/bash /usr/share/modules/init/bash; do
                if [ -r "$muster_init" ]; then . "$muster_init"; break; fi
            done
        fi
        command -v module >/dev/null 2>&1 || muster_fail "this node has no 'module' command"
        """#

    /// `conda activate` is a shell function: conda's own file defines it, or conda prints it, which takes longer.
    private static let findConda = #"""
        if [ "$(type -t conda)" != function ]; then
            for muster_conda in "${CONDA_EXE:-}" "$(command -v conda)" "$HOME/miniforge3/bin/conda" \
                "$HOME/mambaforge/bin/conda" "$HOME/miniconda3/bin/conda" "$HOME/anaconda3/bin/conda" \
                /opt/conda/bin/conda /opt/miniforge3/bin/conda /opt/miniconda3/bin/conda /opt/anaconda3/bin/conda; do
                if [ -n "$muster_conda" ] && [ -x "$muster_conda" ]; then break; fi
                muster_conda=
            done
            [ -n "$muster_conda" ] || muster_fail "conda was not found: set CONDA_EXE or put conda into PATH"
            muster_base="$(dirname "$(dirname "$(readlink -f "$muster_conda")")")"
            if [ -r "$muster_base/etc/profile.d/conda.sh" ]; then
                . "$muster_base/etc/profile.d/conda.sh"
            else
                muster_hook="$("$muster_conda" shell.bash hook)" && eval "$muster_hook"
            fi || muster_fail "conda at $muster_conda can't be used in a shell"
        fi
        """#

    private static let findContainers = #"""
        muster_container="$(command -v apptainer || command -v singularity)" ||
            muster_fail "neither apptainer nor singularity is in PATH"
        """#
}
