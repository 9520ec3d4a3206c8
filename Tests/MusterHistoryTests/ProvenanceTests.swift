import GRDB
import MusterCore
import MusterHistory
import MusterProvenance
import Testing

@Suite struct ProvenanceTests {
    private func source(_ url: String, _ checksum: String? = nil) -> WorkflowSource {
        WorkflowSource(url: url, checksum: checksum, version: "1.0")
    }
    private func registered(_ source: WorkflowSource, name: String = "n") -> ProvenanceFact {
        .workflowRegistered(WorkflowEntry(name: name, type: "Script", source: source))
    }
    private func created(_ id: String, workflow: String = "W", parent: String? = nil) -> ProvenanceFact {
        .executionCreated(
            ExecutionEntry(
                id: id, workflow: workflow, description: "d", argv: ["a"], folder: "/w", host: "h", user: "u",
                parent: parent, sequence: parent.map { _ in 1 }))
    }
    private func at(_ second: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + second) }

    /// All that the tables hold.
    private func dump(_ folder: StateFolder) throws -> [String] {
        try DatabaseQueue(path: "\(folder.path)/history.sqlite").read { db in
            try ["workflows", "workflow_types", "executions", "assets", "asset_uses"].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }.sorted()
            }
        }
    }

    @Test func codeIsFoundByChecksumFirstAndAddressSecond() throws {
        let folder = StateFolder()
        let history = try folder.history()
        try history.tell([registered(source("u1", "c1")), registered(source("u2"))], at: at(0))
        #expect(try history.workflow(of: source("elsewhere", "c1"))?.entry.source.url == "u1")
        #expect(try history.workflow(of: source("u1", "changed")) == nil, "a changed file is another workflow")
        #expect(try history.workflow(of: source("u2"))?.entry.source.url == "u2")
        #expect(try history.workflow(of: source("u1"))?.entry.source.checksum == "c1")
        #expect(try history.workflow(of: source("u3")) == nil)
        try history.tell([registered(source("again", "c1"))], at: at(5))
        #expect(try history.workflows().count == 2, "the same code is never there twice")
        #expect(try history.workflow(of: source("x", "c1"))?.entry.source.url == "u1")
    }

    @Test func editsSurviveRebuildingAndOtherMachines() throws {
        let (left, right) = (StateFolder(), StateFolder())
        let (one, two) = (try left.history(), try right.history())
        let id = WorkflowEntry.id(of: "c1")
        // Both meet the same code; each edits.
        try one.tell([registered(source("one", "c1")), created("EXEC-A", workflow: id)], at: at(0))
        try two.tell([registered(source("two", "c1"))], at: at(1))
        try one.tell([.workflowChanged(id: id, description: "by one", type: nil)], at: at(2))
        try two.tell(
            [
                .workflowChanged(id: id, description: "by two", type: "Figure"),
                .termAdded(name: "Mine", description: "m"),
            ],
            at: at(3))
        try one.tell([.executionDescribed(id: "r", "a run"), .executionDescribed(id: "r/a", "a job")], at: at(4))
        var move = ExecutionMove(id: "EXEC-A", status: .running)
        move.started = at(5)
        try one.tell([.executionMoved(move)], at: at(5))
        try one.recordAssets(of: "EXEC-A", .input, [AssetUse(sha256: "s1", size: 3, path: "/in")], at: at(6))
        let tally = try two.merge(left.path)
        #expect(tally.newRuns.isEmpty && tally.grown.isEmpty && tally.facts > 0)
        _ = try one.merge(right.path)
        #expect(try dump(left) == dump(right))
        let merged = try two.workflow(id)
        #expect(
            merged.entry.source.url == "one" && merged.entry.description == "by two" && merged.entry.type == "Figure")
        let before = try dump(left)
        #expect(try one.rebuild().unreadable == 0)
        #expect(try dump(left) == before)
        #expect(try one.merge(right.path).facts == 0)
        #expect(try one.runs().isEmpty, "such facts make no run")
    }

    @Test func runsAndJobsAreExecutionsWithoutBeingStored() throws {
        let folder = StateFolder()
        let history = try folder.history()
        try history.registerRun(
            plan(jobs: 2), jobs: [row(0, scene: "a", values: [.init("lr", 1)]), row(1, scene: "b")], registration())
        #expect(try history.execution("r").status == "Created")
        var teller = Teller(1)
        let first = AttemptKey(job: 0, generation: 0, element: "7_0", restart: 0)
        let second = AttemptKey(job: 1, generation: 0, element: "7_1", restart: 0)
        try history.append([
            teller.tell(.jobStarted(first, node: "n1", slot: 0, folder: "/f"), at: 1),
            teller.tell(
                .jobEnded(first, Ending(outcome: .succeeded, exitCode: 0, duration: 7), superseded: false), at: 2),
            teller.tell(.jobStarted(second, node: "n2", slot: 0, folder: "/f"), at: 3),
        ])
        #expect(try history.execution("r").status == "Running")
        let jobs = try history.executions(within: "r")
        #expect(
            jobs.map(\.id) == ["r/a", "r/b"] && jobs.map(\.sequence) == [0, 1]
                && jobs.map(\.status) == ["Stopped", "Running"])
        #expect(jobs[0].description == "lr=1" && jobs[0].host == "n1" && jobs[0].duration == 7)
        try history.append([
            teller.tell(.jobEnded(second, Ending(outcome: .oomHost, cause: "too much"), superseded: false), at: 4),
            teller.tell(.runEnded, at: 5),
        ])
        #expect(try history.execution("r/b").error == "oom_host: too much")
        let run = try history.execution("r")
        #expect(run.status == "Failed" && run.error == "JobsFailed: 1 of 2 jobs failed")
        try history.recordAssets(of: "r/a", .output, [AssetUse(sha256: "s", size: 1, path: "/out/a/x")], at: at(6))
        #expect(try history.execution("r/a").status == "Uploaded")
        try history.tell([.executionDescribed(id: "r", "the good one")], at: at(7))
        _ = try history.rebuild()
        #expect(
            try history.execution("r").description == "the good one" && history.execution("r/a").status == "Uploaded")
        #expect(throws: HistoryError.noSuchJob("zz", run: "r")) { try history.execution("r/zz") }
        #expect(try history.executions().map(\.id) == ["r"], "a described run is no program")
        #expect(
            try history.jobs(holding: "/out/a/x").map(\.job) == ["a"]
                && history.jobs(reading: "/data/b/f").map(\.job) == ["b"])
        #expect(try history.jobs(withKey: "k1").map(\.job) == ["b"] && history.jobs(holding: "/out/ab").isEmpty)
    }

    @Test(arguments: [true, false]) func whatAgentsSummedIsTheJobs(_ isEarly: Bool) throws {
        let folder = StateFolder()
        let history = try folder.history()
        let register = { try history.registerRun(plan(jobs: 1), jobs: [row(0, scene: "a")], registration()) }
        if !isEarly { try register() }
        var teller = Teller(1)
        let key = AttemptKey(job: 0, generation: 0, element: "7_0", restart: 0)
        let asset = MadeAsset(path: "t.csv", type: "table", size: 3, sum: "sum")
        try history.append([
            teller.tell(.assetMade(key, stage: "s", asset), at: 1),
            teller.tell(.assetMade(key, stage: "s", MadeAsset(path: "folder")), at: 1),
            teller.tell(.jobEnded(key, Ending(outcome: .succeeded), superseded: false), at: 2),
            teller.tell(.runEnded, at: 3),
        ])
        if isEarly { try register() }
        for _ in 0..<2 {
            let uses = try history.assetUses(ofContent: "sum")
            #expect(uses.map(\.execution) == ["r/a"] && uses.map(\.path) == ["/out/a/t.csv"])
            #expect(uses.first?.asset.type == "table" && uses.first?.asset.path == "/out/a/t.csv")
            #expect(try history.execution("r/a").status == "Uploaded")
            try history.rebuild()
        }
        #expect(try history.prune(["r"]).runs == ["r"])
        try history.rebuild()
        #expect(try history.assetUses(of: "r/a").count == 1, "the run was pruned, what it made is known")
    }

    @Test func manyFilesAreSeveralFactsAndEachUseIsThereOnce() throws {
        let folder = StateFolder()
        let history = try folder.history()
        let uses = (0..<450).map { AssetUse(sha256: "s\($0 % 400)", size: 1, path: "/p/\($0)") }
        #expect(History.facts(of: "e", .input, uses).count == 3 && History.facts(of: "e", .input, []).isEmpty)
        try history.recordAssets(of: "e", .input, uses, at: at(9))
        try history.recordAssets(of: "e", .input, uses, at: at(5))
        #expect(try history.assetUses(of: "e").count == 450)
        #expect(try history.asset("s0")?.path == "/p/0" && history.assetUses(ofContent: "s0").count == 2)
        #expect(try history.assetUses(ofContent: "s0").first?.time == at(5), "the earliest counts")
        #expect(try history.asset(beginning: "s399")?.sha256 == "s399" && history.asset(beginning: "s") == nil)
    }

    @Test func aFileOfTheFifthFormLearnsOfProvenance() throws {
        let folder = StateFolder()
        try folder.history().close()
        try DatabaseQueue(path: "\(folder.path)/history.sqlite").write { db in
            try db.execute(sql: "\(withoutProvenance) PRAGMA user_version = 5")
        }
        let history = try folder.history()
        try history.tell([registered(source("u", "c"))], at: at(0))
        #expect(try history.workflows().count == 1)
    }
}
