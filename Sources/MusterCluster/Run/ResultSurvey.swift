public import MusterCore

/// What lies already where a plan's results would go.
public enum ResultSurvey {
    /// How a job stands before it runs.
    public enum State: String, CaseIterable, Sendable {
        /// Nothing lies there: it is to be done.
        case absent = "to do"
        /// Its result is there and was made the same way.
        case cached
        /// A part of its items is there; the rest is to be done.
        case partial
        /// A result is there that was made another way, from another pipeline, scene or point.
        case stale
        /// Something else lies there, which muster did not make.
        case occupied
    }

    /// The state of every job of the plan, and whether stage runs of earlier runs are stored beside them, in one remote
    /// command.
    public static func states(
        of plan: Plan, on host: some Host
    ) async throws(HostError) -> (jobs: [State], hasStore: Bool) {
        var paths: [UInt8] = []
        for row in plan.jobs { paths += Array(row.output.utf8) + [0] }
        let store = OutputPaths.store(below: plan.input.outputRoot)
        // Only builtins of bash: a process for each of many jobs would take minutes.
        let script = #"""
            [ -e "$1" ] || exit 0
            [ -d "$2" ] && echo store
            shopt -s nullglob dotglob
            i=0
            while IFS= read -r -d '' p; do
              if [ -e "$p" ]; then
                r="$p/.muster/job.json"
                if [ -r "$r" ]; then
                  printf '%s %s\n' "$i" "$(<"$r")"
                else
                  # An empty folder gives way.
                  c=("$p"/*)
                  if [ ! -d "$p" ] || [ ${#c[@]} -gt 0 ]; then printf '%s\n' "$i"; fi
                fi
              fi
              i=$((i+1))
            done
            """#
        let result = try await host.run(
            "exec bash -c \(ShellWord.quote(script)) survey \(ShellWord.quote(plan.input.outputRoot)) \(ShellWord.quote(store))",
            input: paths,
            timeout: 600)
        guard result.status == 0 else {
            throw HostError(.command, "cannot look at earlier results on \(host.name): \(result.errorText)")
        }
        var states = [State](repeating: .absent, count: plan.jobs.count)
        let lines = result.output.split(separator: UInt8(ascii: "\n"))
        for line in lines {
            let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
            guard let first = parts.first, let index = Int(String(decoding: first, as: UTF8.self)),
                states.indices.contains(index)
            else { continue }
            let record = parts.count > 1 ? try? JSON(parsing: parts[1]) : nil
            if let key = record?["key"]?.string {
                let outcome = (record?["outcome"]?.string).flatMap(Outcome.init(rawValue:))
                let isSame = key == plan.jobs[index].key
                states[index] =
                    isSame && outcome == .succeeded ? .cached : isSame && outcome == .partial ? .partial : .stale
            } else {
                states[index] = .occupied
            }
        }
        return (states, lines.first.map { $0.elementsEqual("store".utf8) } ?? false)
    }
}
