import Foundation
import MusterCluster
import MusterCore
import MusterSlurm
import SSH
import Testing

@testable import MusterCLI

/// What answers of hosts, of Slurm and of nodes mean.
@Suite struct DoctorTests {
    // MARK: Connecting

    private let seen = SSHIntroduction(
        address: "ada@login.example.org:22", hostKey: "ssh-ed25519 SHA256:abc", identity: "/home/ada/.ssh/id_ed25519",
        seconds: 0.31, noise: "")

    private func findings(_ attempt: Result<SSHIntroduction, SSHError>) -> ConnectionFindings {
        ConnectionFindings(attempt: attempt, file: "alps.yaml")
    }

    @Test func aGoodConnectionIsToldInThreeLines() {
        let found = findings(.success(seen))
        #expect(found.connection == .ok("ada@login.example.org:22 in 0.31 s"))
        #expect(found.hostKey == .ok("known: ssh-ed25519 SHA256:abc"))
        #expect(found.login == .ok("ada with /home/ada/.ssh/id_ed25519"))
    }

    @Test(arguments: [
        (SSHError.Kind.unreachable, Finding.Status.wrong, Finding.Status.skipped, Finding.Status.skipped),
        (.timedOut, .wrong, .skipped, .skipped), (.hostKeyUnknown, .ok, .wrong, .skipped),
        (.hostKeyChanged, .ok, .wrong, .skipped), (.hostKeyRevoked, .ok, .wrong, .skipped),
        (.authenticationFailed, .ok, .ok, .wrong),
    ]) func aFailureIsToldWhereItHappened(
        kind: SSHError.Kind, connection: Finding.Status, key: Finding.Status, login: Finding.Status
    ) {
        let found = findings(.failure(SSHError(kind, "connect to", host: "alps", text: "no", hint: "ssh alps")))
        #expect([found.connection, found.hostKey, found.login].map(\.status) == [connection, key, login])
        for finding in [found.connection, found.hostKey, found.login] where finding.status == .wrong {
            #expect(finding.cure?.isEmpty == false)
        }
    }

    @Test func slowAndNoisyShellsAreWorthAWord() {
        #expect(ConnectionFindings.noise("").status == .ok)
        let noisy = ConnectionFindings.noise("Welcome to alps\nquota 3 %\n")
        #expect(noisy.status == .warning && noisy.result == "2 lines before each command, such as: Welcome to alps")
        #expect(ConnectionFindings.commands([0.012, 3, 0.011]) == .ok("one takes 12 ms"))
        #expect(ConnectionFindings.commands([2, 3, 1.5]).status == .warning)
    }

    // MARK: Slurm

    @Test func missingProgramsComeWithTheLineThatFindsThem() {
        let all = SlurmFindings.programs.map { "\($0)=/opt/slurm/bin/\($0)" }.joined(separator: "\n")
        #expect(SlurmFindings.programs(Answers(all), host: "alps") == .ok("all in /opt/slurm/bin"))
        let none = SlurmFindings.programs(
            Answers("path=/usr/bin:/bin\nelsewhere=/opt/slurm/bin\nlogin=/cm/slurm/bin"), host: "alps")
        #expect(none.status == .wrong && none.result.contains("sbatch") && none.result.contains("/usr/bin:/bin"))
        #expect(none.cure?.contains("export PATH=/cm/slurm/bin:$PATH") == true)
        #expect(none.cure?.contains("~/.bashrc") == true && none.cure?.contains("prologue") == true)
        let noAccounts = SlurmFindings.programs.dropLast().map { "\($0)=/usr/bin/\($0)" }.joined(separator: "\n")
        #expect(SlurmFindings.programs(Answers(noAccounts), host: "alps").status == .warning)
    }

    @Test func aControllerThatIsDownIsWrong() {
        let version = SiteProbe.Answer(output: "slurm-wlm 22.05.8\n")
        let up = SiteProbe.Answer(output: "Slurmctld(primary) at vm is UP\n")
        #expect(
            SlurmFindings.controller(version: version, ping: up) == .ok("slurm-wlm 22.05.8, the controller answers"))
        let down = SiteProbe.Answer(exitStatus: 1, output: "Slurmctld(primary) at vm is DOWN\n")
        let finding = SlurmFindings.controller(version: version, ping: down)
        #expect(finding.status == .wrong && finding.result.contains("is DOWN") && finding.cure != nil)
    }

    @Test func accountingMayBeMissingOrSilent() {
        let kept = SlurmConfiguration(parsing: "AccountingStorageType   = accounting_storage/slurmdbd\n")
        let none = SlurmConfiguration(
            parsing: "AccountingStorageType   = accounting_storage/none\nMinJobAge               = 300 sec\n")
        #expect(SlurmFindings.accounting(kept, sacct: SiteProbe.Answer(output: "")).status == .ok)
        #expect(SlurmFindings.accounting(none, sacct: nil).result.contains("for 300 s"))
        let silent = SiteProbe.Answer(
            exitStatus: 1, output: "", errors: "sacct: error: Problem talking to the database: Connection refused\n")
        #expect(SlurmFindings.accounting(kept, sacct: silent).status == .warning)
    }

    @Test func aPartitionThatIsNotThereIsWrongAndAFullySilentOneToo() {
        var site = SlurmSite(configuration: SlurmConfiguration(parsing: "MaxArraySize            = 1001\n"))
        var gpu = SlurmPartition(name: "gpu")
        gpu.kinds = [SlurmNodeKind(cpus: 8, memory: 4096, count: 3, inService: 1)]
        site.partitions = [gpu]
        var cluster = ClusterSpec(name: "alps")
        cluster.partition = "gpus"
        let missing = PartitionFindings.all(site, cluster: cluster, file: "alps.yaml")
        #expect(missing.first?.status == .wrong && missing.first?.result.contains("did you mean 'gpu'") == true)
        cluster.partition = "gpu"
        let found = PartitionFindings.all(site, cluster: cluster, file: "alps.yaml")
        #expect(found.map(\.status) == [.ok] && found[0].result.contains("1 of 3 nodes in service"), "\(found)")
        site.partitions[0].kinds = [SlurmNodeKind(cpus: 8, memory: 4096, count: 3, inService: 0)]
        #expect(PartitionFindings.all(site, cluster: cluster, file: "alps.yaml").map(\.status) == [.wrong])
        site.partitions[0].state = "DRAIN"
        #expect(PartitionFindings.all(site, cluster: cluster, file: "alps.yaml").map(\.status) == [.wrong])
    }

    @Test func anAccountOfSomebodyElseIsWrongWhereTheSiteMinds() {
        var site = SlurmSite(configuration: SlurmConfiguration(parsing: "AccountingStorageEnforce = associations\n"))
        site.associations = Sacctmgr.associations("")
        var cluster = ClusterSpec(name: "alps")
        cluster.account = "physics"
        #expect(PartitionFindings.account(site, cluster: cluster, file: "f")?.status == .wrong)
        site.configuration = SlurmConfiguration(parsing: "AccountingStorageEnforce = none\n")
        #expect(PartitionFindings.account(site, cluster: cluster, file: "f")?.status == .warning)
        site.associations = nil
        #expect(PartitionFindings.account(site, cluster: cluster, file: "f") == nil)
    }

    // MARK: Clocks

    @Test func clocksAreComparedAsFarAsOneQuestionCanTell() {
        func clock(_ there: String) -> Finding {
            ClockFindings.clock(
                there: there, before: Timestamp(microseconds: 1_000_000_000),
                after: Timestamp(microseconds: 1_000_200_000), of: "alps")
        }
        #expect(clock("1000.1\n") == .ok("the same within 0.1 s"))
        #expect(clock("1001.1") == .ok("alps is 1.0 s ahead of this machine"))
        #expect(clock("900").status == .warning && clock("900").result.contains("behind"))
        #expect(clock("no such command").status == .warning)
    }

    // MARK: The manual

    @Test func theManualHasEveryCheck() throws {
        let file = #filePath.replacing("Tests/MusterCLITests/DoctorTests.swift", with: "docs/doctor.md")
        let manual = try String(contentsOfFile: file, encoding: .utf8)
        var slurm = ClusterSpec(name: "alps")
        slurm.backend = .slurm
        slurm.host = "alps"
        slurm.way = .direct
        for (cluster, host) in [(slurm, Site.sshHost("alps", slurm) as any MusterCore.Host), (.local, LocalHost())] {
            let checks = Check.all(
                of: cluster, file: "f", asked: "alps", host: host, .init(isWanted: true, patience: 1, gpus: 0))
            for check in checks {
                #expect(manual.contains("| `\(check.name)`") || manual.contains(", `\(check.name)` |"))
            }
            // What a check needs comes before it.
            for (place, check) in checks.enumerated() {
                #expect(Set(check.needs).isSubset(of: Set(checks[..<place].map(\.name))), "\(check.name)")
            }
        }
    }

    // MARK: The end

    @Test func theExitStatusTellsWhatKindOfTroubleThereIs() {
        func status(_ told: (String, Finding.Status)...) -> Int32? {
            DoctorCommand.status(told.map { Told(check: $0.0, finding: Finding(status: $0.1, result: "")) })?.code
        }
        #expect(status(("login", .ok), ("space", .warning), ("job", .skipped)) == nil)
        #expect(status(("login", .ok), ("workdir", .wrong)) == 1)
        #expect(status(("connection", .ok), ("host key", .wrong), ("workdir", .skipped)) == 4)
    }

    @Test func aFindingIsALineWithItsCureBelow() {
        #expect(Finding.ok("fine").text(of: "space") == "ok       space: fine")
        #expect(
            Finding.wrong("no\n  why", cure: "do this").text(of: "job")
                == "wrong    job: no\n           why\n           do this")
    }
}
