public import MusterCore

/// The outbox that all clients of a run share, in the run's folder: agents read the orders in it, and another machine finds
/// in it what clients did.
public enum ClientLane {
    /// Appends facts; they are there when this returns. Told again they stand there twice, which no reader minds.
    public static func append(_ events: [Event], to paths: RunPaths, on host: some Host) async throws(HostError) {
        guard !events.isEmpty else { return }
        var lines: [UInt8] = []
        for event in events {
            lines += event.json.bytes
            lines.append(UInt8(ascii: "\n"))
        }
        let folder = ShellWord.quote(paths.lane(RunPaths.clientLane).folder)
        let result = try await host.run(
            """
            [ -d \(ShellWord.quote(paths.folder)) ] && mkdir -p -- \(folder) && cd -- \(folder) || exit 1
            t=.$$.$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n'); cat >"$t" || exit 1
            {
              flock -w 30 9 2>/dev/null
              [ ! -s outbox.jsonl ] || [ -z "$(tail -c 1 outbox.jsonl)" ] || echo >>outbox.jsonl
              cat "$t" >>outbox.jsonl; s=$?
            } 9>lock
            rm -f -- "$t"
            exit $s
            """, input: lines, timeout: 60)
        guard result.status == 0 else {
            throw HostError(
                .file,
                "cannot write to '\(paths.lane(RunPaths.clientLane).outbox)' on \(host.name): \(result.errorText)")
        }
    }
}
