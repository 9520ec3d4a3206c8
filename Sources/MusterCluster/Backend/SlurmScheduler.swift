public import MusterCore
public import MusterSlurm

/// Hands elements over to Slurm, on this machine or on a login node.
///
/// Exactly once: `submissions/TOKEN` on the cluster is made by `mkdir` before sbatch runs, the id is written there by
/// rename in the same remote command, and the token is the job's name. A submission whose answer was lost is looked for
/// by that name in squeue, then in sacct, before anything is submitted again.
public actor SlurmScheduler: Scheduler {
    let host: any Host
    private let options: SbatchOptions
    /// Whether sacct is worth asking.
    let keepsAccounting: Bool
    /// How old an answer of squeue may be that another run of this user got, in seconds.
    let queueAge: Int64
    private var user: String?
    private var calls: [String: Int64] = [:]

    /// - Parameters:
    ///   - options: What overrides the script's own lines at each submission, such as time and memory of a
    ///   retry. The name and the array are set here.
    ///   - keepsAccounting: False where the site keeps no record of ended jobs: sacct is then never asked.
    ///   - queueAge: How old an answer of squeue may be that another run of this user got, in seconds.
    public init(
        host: any Host, options: SbatchOptions = SbatchOptions(), keepsAccounting: Bool = true, queueAge: Int64 = 0
    ) {
        self.host = host
        self.options = options
        self.keepsAccounting = keepsAccounting
        self.queueAge = queueAge
    }

    /// How long a submission whose answer was lost is looked for before it is taken for never accepted.
    static let searches = 5

    public func submit(_ submission: Submission, in paths: RunPaths) async throws -> String {
        for _ in 0..<2 {
            switch try await attempt(submission, in: paths) {
            case .known(let id): return id
            case .refused(let failure): throw failure
            case .unclear:
                if let id = try await search(for: submission.token) {
                    try await record(id, of: submission, in: paths)
                    return id
                }
                try await forget(submission, in: paths)
            }
        }
        throw HostError(
            .command, "the controller did not accept '\(submission.token)' in two tries on \(host.name)",
            hint: "see: scontrol ping")
    }

    private enum Answer {
        case known(String)
        case refused(SlurmFailure)
        case unclear
    }

    /// One remote command: takes the token, runs sbatch, keeps the id. It ignores a hang-up, so that a client that dies
    /// in between leaves the id behind all the same.
    private func attempt(_ submission: Submission, in paths: RunPaths) async throws -> Answer {
        var asked = options
        asked.jobName = submission.token
        asked.array = SlurmArraySpec(
            0..<UInt32(max(1, submission.elements)), throttle: submission.throttle.flatMap { UInt32(exactly: $0) })
        if let dependency = SlurmDependency(.afterany, on: submission.after.compactMap { SlurmJobID(parsing: $0) }) {
            asked.dependencies.append(dependency)
        }
        var more: [String] = []
        if let request = submission.request {
            asked.memory = request.memory.map { .perNode(mebibytes: Int($0.mebibytesRoundedUp)) } ?? asked.memory
            asked.exclude = request.exclude ?? asked.exclude
            more = request.words
            if let time = request.time {
                asked.timeLimit = SlurmTimeLimit(parsing: time.description)
                // Slurm counts whole minutes.
                let seconds = time.minutesRoundedUp * 60
                more += ["--time-left", "\(ElementRequest.timeLeft(of: seconds))"]
            }
        }
        let words = try Sbatch.arguments(script: paths.script(size: submission.script), overrides: asked) + more
        let sbatch = words.map { ShellWord.quote($0) }.joined(separator: " ")
        let result = try await host.run(
            """
            trap '' HUP PIPE
            cd -- \(ShellWord.quote(paths.submissions)) || exit 98
            t=\(ShellWord.quote(submission.token))
            if [ -s "$t/id" ]; then cat "$t/id"; exit 0; fi
            mkdir -- "$t" 2>/dev/null || { echo taken; exit 0; }
            echo \(max(1, submission.elements)) >"$t/elements"
            \(sbatch) >"$t/out" 2>"$t/err"; s=$?
            echo $s >"$t/status"
            id=$(sed -n 's/^\\(Submitted batch job \\)\\{0,1\\}\\([0-9][0-9]*\\).*/\\2/p' "$t/out" | tail -n 1)
            if [ $s = 0 ] && [ -n "$id" ]; then echo "$id" >"$t/id.new" && mv "$t/id.new" "$t/id"; fi
            echo called; cat "$t/out"; cat "$t/err" >&2
            exit $s
            """, input: [], timeout: 90)
        guard result.status != 98 else {
            throw HostError(.file, "the run's folder '\(paths.folder)' is gone on \(host.name): \(result.errorText)")
        }
        let text = result.text.drop(while: \.isWhitespace)
        if text.hasPrefix("taken") { return .unclear }
        guard text.hasPrefix("called") else { return .known(String(text.prefix(while: \.isNumber))) }
        count("sbatch")
        do {
            let receipt = try Sbatch.answer(
                exitStatus: result.status, standardOutput: String(text.dropFirst(6)), standardError: result.errorText)
            return .known("\(receipt.job)")
        } catch {
            guard !error.mayHaveTakenEffect else { return .unclear }
            try await forget(submission, in: paths)
            return .refused(error)
        }
    }

    /// Looks for a job of that name: in the queue first, since accounting lags; several times, since the controller
    /// may be about to answer.
    private func search(for token: String) async throws -> String? {
        for round in 0..<Self.searches {
            if round > 0 { try await Task.sleep(for: .seconds(2)) }
            let queue = try await slurm(Squeue.arguments(user: try await userName()), name: "squeue")
            guard queue.status == 0 else { continue }
            if let row = Squeue.rows(queue.text).rows.first(where: { $0.name == token }) {
                return "\(row.job.number)"
            }
            guard keepsAccounting else { continue }
            let records = try await slurm(
                Sacct.arguments(user: try await userName(), window: .last(hours: 48), name: token), name: "sacct")
            if let record = Sacct.records(records.text).rows.first(where: { $0.name == token }) {
                return "\(record.job.number)"
            }
        }
        return nil
    }

    private func record(_ id: String, of submission: Submission, in paths: RunPaths) async throws {
        try await host.write(
            [HostFile(path: "id", text: id + "\n")], to: paths.submission(token: submission.token))
    }

    /// Puts an unaccepted submission aside, so that its token can be used again.
    private func forget(_ submission: Submission, in paths: RunPaths) async throws {
        let folder = ShellWord.quote(paths.submission(token: submission.token))
        _ = try await host.run(
            "n=1; while [ -e \(folder).forgotten.$n ]; do n=$((n+1)); done; mv \(folder) \(folder).forgotten.$n")
    }

    public func takeCalls() async -> [JSON.Member] {
        defer { calls = [:] }
        return calls.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .int($0.value)) }
    }

    func slurm(_ words: [String], name: String) async throws -> CommandResult {
        count(name)
        return try await host.run(words.map { ShellWord.quote($0) }.joined(separator: " "), input: [], timeout: 60)
    }

    func count(_ program: String) { calls[program, default: 0] += 1 }

    /// Keeps the name of the user there, so that it need not be asked for.
    func remember(user name: String) { if !name.isEmpty { user = name } }

    func userName() async throws -> String {
        if let user { return user }
        let name = try await host.run("id -un").text.trimmingBlanks
        user = name
        return name
    }
}

extension String {
    /// The text without blanks and newlines at its ends.
    var trimmingBlanks: String {
        var part = self[...].drop(while: \.isWhitespace)
        while let last = part.last, last.isWhitespace { part.removeLast() }
        return String(part)
    }
}
