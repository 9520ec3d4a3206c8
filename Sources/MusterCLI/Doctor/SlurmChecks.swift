import MusterCore
import MusterSlurm

extension Check {
    /// Slurm as the login node sees it.
    static func slurm(needs: [String]) -> [Check] {
        [
            Check("slurm programs", needs: needs) { patient in
                [SlurmFindings.programs(try await patient.ask(SlurmFindings.programsScript), host: patient.host.name)]
            },
            Check("controller", needs: needs + ["slurm programs"], seconds: 40) { patient in
                let version = try await patient.slurm(["scontrol", "--version"])
                return [SlurmFindings.controller(version: version, ping: try await patient.slurm(Scontrol.ping()))]
            },
            Check("accounting", needs: needs + ["slurm programs", "controller"], seconds: 40, accounting),
            Check("partitions", needs: needs + ["slurm programs", "controller"], seconds: 60, partitions),
        ]
    }

    private static let accounting: @Sendable (Patient) async throws -> [Finding] = { patient in
        let answer = try await patient.slurm(Scontrol.showConfig())
        let configuration = SlurmConfiguration(parsing: answer.output)
        guard answer.exitStatus == 0, !configuration.isEmpty else {
            throw SlurmFailure(program: "scontrol", exitStatus: answer.exitStatus, standardError: answer.errors)
        }
        guard configuration.keepsAccounting ?? true else {
            return [SlurmFindings.accounting(configuration, sacct: nil)]
        }
        let sacct = try await patient.slurm(["sacct", "-X", "-n", "-P", "-S", "now-1minutes", "-o", "JobIDRaw"])
        return [SlurmFindings.accounting(configuration, sacct: sacct)]
    }

    /// Each question once, and none for each node: sinfo groups them.
    private static let partitions: @Sendable (Patient) async throws -> [Finding] = { patient in
        let user = String((try await patient.run("id -un")).text.prefix { !$0.isNewline })
        var answers: [SiteProbe.Question: SiteProbe.Answer] = [:]
        for question in SiteProbe.Question.allCases where question != .nodes {
            let configuration = SlurmConfiguration(parsing: answers[.configuration]?.output ?? "")
            guard question == .configuration || question.isUseful(after: configuration) else { continue }
            answers[question] = try await patient.slurm(question.arguments(user: user))
        }
        let site = try SiteProbe.site(user: user, answers)
        await patient.set(site: site)
        var found = PartitionFindings.all(site, cluster: patient.cluster, file: patient.file)
        if let account = PartitionFindings.account(site, cluster: patient.cluster, file: patient.file) {
            found.append(account.named("account"))
        }
        return found
    }
}
