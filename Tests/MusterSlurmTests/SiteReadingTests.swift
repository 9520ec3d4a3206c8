import MusterSlurm
import Testing

@Suite struct SiteReadingTests {
    @Test(
        arguments: [
            ("20.11", "orion", 1_001, false, false, nil),
            ("22.05", "muster", 10_001, true, true, "preempt/partition_prio"),
            ("23.11", "alps", 100_001, true, true, "preempt/qos"),
            ("25.05", "nova", 4_001, true, false, "preempt/partition_prio"),
        ] as [(String, String, Int, Bool, Bool, String?)])
    func readsTheConfiguration(
        release: String, name: String, arraySize: Int, accounting: Bool, limitsMemory: Bool, preemption: String?
    ) throws {
        let site = try Fixture(release).site()
        #expect(site.name == name && site.configuration.version?.hasPrefix(release) == true)
        #expect(site.configuration.maxArraySize == arraySize)
        #expect(site.keepsAccounting == accounting && site.configuration.limitsMemory == limitsMemory)
        #expect(site.configuration.preemptType == preemption)
        #expect(site.configuration.gresTypes.first == "gpu")
        #expect(site.configuration.countsMemory == (release != "20.11"))
    }

    @Test func enforcementIsWrittenOut() throws {
        #expect(try Fixture("20.11").site().configuration.enforcement.isEmpty)
        #expect(
            try Fixture("23.11").site().configuration.enforcement == ["associations", "limits", "qos", "safe"])
        let all = SlurmConfiguration(parsing: "AccountingStorageEnforce = all\n").enforcement
        #expect(all.isSuperset(of: ["associations", "limits", "qos", "safe"]))
        #expect(
            SlurmConfiguration(parsing: "AccountingStorageEnforce = safe\n").enforcement
                == ["associations", "limits", "safe"])
    }

    @Test(
        arguments: [
            ("20.11", ["batch", "gpu", "old"], "batch", 86_400),
            ("22.05", ["main", "spot", "urgent", "short", "staff"], "main", nil),
            ("23.11", ["cpu", "gpu", "gpu-long", "mig", "vip"], "cpu", 259_200),
            ("25.05", ["main", "h100", "debug", "shut"], "main", 86_400),
        ] as [(String, [String], String, Int?)])
    func readsThePartitions(release: String, names: [String], first: String, maxTime: Int?) throws {
        let site = try Fixture(release).site()
        #expect(site.partitions.map(\.name) == names)
        #expect(site.defaultPartition?.name == first)
        #expect(site.defaultPartition?.maxTime == maxTime.map(SlurmTimeLimit.seconds) ?? .unlimited)
        #expect(site.gaps.isEmpty == (release != "20.11"))
    }

    @Test func readsWhoMayUseAPartition() throws {
        let site = try Fixture("23.11").site()
        let gpu = try #require(site.partition("gpu"))
        #expect(gpu.allowAccounts == ["chem", "bio"] && gpu.allowQoS == nil && gpu.qos == "gpupart")
        #expect(gpu.maxNodes == 4 && gpu.maxCPUsPerNode == 60 && gpu.priorityTier == 10)
        let long = try #require(site.partition("gpu-long"))
        #expect(long.denyAccounts == ["bio"] && long.allowAccounts == nil && long.allowQoS == ["long"])
        let vip = try #require(site.partition("vip"))
        #expect(vip.isHidden && vip.requiresReservation && vip.allowGroups == ["vips", "ops"])
        let staff = try #require(try Fixture("22.05").site().partition("staff"))
        #expect(staff.denyQoS == ["short"] && staff.qos == "part" && staff.defaultTime == nil && staff.isHidden)
        #expect(staff.maxTime == .seconds(604_800) && staff.allowGroups == ["root"])
        let shared = try #require(try Fixture("25.05").site().partition("h100"))
        #expect(shared.overSubscribe == "YES:4" && shared.preemptMode == "CANCEL" && shared.denyQoS == ["debug"])
        #expect(
            shared.maxMemoryPerCPU == 8_000 && shared.defaultMemoryPerCPU == 8_000 && shared.maxMemoryPerNode == nil)
        #expect(try Fixture("25.05").site().partition("shut")?.state == "DRAIN")
        #expect(try Fixture("20.11").site().partition("gpu")?.overSubscribe == "EXCLUSIVE")
    }

    @Test func readsNodes() throws {
        let nodes = SlurmNode.list(parsing: try Fixture("23.11").text("nodes"))
        try #require(nodes.count == 6)
        // Set aside for the system: two CPUs and 8,000 MiB.
        #expect(nodes[0].cpus == 126 && nodes[0].memory == 492_000 && nodes[0].features == ["zen4"])
        #expect(nodes[1].state == ["IDLE", "PLANNED"] && nodes[1].isInService)
        #expect(nodes[3].state.contains("POWERED_DOWN") && nodes[3].isInService)
        // What a reason or a comment says is not read as the node's own.
        #expect(!nodes[4].isInService && nodes[4].isSilent && nodes[4].memory == 512_000)
        #expect(nodes[4].gres.map(\.description) == ["gpu:a100:4", "gpu:v100:2"])
        #expect(nodes[5].gres.map(\.description) == ["gpu:a100_3g.20gb:2", "gpu:a100_1g.5gb:7"])
        #expect(nodes[0].version == "23.11.10" && nodes[0].partitions == ["cpu"])
        let old = SlurmNode.list(parsing: try Fixture("20.11").text("nodes"))
        #expect(old.first?.cpus == 16 && old[3].isSilent && !old[3].isInService && old[4].gres.map(\.count) == [4])
        let recorded = SlurmNode.list(parsing: try Fixture("22.05").text("nodes"))
        #expect(recorded.map(\.isInService) == [true, true, false] && recorded[2].state == ["IDLE", "DRAIN"])
        #expect(recorded[0].features == ["a100", "nvme"] && recorded[2].features.isEmpty)
        let new = SlurmNode.list(parsing: try Fixture("25.05").text("nodes"))
        #expect(new.map(\.isInService) == [true, true, true, true, false, false])
    }

    @Test(arguments: Fixture.releases) func sinfoTellsTheSameKindsAsTheNodes(release: String) throws {
        let fixture = Fixture(release)
        let listed = try fixture.site()
        let grouped = try fixture.site(without: [.nodes])
        for partition in listed.partitions where !partition.isHidden {
            let other = try #require(grouped.partition(partition.name))
            #expect(other.gpusPerNode == partition.gpusPerNode)
            #expect(other.kinds.reduce(0) { $0 + $1.count } == partition.kinds.reduce(0) { $0 + $1.count })
            #expect(other.kinds.reduce(0) { $0 + $1.inService } == partition.kinds.reduce(0) { $0 + $1.inService })
        }
        #expect(grouped.gaps.contains { $0.hasPrefix("nodes: scontrol failed") })
        let bare = try fixture.site(without: [.nodes, .partitions])
        #expect(bare.defaultPartition?.name == listed.defaultPartition?.name)
        #expect(bare.defaultPartition?.maxTime == listed.defaultPartition?.maxTime)
        #expect(try fixture.site(without: [.nodes, .partitions, .kinds]).partitions.isEmpty)
    }

    @Test func gpusByType() throws {
        let site = try Fixture("23.11").site()
        #expect(site.gpuTypes == ["a100", "a100_1g.5gb", "a100_3g.20gb", "v100"])
        #expect(site.partition("gpu")?.gpusPerNode == ["a100": 4, "v100": 2])
        #expect(try Fixture("20.11").site().partition("gpu")?.gpusPerNode == ["": 4])
        #expect(try Fixture("20.11").site().gpuTypes.isEmpty)
        #expect(site.partition("gpu")?.kinds.map(\.count) == [2, 1])
    }

    @Test func readsAccountsAndQualities() throws {
        let recorded = try Fixture("22.05").site()
        let own = try #require(recorded.associations?.first)
        #expect(own.account == "research" && own.qos == ["normal", "short"] && own.defaultQoS == "normal")
        #expect(own.maxJobs == 100 && own.maxSubmitJobs == 1_000 && own.groupTRES.gpus() == 6)
        #expect(recorded.defaultAccount == "research" && recorded.groups == ["hpcuser"])
        let short = try #require(recorded.quality("short"))
        #expect(short.maxWall == .seconds(3_600) && short.maxSubmitJobsPerUser == 500 && short.maxJobsPerUser == 50)
        #expect(
            short.maxTRESPerUser.gpus() == 4 && short.maxTRESPerUser.memory == 3_072 && short.flags == ["DenyOnLimit"])
        #expect(recorded.quality("part")?.maxTRES.gpus() == 2 && recorded.quality("part")?.maxWall == .seconds(259_200))
        let alps = try Fixture("23.11").site()
        // Another cluster of the same database is left out.
        #expect(alps.associations?.map(\.account) == ["bio", "chem", "chem"])
        #expect(alps.association(account: "chem", partition: "gpu")?.maxSubmitJobs == 10)
        #expect(alps.association(account: "chem", partition: "cpu")?.maxSubmitJobs == 5_000)
        #expect(alps.association(account: nil, partition: "gpu")?.account == "bio")
        #expect(alps.quality("gpupart")?.maxTRESPerUser.gpus() == 6)
        #expect(alps.quality("gpupart")?.maxTRESPerUser.gpus(type: "a100") == 4)
    }

    @Test func aSiteWithoutAccountingIsServed() throws {
        let site = try Fixture("20.11").site()
        #expect(site.associations == nil && site.qualities == nil && site.defaultAccount == nil)
        #expect(site.gaps.count == 3 && site.gaps.allSatisfy { $0.contains("keeps no accounting") })
        for question in SiteProbe.Question.allCases {
            let needsAccounts = [.associations, .qualities, .user].contains(question)
            #expect(question.isUseful(after: site.configuration) == !needsAccounts)
        }
    }

    @Test func withoutAConfigurationThereIsNoSite() {
        #expect(throws: SlurmFailure.self) { try SiteProbe.site(user: "u", [:]) }
        let answer = SiteProbe.Answer(
            exitStatus: 1, output: "",
            errors: "slurm_load_ctl_conf error: Unable to contact slurm controller (connect failure)\n")
        let failure = #expect(throws: SlurmFailure.self) { try SiteProbe.site(user: "u", [.configuration: answer]) }
        #expect(failure?.kind == .controllerUnreachable)
    }

    @Test(arguments: [
        "", "Welcome\n", "PartitionName=\n", "NodeName=x State=\n", "a|b\n", "\u{1F}\n", "x|y|z|1|2|3|4|5|6|7|8|9\n",
    ])
    func oddAnswersAreNoSiteButNoCrash(text: String) throws {
        var answers = Dictionary(
            uniqueKeysWithValues: SiteProbe.Question.allCases.map { ($0, SiteProbe.Answer(output: text)) })
        answers[.configuration] = .init(output: "MaxArraySize = 10\nX\n = 3\n")
        let site = try SiteProbe.site(user: "u", answers)
        #expect(site.partitions.isEmpty)
    }

    @Test func argumentListsAreWholeWords() {
        #expect(
            SiteProbe.Question.associations.arguments(user: "ada") == [
                "sacctmgr", "-nP", "show", "assoc", "where", "user=ada",
                "format=Cluster,Account,Partition,QOS,DefaultQOS,MaxJobs,MaxSubmitJobs,MaxWall,MaxTRES,GrpTRES,GrpJobs,GrpSubmitJobs",
            ])
        #expect(
            SiteProbe.Question.partitions.arguments(user: "ada") == ["scontrol", "--all", "-o", "show", "partition"])
    }
}
