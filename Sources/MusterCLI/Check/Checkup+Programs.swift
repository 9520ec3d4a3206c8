import MusterCore

extension Checkup {
    /// The programs of all stages and what is set up before them, as a shell on the login node sees them.
    mutating func programs(_ planned: Planned) async {
        guard let row = planned.plan.jobs.first else { return }
        var probes: [StageProbe] = []
        for stage in planned.plan.input.stages {
            do throws(Placeholders.Unknown) {
                probes.append(try StageProbe(stage, row: row, cluster: planned.site.cluster))
            } catch {
                add(
                    .wrong(
                        "program", "stage '\(stage.name)': nothing stands for '{\(error.name)}'",
                        "set it, or write {{ and }} for braces", code: 3))
            }
        }
        let mark = "muster-\(UInt64.random(in: 0...UInt64.max))"
        let script = probes.map { "echo \(mark)\n\($0.script)\necho" }.joined(separator: "\n")
        do {
            // Given as an argument: what it starts must not read it.
            let result = try await planned.site.host.run(
                "bash -c \(ShellWord.quote(StageProbe.findModules + "\n" + script))", input: [], timeout: 120)
            let parts = result.text.split(separator: "\(mark)\n", omittingEmptySubsequences: false).dropFirst()
            guard parts.count == probes.count else {
                add(
                    .warning(
                        "program", "the programs could not be looked for: \(result.errorText)",
                        "see the prologue of the cluster file"))
                return
            }
            for (probe, part) in zip(probes, parts) {
                for finding in probe.findings(part.split(separator: "\n").map { String($0) }) { add(finding) }
            }
        } catch {
            add(Obstacle.wrong("program", error))
        }
    }
}

extension StageProbe {
    /// `module` is a function of login shells, which has to be found here.
    static let findModules = #"""
        if ! command -v module >/dev/null 2>&1; then
          for init in "${LMOD_PKG:-/nowhere}/init/bash" "${MODULESHOME:-/nowhere}/init/bash" /etc/profile.d/lmod.sh \
            /etc/profile.d/z00_lmod.sh /etc/profile.d/modules.sh /usr/share/lmod/lmod/init/bash /usr/share/modules/init/bash
          do if [ -r "$init" ]; then . "$init" >/dev/null 2>&1; break; fi; done
        fi
        """#
}
