import MusterCore
import MusterSlurm

/// What a login node's answers about Slurm mean.
enum SlurmFindings {
    static let programs = ["sbatch", "squeue", "scancel", "scontrol", "sinfo", "sacct"]

    /// Prints where each program is, the path, and where the missing ones are found otherwise.
    static var programsScript: String {
        """
        echo "path=$PATH"; missing=
        for p in \(programs.joined(separator: " ")); do
          if w=$(command -v $p); then echo "$p=$w"; else missing=1; fi
        done
        [ -n "$missing" ] || exit 0
        for d in /opt/slurm/bin /opt/slurm/*/bin /usr/local/bin /usr/local/slurm/bin /usr/local/slurm/*/bin \
        /cm/shared/apps/slurm/current/bin /usr/slurm/bin /opt/software/slurm/bin /sw/slurm/bin /usr/bin; do
          [ -x "$d/sbatch" ] && echo "elsewhere=$d"
        done
        w=$(bash -lc 'command -v sbatch' </dev/null 2>/dev/null | tail -n 1)
        case $w in */sbatch) echo "login=${w%/sbatch}";; esac
        exit 0
        """
    }

    static func programs(_ answers: Answers, host: String) -> Finding {
        let missing = programs.filter { answers[$0] == nil }
        guard !missing.isEmpty else {
            let folder = answers["sbatch"].map { String($0.dropLast("/sbatch".count)) } ?? "-"
            return .ok("all in \(folder)")
        }
        let result =
            "not in the PATH of a shell that is no login shell: \(missing.joined(separator: ", "))"
            + " (PATH is \(answers["path"] ?? "empty"))"
        if missing == ["sacct"] {
            return .warning(result, cure: "only the ends of old jobs are missed; ask the site for sacct")
        }
        let folder = answers["login"] ?? answers.all("elsewhere").first
        let line = "export PATH=\(folder ?? "FOLDER_OF_SBATCH"):$PATH"
        let found =
            folder.map { "they are in \($0)" } ?? "find them in a login shell on \(host): command -v sbatch"
        return .wrong(
            result,
            cure: "\(found); write at the top of ~/.bashrc on \(host): \(line)\n"
                + "(jobs that call them need the same line in 'prologue')")
    }

    /// `scontrol --version` and `scontrol ping`.
    static func controller(version: SiteProbe.Answer, ping: SiteProbe.Answer) -> Finding {
        let text = version.output.split(separator: "\n").first.map(String.init) ?? "of an unknown release"
        let said = (ping.output + ping.errors).split(separator: "\n").map(String.init)
        if ping.exitStatus == 0, said.contains(where: { $0.contains(" is UP") || $0.hasSuffix(" UP") }) {
            return .ok("\(text), the controller answers")
        }
        let failure = SlurmFailure(
            program: "scontrol", exitStatus: ping.exitStatus, standardError: ping.errors, standardOutput: ping.output)
        return .wrong(
            "\(text); the controller does not answer: \(said.first ?? "scontrol ping said nothing")",
            cure: failure.kind == .unrecognised || failure.kind == .controllerUnreachable
                ? "wait, or tell the site: scontrol ping" : failure.hint)
    }

    /// Whether ended jobs can be asked for. `sacct` is nil where it was not worth a call.
    static func accounting(_ configuration: SlurmConfiguration, sacct: SiteProbe.Answer?) -> Finding {
        guard configuration.keepsAccounting ?? true else {
            let age = configuration.minJobAgeSeconds.map { " for \($0) s" } ?? " for a while"
            return .ok("none is kept: how an allocation ended is known\(age) from squeue, and from the outboxes")
        }
        guard let sacct else { return .skipped("sacct was not asked") }
        if sacct.exitStatus == 0 { return .ok("kept, and sacct answers") }
        let failure = SlurmFailure(
            program: "sacct", exitStatus: sacct.exitStatus, standardError: sacct.errors,
            standardOutput: sacct.output)
        return .warning("sacct: \(failure.lines.last ?? "it printed nothing")", cure: failure.hint)
    }
}
