import MusterSlurm
import TestSupport
import Testing

/// What a real Slurm says of itself, and whether it refuses what is said to fit nowhere and takes the rest.
///
/// It compares whatever rules the cluster has; Tests/Cluster/limits gives it some.
@Suite(
    .enabled(if: ClusterShell.state != nil, "MUSTER_TEST_CLUSTER is not set; see Tests/Cluster/README.md"),
    .tags(.cluster),
    .serialized, .timeLimit(.minutes(3)), .aloneOnCluster)
struct ClusterSiteTests {
    private let cluster = ClusterShell()

    private func site() throws -> SlurmSite {
        var answers: [SiteProbe.Question: SiteProbe.Answer] = [:]
        for question in SiteProbe.Question.allCases {
            let answer = try cluster.run(question.arguments(user: ClusterShell.user))
            answers[question] = .init(exitStatus: answer.status, output: answer.output, errors: answer.errors)
        }
        return try SiteProbe.site(user: ClusterShell.user, answers)
    }

    @Test func theSiteIsProbed() throws {
        let site = try site()
        #expect(site.name == "muster" && site.gaps.isEmpty && site.configuration.limitsMemory)
        #expect(site.defaultPartition?.name == "main" && site.partitions.count >= 3)
        let kind = try #require(site.defaultPartition?.kinds.first)
        #expect(kind.cpus == 4 && kind.memory == 2_048 && kind.gpus(type: "fake") == 2)
        #expect(site.defaultAccount == "research" && site.association(account: nil, partition: "main") != nil)
        #expect(site.effectiveQoS(nil, account: nil, partition: "main") == "normal")
        #expect(ClusterFileText.render(site).contains("gpus: {fake: 2}, cpus: 4, memory: \"2G\", nodes: 3"))
    }

    @Test func slurmAgreesWithTheFit() throws {
        let site = try site()
        var cases: [(partition: SlurmPartition, request: AllocationRequest)] = []
        for partition in site.partitions {
            for qos in site.association(account: nil, partition: nil)?.qos ?? [] {
                for time in [1_800, 5_400, 10_800, 432_000] {
                    cases.append((partition, AllocationRequest(time: time, qos: qos)))
                }
                for (nodes, gpus) in [(1, 2), (1, 3), (2, 2), (3, 1), (3, 2), (4, 1)] {
                    cases.append((partition, AllocationRequest(nodes: nodes, gpus: gpus, time: 600, qos: qos)))
                }
            }
            cases += [
                AllocationRequest(cpus: 4), AllocationRequest(cpus: 5), AllocationRequest(memory: 1_400),
                AllocationRequest(memory: 1_600), AllocationRequest(memory: 2_048), AllocationRequest(memory: 2_049),
                AllocationRequest(gpus: 1, gpuType: "fake"), AllocationRequest(gpus: 1, gpuType: "a100"),
                AllocationRequest(constraint: "nosuch"),
            ].map { (partition, $0) }
        }
        let calls = try cases.map { entry in
            let words = try options(entry.partition, entry.request).arguments().joined(separator: " ")
            // A held job is checked against the rules and not against the nodes, a test against both.
            let sbatch = "printf '#!/bin/sh\\n' | sbatch --parsable \(words)"
            return "{ \(sbatch) --test-only && \(sbatch) --hold; } 2>&1 | tail -n 1"
        }
        defer { _ = try? cluster.run(["scancel", "--user=\(ClusterShell.user)"]) }
        let answers = try cluster.shell(calls.joined(separator: "\n")).output.split(separator: "\n")
        try #require(answers.count == cases.count)
        #expect(Set(answers.map { $0.allSatisfy(\.isNumber) }) == [true, false])
        for (entry, answer) in zip(cases, answers) {
            let against = PartitionFit.misfits(of: entry.partition, for: entry.request, on: site)
            let isTaken = answer.allSatisfy(\.isNumber)
            #expect(
                isTaken == !against.contains { isRefused($0, on: site) },
                "\(entry.partition.name) \(entry.request): \(answer), \(against.map(\.description))")
        }
    }

    private func options(_ partition: SlurmPartition, _ request: AllocationRequest) -> SbatchOptions {
        var options = SbatchOptions()
        options.partition = partition.name
        options.nodes = request.nodes
        options.cpusPerTask = request.cpus
        options.memory = request.memory.map { .perNode(mebibytes: $0) }
        if request.gpus > 0 { options.gres = [SlurmGres(type: request.gpuType, count: request.gpus)] }
        options.timeLimit = request.time.map(SlurmTimeLimit.seconds)
        options.constraint = request.constraint
        options.qos = request.qos
        options.output = "/dev/null"
        return options
    }

    /// Where a site does not refuse jobs beyond a partition's own rules, they wait for good.
    private func isRefused(_ misfit: Misfit, on site: SlurmSite) -> Bool {
        switch misfit {
        case .time(_, let limit), .gpusInAll(_, let limit):
            if case .partition = limit.rule { return site.configuration.refusesMisfits }
            return true
        case .nodes(_, _, let rule): return rule == nil || site.configuration.refusesMisfits
        case .memory(_, _, let rule?):
            if case .partition = rule { return site.configuration.refusesMisfits } else { return true }
        default: return misfit.isLasting
        }
    }

    @Test(arguments: SbatchOptions.Exclusive.allCases.filter { $0 != .topo }) func theOtherOptionsAreTaken(
        exclusive: SbatchOptions.Exclusive
    ) throws {
        var options = SbatchOptions()
        options.gres = [SlurmGres(type: "fake", count: 1)]
        options.gpuForm = exclusive == .node ? .gres : .gpusPerNode
        options.tmp = 1
        options.exclusive = exclusive
        options.mail = SbatchMail(events: ["NONE"], user: "nobody")
        options.requeue = false
        options.openMode = .append
        options.output = "/dev/null"
        options.extra = [
            SbatchExtraOption("hold"), SbatchExtraOption("mem-per-gpu", value: "100M"),
            SbatchExtraOption("nice", value: "5"),
        ]
        let job = try cluster.submit("true", options)
        defer { cluster.cancel(job) }
        let record = try #require(Scontrol.jobs(try cluster.run(Scontrol.showJob(job)).output).first)
        let asked = SlurmGres.list(parsing: try #require(record["TresPerNode"]))
        #expect(asked.map(\.description) == ["gpu:fake:1"] && record["Requeue"] == "0")
    }
}
