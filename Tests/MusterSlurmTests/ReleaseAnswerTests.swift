import MusterCore
import MusterSlurm
import Testing

/// The queue's, accounting's and sbatch's answers of each release.
@Suite struct ReleaseAnswerTests {
    @Test(
        arguments: [
            ("20.11", [.pending, .running, .completing], [nil, 813, 700]),
            ("22.05", [.pending, .pending, .running, .completed, .failed], [4, 2, 5, 3, 1]),
            ("23.11", [.pending, .running, .outOfMemory], [nil, 1_005, 992]),
            ("25.05", [.pending, .configuring, .nodeFail], [nil, 32, 30]),
        ] as [(String, [SlurmState], [UInt32?])])
    func readsTheQueue(release: String, states: [SlurmState], rawIDs: [UInt32?]) throws {
        let table = Squeue.rows(try Fixture(release).text("squeue"))
        #expect(table.isWhole && table.skipped.isEmpty)
        #expect(table.rows.map(\.state) == states)
        for (row, rawID) in zip(table.rows, rawIDs) where rawID != nil { #expect(row.rawID == rawID) }
        #expect(table.rows.allSatisfy { $0.submitted?.epochSeconds != nil && $0.name != nil })
    }

    @Test func readsOddFieldsOfTheQueue() throws {
        let alps = Squeue.rows(try Fixture("23.11").text("squeue")).rows
        #expect(alps[0].partition == "gpu,gpu-long" && alps[0].timeLimit == .seconds(172_800))
        guard case .remainder(990, let spec) = alps[0].job else {
            Issue.record("no remainder")
            return
        }
        #expect(spec.count == 5_000 && spec.throttle == 50)
        #expect(alps[1].nodes.flatMap { SlurmNodeList.expand($0) } == ["g001", "g002"])
        #expect(alps[2].name == "muster|r3" && alps[2].timeLimit == .seconds(1_800))
        let nova = Squeue.rows(try Fixture("25.05").text("squeue")).rows
        #expect(nova[0].started?.epochSeconds == 1_748_990_000 && nova[2].timeLimit == .unlimited)
        let ended = Squeue.rows(try Fixture("22.05").text("squeue-ended")).rows
        #expect(ended.allSatisfy(\.state.isEnded) && ended.count == 5 && ended[4].name == "muster.a b|c")
    }

    @Test(
        arguments: [
            ("20.11", ["COMPLETED", "OUT_OF_MEMORY", "CANCELLED"], [4_000, 2_048, 0]),
            ("22.05", ["COMPLETED", "FAILED", "RUNNING"], [64, 64, 64]),
            ("23.11", ["PENDING", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED"], [65_536, 512_000, 8_000, 8_000]),
            ("25.05", ["RUNNING", "NODE_FAIL"], [512_000, 1_048_576]),
        ])
    func readsAccounting(release: String, states: [String], memory: [Int]) throws {
        let table = Sacct.records(try Fixture(release).text("sacct"))
        #expect(table.skipped.isEmpty && table.rows.map(\.state.name) == states)
        #expect(table.rows.map { $0.requestedMemory?.mebibytes } == memory)
    }

    @Test func readsOddFieldsOfAccounting() throws {
        let old = Sacct.records(try Fixture("20.11").text("sacct")).rows
        #expect(old[0].requestedMemory?.scope == .node && old[1].requestedMemory?.scope == .cpu)
        #expect(old[1].timeLimit == .unlimited && old[2].timeLimit == nil && old[2].nodes == nil)
        #expect(old[2].state == .cancelled(by: 4_021) && old[2].started == nil)
        let ended = Sacct.records(try Fixture("22.05").text("sacct-ended")).rows
        #expect(ended[2].state == .cancelled(by: 1_001) && ended[1].exitCode == SlurmExitCode(status: 7))
        #expect(Sacct.records(try Fixture("20.11").text("sacct-refused")).rows.isEmpty)
    }

    @Test(
        arguments: [
            ("20.11", "812_1", 20, 4, nil), ("22.05", "1_7", 1, 1, nil), ("23.11", "991_7", 16, 2, "a100"),
            ("25.05", "31_0", 48, 4, "h100"),
        ] as [(String, String, Int, Int, String?)])
    func readsAJob(release: String, id: String, cpus: Int, gpus: Int, type: String?) throws {
        let record = try #require(Scontrol.jobs(try Fixture(release).text("job")).first)
        #expect(record.job?.description == id && record.ambiguous.isEmpty)
        let given = SlurmTRES(parsing: try #require(record["TRES"] ?? record["AllocTRES"]))
        #expect(given.cpus == cpus && given.gpus() == gpus)
        if let type { #expect(given.gpus(type: type) == gpus) }
        let asked = SlurmGres.list(parsing: try #require(record["TresPerNode"]))
        #expect(asked.map(\.name) == ["gpu"] && asked[0].type == type)
        #expect(record.started?.epochSeconds != nil && record.timeLimit?.description.isEmpty == false)
    }

    @Test(
        arguments: [
            ("20.11", "sbatch", 812, nil), ("22.05", "sbatch", 1, nil), ("22.05", "sbatch-plain", 2, nil),
            ("23.11", "sbatch", 991, "alps"), ("25.05", "sbatch", 31, nil),
        ] as [(String, String, UInt32, String?)])
    func readsAReceipt(release: String, file: String, id: UInt32, cluster: String?) throws {
        let receipt = try Sbatch.answer(
            exitStatus: 0, standardOutput: try Fixture(release).text(file), standardError: "")
        #expect(receipt.job == SlurmJobID(id) && receipt.cluster == cluster)
    }

    @Test(
        arguments: [
            ("20.11", "refused-partition", "sbatch", .partition), ("20.11", "refused-time", "sbatch", .timeLimit),
            ("20.11", "assoc-refused", "sacctmgr", .accountingDisabled),
            ("20.11", "sacct-refused", "sacct", .accountingDisabled),
            ("22.05", "refused-time", "sbatch", .timeLimit), ("22.05", "refused-qos", "sbatch", .qos),
            ("22.05", "refused-account", "sbatch", .account), ("22.05", "refused-array", "sbatch", .submitLimit),
            ("22.05", "refused-limit", "sbatch", .policy), ("23.11", "refused-limit", "sbatch", .submitLimit),
            ("23.11", "refused-node", "sbatch", .nodeConfiguration), ("25.05", "refused-account", "sbatch", .account),
            ("25.05", "refused-gres", "sbatch", .gres),
        ] as [(String, String, String, SlurmFailure.Kind)])
    func recognisesARefusal(release: String, file: String, program: String, kind: SlurmFailure.Kind) throws {
        let failure = SlurmFailure(
            program: program, exitStatus: 1, standardError: try Fixture(release).text(file))
        #expect(failure.kind == kind && !failure.mayHaveTakenEffect)
    }

    @Test(arguments: Fixture.releases) func sinfoIsWhole(release: String) throws {
        let table = Sinfo.rows(try Fixture(release).text("sinfo"))
        #expect(table.skipped.isEmpty && table.isWhole)
        #expect(table.rows.filter(\.isDefault).map(\.partition).allSatisfy { $0 == table.rows[0].partition })
        let least = table.rows.filter(\.isDefault).compactMap(\.cpus).min()
        #expect(least == ["20.11": 16, "22.05": 4, "23.11": 128, "25.05": 64][release])
    }
}
