import MusterSlurm
import Testing

@Suite struct SiteLimitsTests {
    private func limits(
        _ release: String, _ partition: String, account: String? = nil, qos: String? = nil
    ) throws -> SiteLimits {
        let site = try Fixture(release).site()
        return site.limits(partition: try #require(site.partition(partition)), account: account, qos: qos)
    }

    @Test func withoutAccountingThePartitionAndTheSiteDecide() throws {
        let limits = try limits("20.11", "gpu")
        #expect(limits.wallTime == .init(43_200, .partition("gpu", setting: "MaxTime")))
        #expect(limits.arraySize == .init(1_001, .site(setting: "MaxArraySize")))
        #expect(limits.submitJobs == nil && limits.runningJobs == nil && limits.gpusOfJob == nil)
        #expect(try self.limits("20.11", "batch").defaultTime?.value == 3_600)
        #expect(try self.limits("20.11", "old").wallTime == nil)
    }

    @Test func theAccountsLimitsHoldWhereTheQoSSaysNothing() throws {
        let usual = try limits("22.05", "main")
        #expect(usual.submitJobs == .init(1_000, .account("research", setting: "MaxSubmitJobs")))
        #expect(usual.arraySize == usual.submitJobs && usual.wallTime == nil)
        #expect(usual.gpusOfUser == .init(6, .account("research", setting: "GrpTRES")))
        #expect(usual.runningJobs?.value == 100 && usual.defaultTime?.value == 3_600)
    }

    @Test func theJobsQoSComesBeforeTheAccount() throws {
        let short = try limits("22.05", "short", qos: "short")
        #expect(short.wallTime == .init(3_600, .qos("short", setting: "MaxWall")))
        #expect(short.submitJobs == .init(500, .qos("short", setting: "MaxSubmitJobsPerUser")))
        #expect(short.gpusOfUser == .init(4, .qos("short", setting: "MaxTRESPerUser")))
        #expect(try limits("22.05", "short").wallTime == .init(7_200, .partition("short", setting: "MaxTime")))
    }

    @Test func thePartitionsQoSComesFirst() throws {
        let staff = try limits("22.05", "staff")
        #expect(staff.wallTime == .init(259_200, .partitionQoS("part", partition: "staff", setting: "MaxWall")))
        #expect(staff.gpusOfJob?.value == 2)
        // Even where the account allows more.
        let gpu = try limits("23.11", "gpu", account: "chem")
        #expect(gpu.wallTime == .init(86_400, .partitionQoS("gpupart", partition: "gpu", setting: "MaxWall")))
        #expect(gpu.submitJobs?.value == 100)
        #expect(gpu.wallTime?.rule.description == "MaxWall of QoS 'gpupart', which holds in partition 'gpu'")
    }

    @Test func flagsOfAQoSLiftRules() throws {
        // PartitionTimeLimit: three weeks where the partition has two.
        #expect(
            try limits("23.11", "gpu-long", qos: "long").wallTime == .init(1_814_400, .qos("long", setting: "MaxWall")))
        #expect(try limits("23.11", "gpu-long").wallTime?.value == 1_209_600)
        // OverPartQOS, and the user's default is 'high'.
        #expect(try limits("25.05", "h100").wallTime == .init(43_200, .qos("high", setting: "MaxWall")))
        #expect(try limits("25.05", "h100").submitJobs?.value == 300)
    }

    @Test func anAccountMayHaveItsOwnLimitsInAPartition() throws {
        #expect(try limits("23.11", "cpu", account: "chem").submitJobs?.value == 500)
        #expect(try limits("23.11", "cpu", account: "chem").wallTime?.value == 172_800)
        #expect(try limits("23.11", "cpu", account: "Bio", qos: "NORMAL").submitJobs?.value == 1_000)
        #expect(try limits("23.11", "cpu", account: "bio").arraySize.value == 1_000)
        #expect(
            try limits("23.11", "cpu", account: "nobody").arraySize == .init(5_000, .site(setting: "max_array_tasks")))
    }

    @Test func whatIsNotEnforcedBindsNobody() throws {
        let text = try Fixture("22.05").text("config").replacing("associations,limits,qos", with: "associations")
        var site = try Fixture("22.05").site()
        site.configuration = SlurmConfiguration(parsing: text)
        let limits = site.limits(partition: try #require(site.partition("short")), account: nil, qos: "short")
        #expect(limits.wallTime?.value == 7_200 && limits.submitJobs == nil && limits.gpusOfUser == nil)
        #expect(limits.arraySize.value == 10_001)
    }

    @Test func theQoSOfAJobThatNamesNone() throws {
        #expect(try Fixture("25.05").site().effectiveQoS(nil, account: nil, partition: "main") == "high")
        #expect(try Fixture("23.11").site().effectiveQoS(nil, account: "chem", partition: "gpu") == "normal")
        #expect(try Fixture("20.11").site().effectiveQoS(nil, account: nil, partition: nil) == nil)
        #expect(try Fixture("20.11").site().effectiveQoS("x", account: nil, partition: nil) == "x")
    }
}
