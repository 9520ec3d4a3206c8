import MusterSlurm
import TestSupport
import Testing

/// The argument lists against a real Slurm, and the parsers against its real answers.
///
///     Tests/Cluster/testcluster up --dbd
///     eval "$(Tests/Cluster/testcluster env)"
///     swift test --filter ClusterTests
@Suite(
    .enabled(if: ClusterShell.state != nil, "MUSTER_TEST_CLUSTER is not set; see Tests/Cluster/README.md"),
    .tags(.cluster),
    .serialized, .timeLimit(.minutes(3)), .aloneOnCluster)
struct ClusterTests {
    private let cluster = ClusterShell()

    @Test func anArrayIsSeenByQueueControllerAndAccounting() throws {
        var options = SbatchOptions()
        options.jobName = "muster.a|b 'c' \u{e9}"
        options.array = SlurmArraySpec(0..<100, throttle: 2)
        options.timeLimit = .seconds(600)
        options.memory = .perNode(mebibytes: 32)
        options.output = "/dev/null"
        let job = try cluster.submit("[ $SLURM_ARRAY_TASK_ID = 0 ] && exit 7; sleep 100", options)
        defer { cluster.cancel(job) }

        let rows = try eventually {
            let rows = try cluster.queue(of: job.number)
            let isSettled = rows.filter { $0.state == .running }.count == 2 && rows.contains(where: \.state.isEnded)
            return (isSettled ? rows : nil, "\(rows)")
        }
        #expect(
            rows.allSatisfy { $0.name == options.jobName && $0.timeLimit == .seconds(600) && $0.partition == "main" })
        let failed = try #require(rows.first { $0.job == .job(SlurmJobID(job.number, task: 0)) })
        #expect(failed.state == .failed && failed.reason == "NonZeroExitCode")
        #expect(try #require(failed.ended?.epochSeconds) >= (try #require(failed.submitted?.epochSeconds)))
        guard case .remainder(_, let spec)? = rows.first(where: { $0.state == .pending })?.job else {
            Issue.record("no remainder in \(rows)")
            return
        }
        #expect(spec.throttle == 2 && spec.maximum == 99 && spec.count == 97 && !spec.isTruncated)
        #expect(try cluster.queue(of: job.number, eachTask: true).count == 100)

        let shown = Scontrol.jobs(try cluster.run(Scontrol.showJob(job)).output)
        #expect(Set(shown.compactMap(\.job)) == Set(rows.map(\.job)))
        #expect(shown.allSatisfy { $0.name == options.jobName && $0.ambiguous.isEmpty && $0.restarts == 0 })
        let one = try #require(shown.first { $0.job == failed.job })
        #expect(one.state == .failed && one.exitCode == SlurmExitCode(status: 7) && one.rawID == failed.rawID)

        let sacct = Sacct.arguments(user: ClusterShell.user, window: .last(hours: 1))
        let record = try eventually {
            let records = Sacct.records(try cluster.run(sacct).output)
            return (records.rows.first { $0.job == failed.job && $0.state.isEnded }, "\(records)")
        }
        #expect(record.state == .failed && record.exitCode?.status == 7 && record.name == options.jobName)
        #expect(record.ended == failed.ended && record.requestedMemory?.mebibytes == 32)

        for call in Scancel.arguments(rows.map(\.job)) { #expect(try cluster.run(call).status == 0) }
        _ = try eventually {
            let rows = try cluster.queue(of: job.number)
            return (rows.allSatisfy(\.state.isEnded) ? true : nil, "\(rows)")
        }
        let cancelled = try eventually {
            let records = Sacct.records(try cluster.run(sacct).output).rows.filter { $0.job.number == job.number }
            return (records.first { if case .cancelled(by: .some) = $0.state { true } else { false } }, "\(records)")
        }
        #expect(cancelled.state.isEnded)
    }

    @Test(arguments: [
        "a b", "say \"hi\"", "back\\slash", "it's", "a#b", "$HOME `id`", "t\\tail\\", "100% \u{e9}|;&", "*",
    ])
    func sbatchReadsADirectiveAsItWasMeant(name: String) throws {
        var options = SbatchOptions()
        options.jobName = name
        options.comment = "c " + name
        options.output = "/dev/null"
        let job = try cluster.submit(try options.directives().joined(separator: "\n") + "\ntrue")
        defer { cluster.cancel(job) }
        #expect(try cluster.queue(of: job.number).map(\.name) == [name])
        let record = try #require(Scontrol.jobs(try cluster.run(Scontrol.showJob(job)).output).first)
        #expect(record.name == name && record["Comment"] == "c " + name)
    }

    @Test func anOutOfMemoryKillIsTold() throws {
        var options = SbatchOptions()
        options.memory = .perNode(mebibytes: 64)
        options.output = "/dev/null"
        let job = try cluster.submit("perl -e '$x = q(x) x (400 << 20)'\nexit 0", options)
        defer { cluster.cancel(job) }
        let ended = try eventually {
            let rows = try cluster.queue(of: job.number)
            return (rows.first { $0.state.isEnded }, "\(rows)")
        }
        #expect(ended.state == .outOfMemory)
        let record = try #require(Scontrol.jobs(try cluster.run(Scontrol.showJob(job)).output).first)
        #expect(record.exitCode?.isOutOfMemory == true)
    }

    @Test(
        arguments: [
            (["--partition=nosuch"], .partition), (["--mem=9G"], .nodeConfiguration),
            (["--gres=gpu:9"], .nodeConfiguration),
            (["--gres=nosuch:1"], .gres), (["--array=0-20000"], .array), (["--time=abc"], .timeLimit),
            (["--constraint=nosuch"], .feature), (["--nodelist=nosuch9"], .nodeName),
            (["--dependency=foo"], .dependency),
            (["--reservation=nosuch"], .reservation), (["--licenses=nosuch:1"], .license),
            (["--nosuch"], .option("--nosuch")),
            (["--mem=abc"], .option("--mem")), (["/nonexistent.sh"], .script),
            (["--comment=" + String(repeating: "x", count: 2_000)], .parameterTooLong),
        ] as [([String], SlurmFailure.Kind)])
    func aRefusalIsRecognised(arguments: [String], kind: SlurmFailure.Kind) throws {
        let answer = try cluster.run(["sbatch", "--parsable"] + arguments, input: "#!/bin/bash\ntrue\n")
        let failure = #expect(throws: SlurmFailure.self) {
            try Sbatch.answer(exitStatus: answer.status, standardOutput: answer.output, standardError: answer.errors)
        }
        #expect(failure?.kind == kind, "\(answer)")
        #expect(failure?.mayHaveTakenEffect == false)
    }

    @Test(arguments: ["", "true\n", "#!/bin/bash\r\ntrue\r\n"]) func aBadScriptIsRecognised(text: String) throws {
        let answer = try cluster.run(["sbatch", "--parsable"], input: text)
        #expect(
            SlurmFailure(program: "sbatch", exitStatus: answer.status, standardError: answer.errors).kind == .script)
    }

    @Test(
        arguments: [
            ("squeue -h -j 999999", "squeue", .unknownJob), ("scontrol -o show job 999999", "scontrol", .unknownJob),
            ("sacct -n -o JobID,Nonsense", "sacct", .unknownField("Nonsense")),
            ("nosuchprogram -V", "sbatch", .noSlurm),
            ("env nosuchprogram", "squeue", .noSlurm),
        ] as [(String, String, SlurmFailure.Kind)])
    func theOthersFailuresAreRecognised(command: String, program: String, kind: SlurmFailure.Kind) throws {
        let answer = try cluster.shell(command)
        #expect(answer.status != 0)
        let failure = SlurmFailure(program: program, exitStatus: answer.status, standardError: answer.errors)
        #expect(failure.kind == kind, "\(answer)")
    }

    @Test func theSiteDescribesItself() throws {
        let configuration = SlurmConfiguration(parsing: try cluster.run(Scontrol.showConfig()).output)
        #expect(configuration.maxArraySize == 10_001 && configuration.minJobAgeSeconds == 600)
        #expect(configuration.keepsAccounting == true && configuration.version != nil)
        let sinfo = Sinfo.rows(try cluster.run(Sinfo.arguments()).output)
        #expect(sinfo.skipped.isEmpty && Set(sinfo.rows.map(\.partition)) == ["main", "spot", "urgent"])
        #expect(sinfo.rows.allSatisfy { $0.isDefault == ($0.partition == "main") && $0.timeLimit == .unlimited })
        #expect(sinfo.rows.allSatisfy { $0.cpus == 4 && $0.memory?.mebibytes == 2_048 && $0.gres.map(\.count) == [2] })
        let list = "n[1-3,07-10],a[1-2]b[0-1]"
        #expect(Scontrol.hostnames(try cluster.run(Scontrol.showHostnames(list)).output) == SlurmNodeList.expand(list))
    }

    @Test func aRequeueCountsAndTheThrottleMoves() throws {
        var options = SbatchOptions()
        options.array = SlurmArraySpec(0..<3, throttle: 1)
        options.output = "/dev/null"
        let job = try cluster.submit("sleep 100", options)
        defer { cluster.cancel(job) }
        let first = SlurmJobID(job.number, task: 0)
        _ = try eventually {
            let rows = try cluster.queue(of: job.number)
            return (rows.contains { $0.job == .job(first) && $0.state == .running } ? true : nil, "\(rows)")
        }
        #expect(try cluster.run(Scontrol.setThrottle(2, ofArray: job.number)).status == 0)
        #expect(try cluster.run(Scontrol.requeue(first)).status == 0)
        let again = try eventually {
            let records = Scontrol.jobs(try cluster.run(Scontrol.showJob(first)).output)
            return (records.first { $0.restarts == 1 && !$0.state.isEnded }, "\(records)")
        }
        #expect(again.job?.covers(first) == true)
    }
}
