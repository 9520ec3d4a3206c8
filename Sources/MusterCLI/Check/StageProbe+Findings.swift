import MusterCore

extension StageProbe {
    /// What the lines that were printed amount to.
    func findings(_ lines: [String]) -> [Obstacle] {
        let title = "stage '\(stage.name)'"
        let check = "program"
        var found: [Obstacle] = []
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 1).map { String($0) }
            switch words.first {
            case "module":
                found.append(
                    .warning(
                        check, "\(title): module '\(words.last ?? "")' cannot be loaded on the login node",
                        "see: module avail; nodes may have others"))
            case "conda":
                found.append(
                    .warning(
                        check, "\(title): the conda environment '\(environment.conda ?? "")' was not found",
                        "see: conda env list; name it by its prefix where it lies elsewhere"))
            case "venv":
                let path = environment.venv ?? ""
                found.append(
                    .wrong(check, "\(title): there is no '\(path)/bin/activate'", "make it: python -m venv \(path)"))
            case "image":
                found.append(
                    .wrong(
                        check, "\(title): the image '\(environment.container ?? "")' is not there", "check 'container'")
                )
            case "container":
                found.append(
                    .warning(
                        check, "\(title): neither apptainer nor singularity is on the login node",
                        "nodes may have it, or a module brings it"))
            case "cwd":
                found.append(
                    .wrong(check, "\(title): its folder '\(environment.cwd ?? "")' is not there", "check 'cwd'"))
            case "missing": found.append(missing(title, isSure: found.allSatisfy { $0.verdict == .wrong }))
            case "program": found.append(.ok(check, "\(title): \(words.last ?? "")"))
            default: break
            }
        }
        if lines.last != "done" {
            found.append(
                .warning(check, "\(title) could not be looked at", "the cluster's prologue ends the shell before it"))
        } else if found.isEmpty {
            found.append(.ok(check, "\(title): what it starts cannot be told from here"))
        }
        return found
    }

    /// What brings programs may fail on the login node alone; then a missing one proves nothing.
    private func missing(_ title: String, isSure: Bool) -> Obstacle {
        let name = program ?? ""
        let found =
            name.contains("/")
            ? "\(title): there is no program '\(name)'"
            : "\(title): '\(name)' is not in PATH of a shell that is no login shell"
        let cure =
            name.contains("/")
            ? "check the command"
            : "name it by its whole path, or set it up with 'environment' of the pipeline or 'modules' of the cluster file"
        return isSure ? .wrong("program", found, cure) : .warning("program", found, cure)
    }
}
