import MusterCore
import MusterSlurm
import Testing

@Suite struct PartitionFitTests {
    private func choose(
        _ release: String, _ request: AllocationRequest, named: String? = nil
    ) throws -> PartitionChoice {
        PartitionFit.choose(for: request, on: try Fixture(release).site(), named: named)
    }

    private func name(_ choice: PartitionChoice) -> String? {
        if case .chosen(let chosen) = choice { chosen.name } else { nil }
    }

    private func misfits(_ release: String, _ partition: String, _ request: AllocationRequest) throws -> [String] {
        let site = try Fixture(release).site()
        return PartitionFit.misfits(of: try #require(site.partition(partition)), for: request, on: site).map(
            \.description)
    }

    @Test func theDefaultOneIsTakenWhereItFits() throws {
        guard case .chosen(let chosen) = try choose("22.05", .init(cpus: 2, gpus: 1)) else {
            Issue.record("nothing chosen")
            return
        }
        #expect(chosen.name == "main" && chosen.reason == .isDefault && chosen.remarks.isEmpty)
        #expect(chosen.limits?.submitJobs?.value == 1_000)
    }

    @Test(
        arguments: [
            // The default one has no GPUs; one slice of a GPU wastes least.
            ("23.11", .init(gpus: 1, gpuType: "a100_3g.20gb"), "mig"), ("23.11", .init(gpus: 9), "mig"),
            ("23.11", .init(nodes: 2, gpus: 4, gpuType: "a100", account: "chem", qos: "long"), nil),
            ("23.11", .init(gpus: 4, gpuType: "a100"), "gpu"), ("23.11", .init(gpus: 2, time: 3_600), "gpu"),
            ("20.11", .init(gpus: 4), "gpu"), ("20.11", .init(cpus: 16), "batch"), ("20.11", .init(cpus: 20), "gpu"),
            ("20.11", .init(constraint: "v100&nvlink"), "gpu"), ("25.05", .init(gpus: 8), "main"),
        ] as [(String, AllocationRequest, String?)])
    func elseTheTightest(release: String, request: AllocationRequest, expected: String?) throws {
        #expect(name(try choose(release, request)) == expected)
    }

    @Test func ofEqualOnesTheShorterThenTheHigherTierThenTheName() throws {
        var site = try Fixture("20.11").site()
        func partition(_ name: String, hours: Int, tier: Int, gpus: Int) -> SlurmPartition {
            var partition = SlurmPartition(name: name)
            partition.maxTime = .seconds(hours * 3_600)
            partition.priorityTier = tier
            partition.totalNodes = 1
            partition.kinds = [SlurmNodeKind(cpus: 8, memory: 8_000, gres: [SlurmGres(count: gpus)], count: 1)]
            return partition
        }
        func best(_ partitions: [SlurmPartition], time: Int = 3_600) -> String? {
            site.partitions = partitions
            let choice = PartitionFit.choose(for: .init(gpus: 2, time: time), on: site)
            site.partitions.reverse()
            #expect(PartitionFit.choose(for: .init(gpus: 2, time: time), on: site) == choice)
            return name(choice)
        }
        let (big, day) = (partition("big", hours: 2, tier: 9, gpus: 8), partition("day", hours: 24, tier: 9, gpus: 2))
        let (hour, urgent) = (
            partition("hour", hours: 1, tier: 1, gpus: 2), partition("urgent", hours: 1, tier: 2, gpus: 2)
        )
        #expect(best([big, day]) == "day")
        #expect(best([big, day, hour]) == "hour")
        #expect(best([big, day, hour], time: 7_200) == "day")
        #expect(best([big, day, hour, urgent]) == "urgent")
        #expect(best([hour, partition("also", hours: 1, tier: 1, gpus: 2)]) == "also")
    }

    @Test func aNamedOneIsTakenOrExplained() throws {
        #expect(name(try choose("22.05", .init(), named: "short")) == "short")
        #expect(name(try choose("22.05", .init(time: 9_000), named: "short,main,nosuch")) == "main")
        guard case .none(let refusals) = try choose("22.05", .init(time: 9_000, constraint: "v100"), named: "short")
        else {
            Issue.record("taken")
            return
        }
        #expect(
            refusals.map(\.description) == [
                "partition 'short': time: at most 0-02:00:00 (MaxTime of partition 'short'), 0-02:30:00 asked; "
                    + "constraint: no node has v100; there are: a100, nvme"
            ])
        guard case .none(let unknown) = try choose("22.05", .init(), named: "gpu") else {
            Issue.record("taken")
            return
        }
        #expect(
            unknown[0].description
                == "partition 'gpu': there is no such partition; there are: main, spot, urgent, short")
    }

    @Test func whatMayPassIsARemark() throws {
        // Only nodes that are out of service have the feature; it is taken, with a word.
        guard case .chosen(let chosen) = try choose("23.11", .init(gpus: 2, gpuType: "v100"), named: "gpu") else {
            Issue.record("not taken")
            return
        }
        #expect(chosen.remarks == [.outOfService(asked: 1, inService: 0)])
        #expect(name(try choose("23.11", .init(gpus: 2, gpuType: "v100"))) == "gpu")
        #expect(name(try choose("23.11", .init(gpus: 3, gpuType: "v100"))) == nil)
    }

    @Test(
        arguments: [
            ("23.11", "gpu", .init(gpus: 8, gpuType: "a100"), "gpu: at most 4 GPUs of type a100 a node, 8 asked"),
            ("23.11", "gpu", .init(gpus: 1, gpuType: "h100"), "gpu: none of type h100; there are: a100, v100"),
            ("23.11", "cpu", .init(gpus: 1), "gpu: its nodes have none, 1 asked"),
            (
                "20.11", "gpu", .init(gpus: 1, gpuType: "v100"),
                "gpu: none of type v100; it is a feature of nodes here: write constraint: v100 instead of the type"
            ),
            (
                "20.11", "gpu", .init(gpus: 1, gpuType: "a100"),
                "gpu: none of type a100; the site does not tell types apart"
            ),
            ("23.11", "cpu", .init(cpus: 128), "cpus: at most 126 a node, 128 asked"),
            ("23.11", "gpu", .init(cpus: 64), "cpus: at most 60 a node (MaxCPUsPerNode of partition 'gpu'), 64 asked"),
            (
                "23.11", "cpu", .init(memory: 490_000),
                "memory: at most 480000 MiB a node (MaxMemPerNode of partition 'cpu'), 490000 MiB asked"
            ),
            (
                "25.05", "main", .init(memory: 900_000),
                "memory: at most 768000 MiB a node (MaxMemPerCPU of the site), 900000 MiB asked"
            ),
            ("22.05", "short", .init(nodes: 3), "nodes: at most 2 (MaxNodes of partition 'short'), 3 asked"),
            ("23.11", "mig", .init(nodes: 2), "nodes: at most 1, 2 asked"),
            ("23.11", "gpu", .init(nodes: 2, gpus: 2, gpuType: "v100"), "nodes: only 1 can carry this, 2 asked"),
            ("23.11", "gpu-long", .init(account: "bio"), "account: 'bio' may not use it; yours that may: chem"),
            ("23.11", "gpu-long", .init(account: "chem"), "qos: 'normal' may not be used in it; allowed: long"),
            (
                "23.11", "cpu", .init(account: "chem", qos: "long"),
                "qos: account 'chem' may not use 'long'; it may use: normal"
            ),
            ("25.05", "shut", .init(), "state: it is DRAIN and takes no jobs"),
            ("20.11", "old", .init(), "state: it is INACTIVE and takes no jobs"),
            ("23.11", "vip", .init(), "reservation: it is for jobs with one"),
            ("23.11", "vip", .init(hasReservation: true), "groups: it is for members of vips, ops"),
            (
                "22.05", "main", .init(nodes: 3, gpus: 2, qos: "short"),
                "gpu: at most 4 in all (MaxTRESPerUser of QoS 'short'), 6 asked"
            ),
            ("22.05", "main", .init(nodes: 3), "nodes: only 2 that can carry this are in service now, 3 asked"),
        ] as [(String, String, AllocationRequest, String)])
    func explains(release: String, partition: String, request: AllocationRequest, words: String) throws {
        let found = try misfits(release, partition, request)
        #expect(found.contains(words), "\(found)")
    }

    @Test func eachThingIsThereButNotTogether() throws {
        #expect(try misfits("25.05", "main", .init(gpus: 1, constraint: "ib")) == [])
        var site = try Fixture("23.11").site()
        var mixed = SlurmPartition(name: "mixed")
        mixed.kinds = [
            SlurmNodeKind(cpus: 64, memory: 8_000, count: 2),
            SlurmNodeKind(cpus: 8, memory: 8_000, gres: [SlurmGres(count: 4)], count: 2),
        ]
        site.partitions = [mixed]
        #expect(PartitionFit.misfits(of: mixed, for: .init(cpus: 64, gpus: 1), on: site) == [.together])
    }

    @Test func aPlanLearnsWhatItsNodesHave() throws {
        let alps = try Fixture("23.11").site()
        let gpu = alps.capacity(of: "gpu", for: .init(gpus: 1, gpuType: "a100"))
        #expect(gpu.cpus == 60 && gpu.gpus == 4 && gpu.timeLimit?.seconds == 86_400 && gpu.maxArraySize == 100)
        #expect(alps.capacity(of: "gpu", for: .init(gpus: 1)).gpus == 4)
        #expect(alps.capacity(of: "gpu", for: .init(gpus: 1, gpuType: "v100")).gpus == 2)
        #expect(alps.capacity(of: nil, for: .init()).cpus == 126)
        let nova = try Fixture("25.05").site()
        // Only the nodes with GPUs count where GPUs are asked for.
        #expect(
            nova.capacity(of: nil, for: .init(gpus: 1)).cpus == 96 && nova.capacity(of: nil, for: .init()).cpus == 64)
        #expect(nova.capacity(of: "debug,main", for: .init()).timeLimit?.seconds == 1_800)
        let bare = SlurmSite(configuration: SlurmConfiguration(parsing: "X = 1\n"))
        #expect(bare.capacity(of: "p", for: .init()).maxArraySize == 1_001)
    }

    @Test func nothingIsRefusedWhereNothingIsKnown() throws {
        let bare = SlurmSite(configuration: SlurmConfiguration(parsing: "MaxArraySize = 10\n"))
        #expect(name(PartitionFit.choose(for: .init(gpus: 9), on: bare)) == nil)
        guard case .chosen(let chosen) = PartitionFit.choose(for: .init(gpus: 9), on: bare, named: "gpu") else {
            Issue.record("refused")
            return
        }
        #expect(chosen.name == "gpu" && chosen.limits == nil)
        var site = bare
        site.partitions = [SlurmPartition(name: "p")]
        #expect(name(PartitionFit.choose(for: .init(gpus: 9), on: site)) == "p")
    }

    @Test(arguments: [
        ("a100", true), ("a100&nvlink", true), ("a100,nvlink", true), ("v100|a100", true), ("v100", false),
        ("(v100|a100)&nvlink", true), ("[rack1|rack2]", false), ("[a100|v100]", true), ("a100&(ib|opa)", false),
        // Left to Slurm.
        ("ib*2", true), ("ib&a100|x", true), ("!a100", true), ("a100&", true), ("(ib", true), ("", true),
    ])
    func aConstraintIsJudgedAsFarAsOneNodeTells(constraint: String, fits: Bool) throws {
        let found = try misfits("23.11", "gpu", .init(constraint: constraint))
        #expect(found.isEmpty == fits, "\(found)")
    }
}
