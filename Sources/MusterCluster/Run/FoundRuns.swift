public import MusterCore

/// Runs as they lie in the working folder of a cluster: what another machine finds.
public enum FoundRuns {
    /// A run's folder.
    public struct Found: Hashable, Sendable {
        /// The run's id.
        public var run: String
        /// Its folder.
        public var folder: String
        /// Somebody said that it is over.
        public var hasEnded: Bool
    }

    /// All runs below `workdir`, the oldest first.
    public static func list(in workdir: String, on host: some Host) async throws(HostError) -> [Found] {
        let result = try await host.run(
            """
            cd -- \(ShellWord.quote("\(workdir)/runs")) 2>/dev/null || exit 0
            ls -1tr | while read -r r; do
              [ -s "$r/plan.json" ] || continue
              if [ -e "$r/ended" ]; then echo "1 $r"; else echo "0 $r"; fi
            done
            """)
        return result.text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { return nil }
            return Found(
                run: String(words[1]), folder: "\(workdir)/runs/\(words[1])", hasEnded: words[0] == "1")
        }
    }

    /// What a run's folder says of it.
    public struct Content: Sendable {
        /// Its plan.
        public var plan: RunPlan
        /// Its job table.
        public var rows: [JobRow]
        /// What was registered with it; nil for a run of a version that kept none.
        public var registration: JSON?
        /// Submissions by their tokens: what the scheduler calls them, their elements, and when they were made.
        public var submissions: [(token: String, id: String, elements: Int, time: Timestamp)] = []
    }

    /// Reads a run's folder.
    public static func read(_ paths: RunPaths, on host: some Host) async throws(HostError) -> Content {
        let result = try await host.run(
            """
            cd -- \(ShellWord.quote(paths.folder)) || exit 1
            cat plan.json; printf '\\0'; cat jobs.jsonl; printf '\\0'; cat registration.json 2>/dev/null; printf '\\0'
            for f in submissions/*/id; do
              [ -s "$f" ] || continue
              t=${f#submissions/}; n=$(cat "${f%id}elements" 2>/dev/null)
              printf '%s\\n' "$(stat -c %Y "$f") ${n:-1} ${t%/id} $(head -n 1 "$f")"
            done
            """, input: [], timeout: 120)
        let parts = result.output.split(separator: 0, omittingEmptySubsequences: false)
        guard result.status == 0, parts.count == 4,
            let plan = (try? JSON(parsing: parts[0].trimmed)).flatMap(RunPlan.init(json:))
        else {
            throw HostError(.file, "'\(paths.folder)' on \(host.name) holds no run: \(result.errorText)")
        }
        let rows = parts[1].split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSON(parsing: line)).flatMap(JobRow.init(json:))
        }
        guard rows.count == plan.rowCount else {
            throw HostError(
                .file, "the job table in '\(paths.folder)' on \(host.name) has \(rows.count) of \(plan.rowCount) rows")
        }
        var content = Content(plan: plan, rows: rows, registration: try? JSON(parsing: parts[2].trimmed))
        for line in String(decoding: parts[3], as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 4, let seconds = Int64(words[0]), let elements = Int(words[1]),
                !words[2].contains(".forgotten.")
            else { continue }
            // Without a scheduler it is a process: its number and its start.
            let id = words.count > 4 ? "\(ClaimHolder.localPrefix)\(words[3])-\(words[4])" : words[3]
            content.submissions.append((words[2], id, elements, Timestamp(seconds: seconds)))
        }
        return content
    }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmed: ArraySlice<UInt8> {
        var part = self
        while let last = part.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: " ") { part.removeLast() }
        return part
    }
}
