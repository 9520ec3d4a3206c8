public import MusterCore

/// Keeps two unfinished runs of one plan, or into one output folder, from standing side by side: a file on the cluster,
/// so that it counts from every machine.
public enum RunLock {
    /// The run that holds a lock.
    public struct Held: Error, Equatable, Sendable {
        /// Its id.
        public var run: String
    }

    /// Takes the locks `names` for `run`, all or none.
    ///
    /// One that the run has already is its own. A holder whose folder is gone, or says that it has ended, gives way; with `force` any holder does.
    public static func take(
        _ names: [String], for run: String, paths: RunPaths, in folder: String, force: Bool, on host: some Host
    ) async throws {
        let content = ShellWord.quote("\(run)\n\(paths.folder)")
        let locks = names.map { ShellWord.quote(SHA256.hex(Array($0.utf8))) }.joined(separator: " ")
        let result = try await host.run(
            """
            umask 077; mkdir -p -- \(ShellWord.quote(folder)) && cd -- \(ShellWord.quote(folder)) || exit 1
            set -C
            for l in \(locks); do
              n=0
              until printf '%s\\n' \(content) 2>/dev/null >"$l"; do
                n=$((n+1)); [ $n -lt 20 ] || { echo "cannot take the lock $PWD/$l" >&2; exit 1; }
                { read -r run; read -r where; } <"$l" || continue
                [ "$run" != \(ShellWord.quote(run)) ] || break
                if [ \(force ? 1 : 0) = 1 ] || [ ! -d "$where" ] || [ -e "$where/ended" ]; then
                  mv -f -- "$l" "$l.old" 2>/dev/null
                else
                  echo "$run"; exit 9
                fi
              done
            done
            """)
        if result.status == 9 { throw Held(run: result.text.trimmingBlanks) }
        guard result.status == 0 else {
            throw HostError(.file, "cannot lock the run in '\(folder)' on \(host.name): \(result.errorText)")
        }
    }
}
