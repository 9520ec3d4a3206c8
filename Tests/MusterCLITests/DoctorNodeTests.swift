import MusterCore
import MusterSlurm
import Testing

@testable import MusterCLI

/// What folders, file systems and a node's report mean, and how long the job is waited for.
@Suite struct DoctorNodeTests {
    private func node(_ text: String) -> NodeFindings { NodeFindings(report: Answers(text), file: "alps.yaml") }

    // MARK: Folders

    @Test func theWorkdirIsMadeOrSaysWhatStandsInTheWay() throws {
        let made = try #require(Workplace(Answers("path=/w/m\nstanding=/w\nfolder=/w/m/.doctor-1")))
        #expect(made.finding(file: "f") == .ok("/w/m can be made, and can be written to"))
        let refused = try #require(
            Workplace(
                Answers("path=/w/m\nstanding=/w\ntrouble=mkdir: cannot create directory '/w/m': Permission denied")))
        #expect(refused.finding(file: "f").status == .wrong)
        #expect(refused.finding(file: "f").result.contains("Permission denied"))
        #expect(Workplace(Answers("")) == nil)
    }

    @Test func littleSpaceIsAWarning() {
        let much = Answers("df=263174212 75000000 16777216 16000000 nfs4\ntarget=/home\nsource=nas:/home")
        #expect(SpaceFindings.space(much, file: "f") == .ok("71.5 GiB of 251 GiB free, room for 16 million files"))
        #expect(SpaceFindings.space(Answers("df=1000000 999 16777216 16000000 ext4"), file: "f").status == .warning)
        #expect(SpaceFindings.space(Answers("df=263174212 75000000 1000 999 ext4"), file: "f").status == .warning)
        // btrfs counts no files.
        #expect(SpaceFindings.space(Answers("df=263174212 75000000 0 0 btrfs"), file: "f").status == .ok)
        #expect(SpaceFindings.space(Answers(""), file: "f").status == .warning)
    }

    @Test func quotasOfQuotaAndLustreAreRead() {
        let lines = """
            source=/dev/sda1
            quota=Disk quotas for user ada (uid 1000):
            quota=Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
            quota=/dev/sda1 104857600 209715200 214748364 0 1200 0 0 0
            quota=/dev/sdb1 1 2 3 0 4 5 6 0
            """
        #expect(SpaceFindings.quota(Answers(lines), file: "f") == .ok("100 GiB of 200 GiB used"))
        let lustre = Answers("lfs=/work 209715100* 209715200 214748364 6d23h 999000* 1000000 1100000 -")
        let full = SpaceFindings.quota(lustre, file: "f")
        #expect(
            full.status == .warning && full.result == "200 GiB of 200 GiB used, 999000 of 1 million files", "\(full)")
        #expect(SpaceFindings.quota(Answers("source=/dev/sda1"), file: "f") == .ok("none is told"))
    }

    @Test(arguments: [
        ("ext4", ClusterSpec.Backend.slurm, Finding.Status.ok), ("lustre", .slurm, .ok),
        ("fuse.sshfs", .slurm, .warning),
        ("ext4", .local, .ok), ("nfs4", .local, .warning),
    ]) func aFileSystemIsJudgedByItsType(type: String, backend: ClusterSpec.Backend, status: Finding.Status) {
        let answers = Answers("df=1 2 3 4 \(type)\ntarget=/home")
        #expect(FileSystemFindings.type(answers, backend: backend, file: "f").status == status)
    }

    @Test(arguments: [
        ("link=yes\nrace=1\nmkdir=yes\ncreate=yes\nrename=yes\npublish=yes", Finding.Status.ok),
        ("link=no\nmkdir=yes\ncreate=yes\nrename=yes\npublish=yes", .warning),
        ("link=yes\nrace=2\nmkdir=yes\ncreate=yes\nrename=yes\npublish=yes", .wrong),
        ("link=yes\nrace=0\nmkdir=yes\ncreate=yes\nrename=yes\npublish=yes", .wrong),
        ("link=twice\nmkdir=yes\ncreate=yes\nrename=yes\npublish=yes", .wrong),
        ("link=yes\nrace=1\nmkdir=twice\ncreate=yes\nrename=yes\npublish=yes", .wrong),
        ("link=yes\nrace=1\nmkdir=yes\ncreate=yes\nrename=yes\npublish=replaced", .wrong),
        ("link=yes\nrace=1", .wrong), ("", .wrong),
    ]) func claimsHoldOrNot(answers: String, status: Finding.Status) {
        #expect(FileSystemFindings.claims(Answers(answers), file: "f").status == status)
    }

    // MARK: A node

    @Test func theAgentStartsOrSaysWhyNot() {
        #expect(
            node("node=n1\nagent_status=0\nagent=muster-agent 0.1.0").agent == .ok("muster-agent 0.1.0 starts on n1"))
        let old = node("node=n1\nagent_status=1\nagent=muster-agent: version `GLIBC_2.28' not found").agent
        #expect(old.status == .wrong && old.cure?.contains("make dist") == true)
    }

    @Test func systemsOlderThanTheAgentAreTold() {
        #expect(node("kernel=6.1.0-9-amd64\nlibc=glibc 2.36").system == .ok("Linux 6.1.0-9-amd64, glibc 2.36"))
        #expect(node("kernel=3.10.0-1160.el7\nlibc=glibc 2.17").system.status == .warning)
        #expect(node("kernel=4.18.0-553.el8\nlibc=glibc 2.28").system.status == .ok)
        #expect(node("kernel=\nlibc=").system.status == .ok)
    }

    @Test func theMemoryControllerIsSeenOrMissed() {
        let held = node("controller=v2\nlimit=134217728\nlimit=9223372036854771712").memory
        #expect(held == .ok("cgroup v2, a job of 128 MiB has a limit of 128 MiB"))
        #expect(node("controller=v1\nlimit=9223372036854771712").memory.status == .warning)
        #expect(node("cgroup=tmpfs").memory.status == .warning)
    }

    @Test func gpusAreCountedWhereTheyWereAskedFor() {
        #expect(node("").gpus(asked: 0).status == .ok)
        #expect(node("").gpus(asked: 1).status == .wrong)
        #expect(node("gpu=GPU 0: NVIDIA A100\nvisible=0").gpus(asked: 1).status == .ok)
        #expect(node("visible=0,1").gpus(asked: 2).status == .ok)
    }

    @Test func aNodeReachesTheCollectorOrNot() {
        let bell = Doorbell.Address(host: "10.0.0.1", port: 4711, call: "c0ffee")
        #expect(node("node=n1\nring=decaf").ring(bell, answer: "decaf") == .ok("n1 reaches 10.0.0.1:4711 here"))
        let refused = node("node=n1\nring=connect: Connection refused").ring(bell, answer: "decaf")
        #expect(refused.status == .wrong && refused.result.contains("Connection refused"))
        #expect(refused.cure?.contains("collector.address") == true)
        #expect(node("ring=somebody else").ring(bell, answer: "decaf").status == .wrong)
        #expect(node("").ring(bell, answer: "decaf").status == .wrong)
    }

    @Test func aRelayIsReachedOrNot() {
        let bell = Doorbell.Address(host: "10.0.0.1", port: 4711, call: "c0ffee")
        let reached = node("node=n1\nrelay=decaf").ringRelay(bell, answer: "decaf")
        #expect(reached == .ok("n1 reaches 10.0.0.1:4711 of the login node"))
        // What came from the client's machine says nothing about the login node.
        let silent = node("node=n1\nring=decaf").ringRelay(bell, answer: "decaf")
        #expect(silent.status == .wrong && silent.cure?.contains("'collector.interface' in alps.yaml") == true)
    }

    @Test func aNodeThatSeesOtherFilesIsWrong() {
        #expect(node("link=yes\npublish=yes").claims.status == .wrong)
        let good = "sees=yes\nlink=yes\nrace=1\nmkdir=yes\ncreate=yes\nrename=yes\npublish=yes"
        #expect(node(good).claims.status == .ok)
    }

    @Test func theDoorbellAnswersOnlyItsWord() throws {
        #expect(throws: HostError.self) { try Doorbell(host: "192.0.2.1", port: nil) }
        let bell = try Doorbell(host: "127.0.0.1", port: nil)
        defer { bell.close() }
        #expect(bell.address.port > 0 && bell.address.call != bell.answer)
    }

    // MARK: Waiting

    private func record(_ state: String, reason: String = "None", nodes: String = "n1") -> ScontrolRecord? {
        ScontrolRecord(
            line: "JobId=7 JobName=muster.doctor.1 JobState=\(state) Reason=\(reason) ExitCode=97:0 NodeList=\(nodes)")
    }

    private func outcome(_ looks: [(Double, ScontrolRecord?)]) -> Finding? {
        var wait = JobWait(patience: 120)
        for (seconds, record) in looks {
            let next = wait.next(id: "7", reported: false, record: record, seconds: seconds, cluster: "alps")
            if case .over(let finding) = next { return finding }
        }
        return nil
    }

    @Test func aJobIsWaitedForAsLongAsThereIsHope() {
        var wait = JobWait(patience: 120)
        #expect(wait.next(id: "7", reported: true, record: nil, seconds: 1, cluster: "alps") == .reported)
        #expect(
            outcome([(1, record("PENDING", reason: "Resources")), (119, record("PENDING", reason: "Priority"))]) == nil)
        let busy = outcome([(1, nil), (120, record("PENDING", reason: "Priority"))])
        #expect(busy?.result == "job 7 did not start within 120 s: Priority")
        #expect(busy?.cure?.contains("muster doctor alps --job --wait") == true)
        // A reason that nobody can wait out ends it soon, but not at its first sight.
        let down = record("PENDING", reason: "ReqNodeNotAvail,_UnavailableNodes:n1")
        #expect(outcome([(1, down), (9, down)]) == nil)
        let over = outcome([(1, down), (11, down)])
        #expect(over?.status == .wrong && over?.result.contains("UnavailableNodes:n1") == true)
    }

    @Test func aJobThatEndsOrSaysNothingIsWrong() {
        let failed = outcome([(3, record("FAILED", reason: "NonZeroExitCode"))])
        #expect(failed?.result.contains("FAILED with 97:0 on n1") == true, "\(String(describing: failed))")
        #expect(outcome([(3, record("RUNNING")), (60, record("RUNNING"))]) == nil)
        let silent = outcome([(3, record("RUNNING")), (64, record("RUNNING"))])
        #expect(silent?.status == .wrong && silent?.cure?.contains("exclude: n1") == true)
        #expect(outcome([(10, nil), (181, nil)])?.status == .wrong)
    }
}
