import MusterSlurm
import Testing

@Suite struct ScontrolTests {
    private static let start = "ArrayTaskThrottle=2 JobName="
    private static let rest =
        " UserId=hpcuser(1001) GroupId=hpcuser(1001) MCS_label=N/A Priority=4294901759 Nice=0 Account=research QOS=normal "
        + "WCKey=* JobState=RUNNING Reason=None Dependency=(null) Requeue=1 Restarts=1 BatchFlag=1 Reboot=0 ExitCode=0:0 "
        + "RunTime=00:00:02 TimeLimit=01:00:00 TimeMin=N/A SubmitTime=1795228266 EligibleTime=1795228267 AccrueTime=Unknown "
        + "StartTime=1795228267 EndTime=1795231867 Deadline=N/A Partition=main AllocNode:Sid=localhost:12 NodeList=n1 "
        + "BatchHost=n1 NumNodes=1 CPUs/Task=1 ReqB:S:C:T=0:0:*:* TRES=cpu=1,mem=64M,node=1,billing=1 "
        + "Command=/home/u/s.sh WorkDir=/home/u/my dir StdErr=/home/u/slurm-1_0.out StdIn=/dev/null "
        + "StdOut=/home/u/my dir/slurm-1_0.out Power= "

    @Test func readsATask() throws {
        let line = "JobId=2 ArrayJobId=1 ArrayTaskId=0 " + Self.start + "a b|c" + Self.rest + "\n"
        let record = try #require(Scontrol.jobs(line).first)
        #expect(record.job == .job(SlurmJobID(1, task: 0)) && record.rawID == 2)
        #expect(record.name == "a b|c")
        #expect(record.state == .running && record.reason == nil && record.restarts == 1)
        #expect(record.started == .epoch(1_795_228_267) && record.timeLimit == .seconds(3_600))
        #expect(record.output == "/home/u/my dir/slurm-1_0.out")
        #expect(record["WorkDir"] == "/home/u/my dir")
        #expect(record["TRES"] == "cpu=1,mem=64M,node=1,billing=1")
        #expect(record["AllocNode:Sid"] == "localhost:12" && record["CPUs/Task"] == "1")
        #expect(record["Power"] == nil && record["Nonsense"] == nil)
        #expect(record.ambiguous.isEmpty)
    }

    @Test func readsTheRemainderAndAPlainJob() throws {
        let output =
            "JobId=1 ArrayJobId=1 ArrayTaskId=6-399:3%2 " + Self.start + "x" + Self.rest + "\nJobId=9 JobName=y"
            + Self.rest + "\n"
        let records = Scontrol.jobs(output)
        #expect(records.map { $0.job?.description } == ["1_[6-399:3%2]", "9"])
    }

    @Test func aNameOrCommentCannotForgeAState() throws {
        let named = try #require(ScontrolRecord(line: "JobId=9 JobName=x JobState=COMPLETED y" + Self.rest))
        #expect(!named.state.isEnded && named.ambiguous == ["JobState"])
        let commented = try #require(
            ScontrolRecord(line: "JobId=9 JobName=x" + Self.rest + "Comment=JobState=FAILED JobState=FAILED"))
        #expect(!commented.state.isEnded && commented.ambiguous.contains("JobState"))
        let harmless = try #require(ScontrolRecord(line: "JobId=9 JobName=A=b C=d" + Self.rest))
        #expect(harmless.name == "A=b C=d" && harmless.state == .running)
    }

    @Test(arguments: [
        "", "slurm_load_jobs error: Invalid job id specified\n", "Welcome\nto JobId=3\n", "No jobs in the system\n",
    ])
    func whatIsNoRecordIsLeftOut(output: String) {
        #expect(Scontrol.jobs(output).isEmpty)
    }

    @Test func readsHostnames() {
        #expect(Scontrol.hostnames("Welcome to alps\nn1\nn2\n\n") == ["n1", "n2"])
    }

    @Test func readsTheConfiguration() {
        let configuration = SlurmConfiguration(
            parsing: """
                Configuration data as of 2026-11-21T02:33:46
                AccountingStorageType   = accounting_storage/slurmdbd
                ClusterName             = muster
                KillWait                = 2 sec
                MaxArraySize            = 10001
                MaxJobCount             = 20000
                MinJobAge               = 600 sec
                RebootProgram           = (null)
                SLURM_VERSION           = 22.05.8
                SchedulerParameters     = a = b

                Slurmctld(primary) at vm is UP

                """)
        #expect(configuration.maxArraySize == 10_001 && configuration.maxJobCount == 20_000)
        #expect(configuration.minJobAgeSeconds == 600 && configuration.killWaitSeconds == 2)
        #expect(configuration.version == "22.05.8" && configuration.clusterName == "muster")
        #expect(configuration.keepsAccounting == true)
        #expect(configuration["RebootProgram"] == nil && configuration["schedulerparameters"] == "a = b")
        let empty = SlurmConfiguration(parsing: "")
        #expect(empty.maxArraySize == nil && empty.keepsAccounting == nil)
        #expect(
            SlurmConfiguration(parsing: "AccountingStorageType = accounting_storage/none\n").keepsAccounting == false)
    }
}
