public import MusterCore

/// Runs the batch script on the host itself, in a session of its own, one run at a time on a machine.
///
/// A second run waits for the first in `flock`, so two runs never share GPUs and cores. The kernel gives the lock back
/// however a run ends.
public struct LocalScheduler: Scheduler {
    private let host: any Host
    private let lockFolder: String
    private let gpus: [String]

    /// - Parameters:
    ///   - lockFolder: A folder of this user and machine; it is made when missing.
    ///   - gpus: The GPUs that the agent may use, by index.
    public init(host: any Host, lockFolder: String, gpus: [String] = []) {
        self.host = host
        self.lockFolder = lockFolder
        self.gpus = gpus
    }

    public func submit(_ submission: Submission, in paths: RunPaths) async throws -> String {
        // This machine ends no allocation and its memory is the allocation's, so only the agent is told.
        let words =
            ((gpus.isEmpty ? [] : ["--gpus", gpus.joined(separator: ",")]) + (submission.request?.words ?? []))
            .map { ShellWord.quote($0) }.joined(separator: " ")
        let script = ShellWord.quote(paths.script(size: submission.script))
        let lock = ShellWord.quote("\(lockFolder)/machine.lock")
        // The started shell writes its own pid and start time: the pair names the process for good.
        let started =
            "echo \"$$ $(cut -d' ' -f22 /proc/$$/stat)\" > id.new && mv id.new id; "
            + "exec flock --no-fork \(lock) bash \(script) \(words)"
        let result = try await host.run(
            """
            mkdir -p -m 700 -- \(ShellWord.quote(lockFolder)) || exit 1
            mkdir -- \(ShellWord.quote(paths.submission(token: submission.token))) 2>/dev/null
            cd -- \(ShellWord.quote(paths.submission(token: submission.token))) || exit 1
            if mkdir started 2>/dev/null; then
              setsid sh -c \(ShellWord.quote(started)) </dev/null >>output 2>&1 &
            fi
            n=0; while [ ! -s id ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n+1)); done
            cat id
            """)
        let fields = result.text.split(whereSeparator: \.isWhitespace)
        guard result.status == 0, fields.count == 2 else {
            throw HostError(
                .command, "cannot start '\(paths.script(size: submission.script))' on \(host.name): \(result.errorText)"
            )
        }
        return "local-\(fields[0])-\(fields[1])"
    }

    public func states(of submissions: [HandedOver], in paths: RunPaths) async throws -> [ElementState] {
        let tests = submissions.map(\.id).map { id in
            let parts = id.split(separator: "-")
            return "p=\(parts[1]); s=$(cut -d' ' -f22 /proc/$p/stat 2>/dev/null); "
                + "z=$(cut -d' ' -f3 /proc/$p/stat 2>/dev/null); "
                + "if [ \"$s\" = \(parts[2]) ] && [ \"$z\" != Z ]; then echo \(id) RUNNING; else echo \(id) ENDED; fi"
        }
        let result = try await host.run(tests.joined(separator: "\n"))
        return result.text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2 else { return nil }
            return ElementState(
                element: String(words[0]), restart: 0, state: String(words[1]), exit: "", hasEnded: words[1] == "ENDED")
        }
    }

    public func earlierEnds(of submissions: [HandedOver]) async throws -> [ElementState] { [] }

    /// What waits here waits for the machine's lock, of which the history knows more.
    public func hindrances(of submissions: [HandedOver], in paths: RunPaths) async throws -> [Hindrance] { [] }

    /// What the planner must know of the host.
    public func capacity() async throws -> Capacity {
        let answer = try await host.run("nproc; sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo 2>/dev/null")
        let numbers = answer.text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let cpus = numbers.first.flatMap({ Int($0) }) else {
            throw HostError(.command, "cannot count the cores of \(host.name): \(answer.errorText)")
        }
        var capacity = Capacity(cpus: cpus, gpus: gpus.count, timeLimit: nil, maxArraySize: 1, isLocal: true)
        capacity.memory = numbers.dropFirst().first.flatMap { Int64($0) }.map { ByteCount($0 << 10) }
        capacity.mostMemory = capacity.memory
        return capacity
    }

    public func cancel(_ ids: [String], in paths: RunPaths) async throws {
        let submissions = ids.map { HandedOver(id: $0, elements: 1, time: Timestamp(microseconds: 0)) }
        for state in try await states(of: submissions, in: paths) where !state.hasEnded {
            let pid = state.element.split(separator: "-")[1]
            // A run that still waits for the machine has no agent to tell: its whole session is ended.
            _ = try await host.run("kill -TERM -- -\(pid) 2>/dev/null; exit 0")
        }
    }

    /// What waits for the machine sees the orders itself once it has it; its agent keeps to them.
    public func cancelWaiting(_ ids: [String]) async throws {}
    public func hold(_ ids: [String], _ isHeld: Bool) async throws {}
    public func throttle(_ ids: [String], to elements: Int) async throws {}

    public func takeCalls() async -> [JSON.Member] { [] }
}
