import MusterSlurm
import Testing

/// A row as the programs print it.
private func row(_ fields: String...) -> String { fields.joined(separator: "\u{1F}") + "\n" }

@Suite struct SqueueTests {
    private let remainder = row(
        "20_[2-5%2]", "20", "PENDING", "JobArrayTaskLimit", "", "1795228266", "N/A", "N/A", "1:00:00", "main", "arr")
    private let task = row(
        "20_1", "22", "RUNNING", "None", "n2", "1795228266", "1795228267", "1795231867", "1:00:00", "main", "a b|c")

    @Test func asksByUserForEveryStateWithTheNameLast() {
        let arguments = Squeue.arguments(user: "hpcuser")
        #expect(
            arguments.starts(with: [
                "env", "SLURM_TIME_FORMAT=%s", "SLURM_BITSTR_LEN=0", "squeue", "-h", "-u", "hpcuser", "-t", "all",
            ]))
        #expect(arguments.last?.hasPrefix("%i\u{1F}%A\u{1F}%T\u{1F}") == true)
        #expect(arguments.last?.hasSuffix("\u{1F}%j") == true)
        #expect(Squeue.arguments(user: "u", eachTask: true).contains("-r"))
    }

    @Test func readsATaskAndTheRemainder() throws {
        let table = Squeue.rows(remainder + task)
        #expect(table.isWhole && table.skipped.isEmpty)
        try #require(table.rows.count == 2)
        #expect(table.rows[0].job.covers(SlurmJobID(20, task: 4)))
        #expect(table.rows[0].state == .pending)
        #expect(table.rows[0].reason == "JobArrayTaskLimit")
        #expect(table.rows[0].started == nil && table.rows[0].nodes == nil)
        #expect(table.rows[1].job == .job(SlurmJobID(20, task: 1)))
        #expect(table.rows[1].rawID == 22)
        #expect(table.rows[1].started == .epoch(1_795_228_267))
        #expect(table.rows[1].timeLimit == .seconds(3_600))
        #expect(table.rows[1].reason == nil)
        #expect(table.rows[1].name == "a b|c")
    }

    @Test func emptyOutputIsAnEmptyQueue() {
        let table = Squeue.rows("")
        #expect(table.rows.isEmpty && table.skipped.isEmpty && table.isWhole)
    }

    @Test func aGreetingIsSkipped() {
        let table = Squeue.rows("Welcome to alps\n\n" + task)
        #expect(table.rows.count == 1)
        #expect(table.skipped == ["Welcome to alps"])
    }

    @Test func whateverIsCutOffInsideOfALineIsNotARow() {
        for length in 0..<task.utf8.count {
            let table = Squeue.rows(remainder + String(decoding: task.utf8.prefix(length), as: UTF8.self))
            #expect(table.rows.count == 1)
            #expect(table.isWhole == (length == 0))
        }
    }

    @Test func aShortRowKeepsWhatItHas() throws {
        let short = try #require(Squeue.rows(row("20_1", "22", "RUNNING", "None")).rows.first)
        #expect(short.state == .running)
        #expect(short.name == nil && short.submitted == nil)
        #expect(Squeue.rows(row("20_1", "22")).skipped.count == 1)
    }

    @Test func delimitersInTheNameStayInIt() throws {
        let odd = row("9", "9", "RUNNING", "None", "n1", "1", "1", "1", "1:00", "main", "a\u{1F}b\u{1F}")
        #expect(try #require(Squeue.rows(odd).rows.first).name == "a\u{1F}b\u{1F}")
    }

    @Test func aCombiningMarkOrACarriageReturnDoesNotSwallowADelimiter() throws {
        let odd = "9\u{1F}9\u{1F}RUNNING\u{1F}None\u{1F}n1\u{1F}1\u{1F}1\u{1F}1\u{1F}1:00\u{1F}main\u{1F}\u{301}x\r\n"
        let table = Squeue.rows(odd + odd)
        #expect(table.rows.map(\.name) == ["\u{301}x", "\u{301}x"])
    }

    @Test func anUnknownStateIsARowThatHasNotEnded() throws {
        let odd = try #require(Squeue.rows(row("9", "9", "HIBERNATING", "None")).rows.first)
        #expect(odd.state == .unrecognised("HIBERNATING") && !odd.state.isEnded)
    }

    @Test func aHeterogeneousJobIsSkippedAndShown() {
        #expect(
            Squeue.rows(row("37+1", "38", "RUNNING", "None") + task).skipped == ["37+1\u{1F}38\u{1F}RUNNING\u{1F}None"])
    }
}

@Suite struct SacctTests {
    @Test func asksForAWindowOnTheSitesClock() {
        let arguments = Sacct.arguments(user: "u", window: .last(hours: 24), name: "muster.a", duplicates: true)
        #expect(
            arguments == [
                "env", "SLURM_TIME_FORMAT=%s", "SLURM_BITSTR_LEN=0", "sacct", "-X", "-n", "-P", "--delimiter=\u{1F}",
                "-u", "u",
                "-D", "--name=muster.a", "-S", "now-24hours", "-o",
                "JobID,JobIDRaw,State,ExitCode,Submit,Start,End,NodeList,ReqMem,Timelimit,JobName",
            ])
        #expect(Sacct.arguments(user: "u", window: .last(hours: -3)).contains("now-1hours"))
    }

    @Test(
        arguments: [
            ("OUT_OF_MEMORY", "0:125", .outOfMemory), ("FAILED", "7:0", .failed),
            ("CANCELLED by 1001", "0:0", .cancelled(by: 1001)),
            ("NODE_FAIL", "0:0", .nodeFail), ("PREEMPTED", "0:0", .preempted), ("REQUEUED", "0:0", .requeued),
            ("TIMEOUT", "0:0", .timeout),
        ] as [(String, String, SlurmState)])
    func readsRecords(word: String, code: String, state: SlurmState) throws {
        let text = row(
            "20_3", "26", word, code, "1795228266", "1795228267", "1795228300", "n1", "64M", "01:00:00", "a|b c")
        let record = try #require(Sacct.records(text).rows.first)
        #expect(record.job == .job(SlurmJobID(20, task: 3)) && record.rawID == 26)
        #expect(record.state == state)
        #expect(record.exitCode?.description == code)
        #expect(record.ended == .epoch(1_795_228_300))
        #expect(record.requestedMemory == SlurmMemory(mebibytes: 64))
        #expect(record.timeLimit == .seconds(3_600))
        #expect(record.name == "a|b c")
    }

    @Test func aJobCancelledWhileItWaitedHasNoStart() throws {
        let text = row(
            "4", "4", "CANCELLED by 1001", "0:0", "1795228266", "None", "1795228300", "None assigned", "64M",
            "01:00:00", "x")
        let record = try #require(Sacct.records(text).rows.first)
        #expect(record.started == nil && record.nodes == nil)
    }
}

@Suite struct SinfoTests {
    @Test func readsPartitions() throws {
        let table = Sinfo.rows(
            row("main*", "up", "infinite", "mixed", "1", "4", "2048", "gpu:fake:2", "n1")
                + row("long", "up", "7-00:00:00", "down*", "2", "64+", "512000+", "(null)", "c[1-2]")
                + row("gpu", "drain", "1:00:00", "idle~", "3", "8", "1", "gpu:a100:4(S:0-1)", "g[1-3]"))
        try #require(table.rows.count == 3)
        #expect(table.rows[0].partition == "main" && table.rows[0].isDefault)
        #expect(table.rows[0].timeLimit == .unlimited && table.rows[0].gres == [SlurmGres(type: "fake", count: 2)])
        #expect(table.rows[1].state == "down" && table.rows[1].isSilent && !table.rows[1].isDefault)
        #expect(table.rows[1].cpus == 64 && table.rows[1].memory?.mebibytes == 512_000 && table.rows[1].gres.isEmpty)
        #expect(table.rows[2].state == "idle" && !table.rows[2].isSilent && table.rows[2].availability == "drain")
        #expect(table.rows[2].gres.map(\.description) == ["gpu:a100:4"])
    }
}

@Suite struct ScancelTests {
    @Test func takesBackOnlyWhatWaits() throws {
        let job = try #require(SlurmJobReference(parsing: "20"))
        #expect(Scancel.arguments(pending: [job]) == [["scancel", "--state=PENDING", "20"]])
        #expect(Scontrol.hold(SlurmJobID(20)) == ["scontrol", "hold", "20"])
        #expect(Scontrol.release(SlurmJobID(20)) == ["scontrol", "release", "20"])
    }

    @Test func cutsIntoBatchesAndDropsTheThrottle() throws {
        let remainder = try #require(SlurmJobReference(parsing: "20_[2-5%2]"))
        let jobs = (1...5).map { SlurmJobReference.job(SlurmJobID($0)) } + [remainder]
        #expect(
            Scancel.arguments(jobs, batch: 4)
                == [["scancel", "1", "2", "3", "4"], ["scancel", "5", "20_[2-5]"]])
        #expect(Scancel.arguments([]).isEmpty)
    }

    @Test func signalsByTarget() {
        let job = SlurmJobReference.job(SlurmJobID(7))
        #expect(
            Scancel.arguments(signal: "USR1", to: .batchShell, of: [job]) == [
                ["scancel", "--signal=USR1", "--batch", "7"]
            ])
        #expect(
            Scancel.arguments(signal: "USR1", to: .everything, of: [job]) == [
                ["scancel", "--signal=USR1", "--full", "7"]
            ])
        #expect(Scancel.arguments(signal: "USR1", to: .stepTasks, of: [job]) == [["scancel", "--signal=USR1", "7"]])
        #expect(Scancel.arguments(user: "u", name: "muster.a") == ["scancel", "--user=u", "--name=muster.a"])
    }
}
