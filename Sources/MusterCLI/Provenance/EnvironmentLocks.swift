import MusterCore

/// What is installed where stages' programs run.
enum EnvironmentLocks {
    /// The script that prints it, each environment once behind a line with its name; `# not told` stands where a tool fails.
    static func questions(_ environments: [ProgramEnvironment]) -> String {
        var parts: [String] = []
        func add(_ title: String, _ command: String) {
            let part = "echo \(ShellWord.quote("# \(title)")); { \(command)\n} 2>&1 || echo '# not told'"
            if !parts.contains(part) { parts.append(part) }
        }
        for environment in environments {
            if let conda = environment.conda {
                let option = conda.contains("/") ? "-p" : "-n"
                add(
                    "conda \(conda)",
                    login("\(findConda)\n\"$c\" list \(option) \(ProgramFiles.quoted(conda)) --explicit"))
            }
            if let venv = environment.venv {
                let python = ProgramFiles.quoted(venv) + "/bin/python"
                add("venv \(venv)", "\(python) -m pip list --format=freeze --disable-pip-version-check")
            }
            if !environment.modules.isEmpty {
                let names = environment.modules.map(ShellWord.quote).joined(separator: " ")
                add("modules", login("module load \(names) && module -t list"))
            }
            if let image = environment.container {
                let file = ProgramFiles.quoted(image)
                add(
                    "container \(image)",
                    "if [ -f \(file) ]; then sha256sum -- \(file); else echo \(ShellWord.quote(image)); fi")
            }
        }
        return parts.joined(separator: "\n")
    }

    /// `module` is a function of login shells, and their files put conda into PATH.
    private static func login(_ script: String) -> String { "bash -lc \(ShellWord.quote(script))" }

    /// The file of conda: as a function it is known to interactive shells only.
    private static let findConda = #"""
        for c in "${CONDA_EXE:-}" "$(type -P conda)" "$HOME"/miniforge3/bin/conda "$HOME"/mambaforge/bin/conda \
            "$HOME"/miniconda3/bin/conda "$HOME"/anaconda3/bin/conda /opt/conda/bin/conda /opt/miniforge3/bin/conda \
            /opt/miniconda3/bin/conda /opt/anaconda3/bin/conda; do [ -z "$c" ] || [ ! -x "$c" ] || break; done
        """#
}
