public import MusterCore

/// Puts the agent back for a run whose scripts start one that is no longer there: work folders are purged.
public enum AgentMend {
    /// Looks whether the agent that the run's scripts start is there; else delivers `local` and has them start it.
    ///
    /// - Returns: Whether there was anything to mend.
    @discardableResult
    public static func mend(_ paths: RunPaths, workdir: String, with local: String, on host: some MusterCore.Host)
        async throws -> Bool
    {
        let folder = ShellWord.quote(paths.folder)
        let look = try await host.run(
            """
            cd -- \(folder) || exit 1
            for d in $(grep -ho 'agent/[0-9a-f]\\{16\\}/muster-agent' job*.sh 2>/dev/null | sort -u | cut -d / -f 2); do
              [ -x \(ShellWord.quote("\(workdir)/agent"))/"$d"/muster-agent ] || echo "$d"
            done
            """)
        let missing = look.text.split(separator: "\n").map(String.init)
        guard look.status == 0, !missing.isEmpty else { return false }
        let digest = try AgentDelivery.digest(of: local)
        _ = try await AgentDelivery.deliver(local, digest: digest, to: workdir, on: host)
        for old in missing where old != digest {
            let edit = try await host.run(
                """
                cd -- \(folder) && for f in job*.sh; do
                  sed 's#agent/\(old)/muster-agent#agent/\(digest)/muster-agent#g' "$f" >".$f.new" && chmod 755 ".$f.new" && mv -f -- ".$f.new" "$f" || exit 1
                done
                """)
            guard edit.status == 0 else {
                throw HostError(.file, "cannot write the scripts in '\(paths.folder)': \(edit.errorText)")
            }
        }
        return true
    }
}
