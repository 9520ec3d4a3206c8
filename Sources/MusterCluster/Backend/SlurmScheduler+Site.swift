public import MusterCore
public import MusterSlurm

extension SlurmScheduler {
    /// Asks the site what it has and by which rules it is shared out, in one remote command; each program that ran is
    /// counted as a call.
    ///
    /// - Throws: ``SlurmFailure`` where the controller does not tell its configuration, ``HostError`` where the host
    ///   could not be asked.
    public func site() async throws -> SlurmSite {
        let mark = "muster-" + Hex.text((0..<8).map { _ in UInt8.random(in: 0...255) })
        let questions = SiteQuestions(mark: mark, asksAccounts: keepsAccounting)
        let result = try await host.run(questions.script, input: [], timeout: 120)
        let (user, answers) = questions.answers(result.output)
        guard result.status == 0, !answers.isEmpty else {
            throw HostError(.command, "the cluster cannot be asked on \(host.name): \(result.errorText.trimmingBlanks)")
        }
        remember(user: user)
        for question in answers.keys {
            let program = question.arguments(user: user)[0]
            if program != "id" { count(program) }
        }
        return try SiteProbe.site(user: user, answers)
    }

    /// The site with what its cluster file says of it. Where the controller does not tell its configuration to everybody,
    /// a file that lists partitions stands in for it.
    ///
    /// - Throws: As ``site()``.
    public func site(stated cluster: ClusterSpec) async throws -> SlurmSite {
        do {
            return try await site().stated(by: cluster)
        } catch let failure as SlurmFailure where failure.kind == .permission && !cluster.partitions.isEmpty {
            var site = SlurmSite(offline: cluster)
            site.gaps.append("configuration: \(failure)")
            return site
        }
    }

    /// Has Slurm look at a script with `elements` without submitting it (sbatch(1), `--test-only`).
    ///
    /// - Returns: What sbatch said: when and where a job would start.
    /// - Throws: ``SlurmFailure`` with the reason for which it would be refused.
    public func tryOut(_ script: String, elements: Int) async throws -> String {
        count("sbatch")
        var words = ["sbatch", "--test-only"]
        if elements > 1 { words.append("--array=0-\(elements - 1)") }
        let result = try await host.run(
            "cd -- \"$HOME\" && " + words.map { ShellWord.quote($0) }.joined(separator: " "), input: Array(script.utf8),
            timeout: 60)
        guard result.status == 0 else {
            throw SlurmFailure(
                program: "sbatch", exitStatus: result.status, standardError: result.errorText,
                standardOutput: result.text)
        }
        return (result.errorText + result.text).trimmingBlanks
    }
}
