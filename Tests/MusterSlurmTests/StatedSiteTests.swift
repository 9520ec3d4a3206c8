import MusterCore
import MusterSlurm
import Testing

/// What a cluster file says beside what the site told.
@Suite struct StatedSiteTests {
    private func cluster(_ change: (inout ClusterSpec) -> Void) -> ClusterSpec {
        var cluster = ClusterSpec(name: "alps")
        change(&cluster)
        return cluster
    }

    private func partition(_ name: String, _ change: (inout ClusterSpec.Partition) -> Void = { _ in })
        -> ClusterSpec.Partition
    {
        var partition = ClusterSpec.Partition(name: name)
        change(&partition)
        return partition
    }

    @Test func limitsOfTheFileTakeThePlaceOfTheSites() throws {
        let site = try Fixture("23.11").site().stated(
            by: cluster {
                $0.submitLimit = 7
                $0.maxJobs = 3
                $0.accounting = false
                $0.partitions = [partition("gpu") { $0.maxTime = WallTime(seconds: 600) }]
            })
        let gpu = try #require(site.partition("gpu"))
        let limits = site.limits(partition: gpu, account: nil, qos: nil)
        #expect(limits.submitJobs?.value == 7 && limits.runningJobs?.value == 3 && limits.arraySize.value == 7)
        #expect(limits.wallTime?.value == 600)
        #expect(limits.wallTime?.rule.description == "partitions.gpu.max_time of the cluster file")
        #expect(!site.keepsAccounting)
    }

    @Test func whatIsNotListedIsTakenOnlyWhenNamed() throws {
        let site = try Fixture("23.11").site().stated(by: cluster { $0.partitions = [partition("gpu")] })
        guard case .chosen(let chosen) = PartitionFit.choose(for: .init(), on: site) else {
            Issue.record("nothing was chosen")
            return
        }
        #expect(chosen.name == "gpu")
        guard case .chosen(let named) = PartitionFit.choose(for: .init(), on: site, named: "cpu") else {
            Issue.record("the named one was refused")
            return
        }
        #expect(named.name == "cpu")
    }

    @Test func whatTheSiteDoesNotHaveIsAGap() throws {
        let site = try Fixture("23.11").site().stated(by: cluster { $0.partitions = [partition("nosuch")] })
        #expect(site.gaps.contains { $0.contains("'nosuch'") })
        #expect(site.partitions.contains { !$0.isHidden })
    }

    @Test func nodesAreNarrowedAndNeverWidened() throws {
        let told = try Fixture("23.11").site()
        let site = told.stated(
            by: cluster {
                $0.partitions = [
                    partition("gpu") {
                        $0.gpus = ["a100": 2]
                        $0.cpus = 8
                        $0.memory = .mebibytes(9_000_000)
                    }
                ]
            })
        let gpu = try #require(site.partition("gpu"))
        #expect(gpu.gpusPerNode == ["a100": 2] && gpu.kinds.allSatisfy { $0.cpus == 8 })
        #expect(gpu.kinds.map(\.memory) == told.partition("gpu")?.kinds.map(\.memory))
    }

    @Test func offlineTheFileIsAllThatIsKnown() throws {
        let site = SlurmSite(
            offline: cluster {
                $0.maxArraySize = 5_000
                $0.partitions = [
                    partition("cpu") {
                        $0.isDefault = true
                        $0.cpus = 16
                    },
                    partition("gpu") {
                        $0.gpus = ["a100": 4, "v100": 2]
                        $0.cpus = 32
                        $0.maxTime = WallTime(seconds: 3_600)
                    },
                ]
            })
        func choice(_ request: AllocationRequest) -> String? {
            guard case .chosen(let chosen) = PartitionFit.choose(for: request, on: site) else { return nil }
            return chosen.name
        }
        #expect(choice(.init()) == "cpu" && choice(.init(gpus: 3)) == "gpu")
        #expect(choice(.init(gpus: 5)) == nil && choice(.init(cpus: 20, time: 7_200)) == nil)
        let capacity = site.capacity(of: "gpu", for: .init(gpus: 3))
        #expect(capacity.maxArraySize == 5_000 && capacity.gpus == 4 && capacity.timeLimit?.seconds == 3_600)
    }

    @Test func adviceIsWhatIsMissingLeast() throws {
        let site = try Fixture("23.11").site()
        guard case .none(let refusals) = PartitionFit.choose(for: .init(gpus: 10, time: 600), on: site) else {
            Issue.record("it was placed")
            return
        }
        #expect(refusals.advice == "partition 'mig' takes it with resources.gpus: 9", "\(refusals)")
    }
}
