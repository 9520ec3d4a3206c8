public import MusterCore

/// The leases of a run, read and made on its cluster.
///
/// Each is a file with a number for a name, made by a hard link, which one of two wins; the highest counts. Only its holder
/// writes a lease again. Whoever lost it learns so at the next renewal; what it does until then is what every steward
/// would do, and is done once: tokens and generations are decided on the cluster.
public struct LeaseFolder: Sendable {
    private let paths: RunPaths

    /// Names the folder.
    public init(paths: RunPaths) { self.paths = paths }

    /// What lies there, and the cluster's time.
    public struct Look: Sendable {
        /// The lease that counts; nil where there never was one.
        public var lease: Lease?
        /// The cluster's clock.
        public var now: Timestamp
    }

    /// Reads the lease that counts.
    public func look(on host: some Host) async throws(HostError) -> Look {
        try await look(behind: ":", input: [], on: host)
    }

    /// Makes a lease if nobody was first; what counts then is in the answer.
    public func take(_ lease: Lease, on host: some Host) async throws(HostError) -> Look {
        try await look(
            behind: """
                ln -- "$t" \(lease.number) 2>/dev/null || { [ -e \(lease.number) ] || mv -n -- "$t" \(lease.number); }
                for n in [0-9]*; do [ "$n" -ge \(lease.number - 1) ] || rm -f -- "$n"; done
                """, input: lease.json.bytes, on: host)
    }

    /// Writes a lease of this holder again, unless somebody has taken over.
    public func renew(_ lease: Lease, on host: some Host) async throws(HostError) -> Look {
        try await look(
            behind: "[ -e \(lease.number + 1) ] || mv -f -- \"$t\" \(lease.number)", input: lease.json.bytes, on: host)
    }

    private func look(behind act: String, input: [UInt8], on host: some Host) async throws(HostError) -> Look {
        let folder = ShellWord.quote(paths.lease)
        let result = try await host.run(
            """
            umask 077; mkdir -p -- \(folder) && cd -- \(folder) || exit 1
            t=.$$.$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n'); cat >"$t" || exit 1
            \(act)
            rm -f -- "$t"
            last=$(ls | sort -n | tail -n 1)
            date +%s; echo "$last"; [ -z "$last" ] || cat -- "$last"
            """, input: input, timeout: 60)
        let lines = result.text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard result.status == 0, lines.count >= 2, let seconds = Int64(lines[0]) else {
            throw HostError(.file, "cannot read the lease in '\(paths.lease)' on \(host.name): \(result.errorText)")
        }
        let json = lines.count > 2 ? try? JSON(parsing: lines[2].trimmingSuffix) : nil
        return Look(
            lease: Int(lines[1]).flatMap { number in json.flatMap { Lease(number: number, json: $0) } },
            now: Timestamp(seconds: seconds))
    }
}

extension Substring {
    fileprivate var trimmingSuffix: String { String(self).trimmingBlanks }
}
