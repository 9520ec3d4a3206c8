import Foundation
import MusterCore
import TestSupport
import Testing

/// What a config asks for, seen in Slurm's own records, and jobs of several sizes.
@Suite(.serialized, .enabled(if: TestCluster.isUp, TestCluster.absent), .aloneOnCluster)
struct SlurmSizesTests {
    /// `Key=Value` of `scontrol show job` for the first element of a run.
    private func record(of run: String) throws -> [String: String] {
        let rows = try TestCluster.run("squeue", ["-h", "-t", "all", "-u", "hpcuser", "-o", "%A %j"])
        let id = try #require(
            rows.split(separator: "\n").first { $0.contains("muster.\(run).") }?.split(separator: " ").first)
        let text = try TestCluster.run("scontrol", ["show", "job", String(id)])
        return Dictionary(
            text.split(whereSeparator: \.isWhitespace).compactMap { word in
                let parts = word.split(separator: "=", maxSplits: 1)
                return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
            }
        ) { first, _ in first }
    }

    @Test func eachDirectiveArrivesAsTheConfigAsked() throws {
        let (lab, data) = try TestCluster.lab(
            scenes: ["a"], cluster: "slurm: {nice: 7, comment: from site}\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: asked, dataset_root: \(data)}
            pipeline: {command: "sleep 60"}
            resources: {gpus: 1, gpu_type: fake, cpus: 3, memory: 96M, time: 7m, exclude: n1, partition: urgent, account: research,
              slurm: {comment: muster}}
            packing: element
            """)
        let submitted = try lab.muster(["submit", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        let run = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
        defer { _ = try? lab.muster(["cancel", run, "--yes"]) }
        let record = try record(of: run)
        #expect(record["Partition"] == "urgent" && record["Account"] == "research" && record["ExcNodeList"] == "n1")
        #expect(record["CPUs/Task"] == "3" && record["MinMemoryNode"] == "96M" && record["NumNodes"] == "1")
        #expect(record["TresPerNode"] == "gres:gpu:fake:1", "\(record)")
        // A quarter more than the job's seven minutes and a minute, in Slurm's whole minutes.
        #expect(record["TimeLimit"] == "00:10:00", "\(record["TimeLimit"] ?? "")")
        #expect(record["Requeue"] == "1" && record["Comment"] == "muster" && record["ArrayTaskId"] == "0")
        #expect(record["StdOut"]?.hasSuffix("/slurm-%N.out") == true || record["StdOut"]?.contains("/slurm-") == true)
    }

    @Test func jobsOfSeveralSizesHaveArraysOfTheirOwn() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: sizes, dataset_root: \(data)}
            pipeline: {command: "echo $SLURM_MEM_PER_NODE > {output_dir}/memory"}
            sweep: {matrix: {frames: [1, 2, 100]}}
            resources: {memory: "60M + {frames} * 1M", time: "2m + {frames} * 1s", cpus: 1}
            resource_classes: 2
            packing: element
            collect: all
            """)
        let plan = try lab.muster(["plan", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(plan.json?["totals"]?["sizes"] == 2, "\(plan.errors)")
        #expect(plan.json?["arrays"]?.array?.map { $0["count"] } == [4, 2])
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.json?["scheduler_calls"]?["sbatch"] == 2)
        for (frames, memory) in [("1", "62"), ("2", "62"), ("100", "160")] {
            let seen = try TestCluster.text("\(lab.folder)/results/sizes/frames-\(frames)/a/memory")
            #expect(seen.trimmingCharacters(in: .whitespacesAndNewlines) == memory)
        }
    }

    @Test func aJobOfTwoNodesHasATaskOnEach() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: pair, dataset_root: \(data)}
            pipeline:
              stages:
                - {name: one, command: "hostname > alone", produces: [x]}
                - {name: both, command: [bash, -c, 'hostname > host.$SLURM_PROCID; echo $SLURM_NTASKS > tasks'], requires: [x],
                   resources: {nodes: 2, cpus: 2}}
            resources: {memory: 64M, time: 2m}
            collect: all
            """)
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors) \(result.output)")
        func text(_ name: String) throws -> String {
            try TestCluster.text("\(lab.folder)/results/pair/a/\(name)").trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(try text("host.0") != text("host.1"))
        #expect(try text("tasks") == "2" && !text("alone").isEmpty)
    }

    @Test func aWholeNodeRunsJobsSideBySideAndTheyShareItsGPUs() throws {
        let (lab, data) = try TestCluster.lab(scenes: ["a", "b", "c", "d"])
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: whole, dataset_root: \(data)}
            pipeline: {command: "echo $CUDA_VISIBLE_DEVICES > gpu; hostname > host; touch {scene.path}/../here.{scene.name};
              until [ $(ls {scene.path}/.. | grep -c here) = 4 ]; do sleep 0.1; done"}
            resources: {gpus: 0.5, cpus: 1, memory: 64M, time: 2m}
            packing: node
            collect: all
            """)
        let script = try lab.muster(["script", "sweep.yaml", "--cluster", "testbed.yaml"])
        #expect(
            script.output.contains("#SBATCH --exclusive\n") && script.output.contains("gpu:2"),
            "\(script.output) \(script.errors)")
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        func seen(_ name: String) throws -> [String] {
            try ["a", "b", "c", "d"].map {
                try TestCluster.text("\(lab.folder)/results/whole/\($0)/\(name)").trimmingCharacters(
                    in: .whitespacesAndNewlines)
            }
        }
        #expect(try seen("gpu").sorted() == ["0", "0", "1", "1"])
        #expect(Set(try seen("host")).count == 1)
        #expect(try record(of: lab.run())["OverSubscribe"] == "NO")
    }

    @Test func arraysWaitUntilThereIsRoomForThem() throws {
        let (lab, data) = try TestCluster.lab(
            scenes: (0..<10).map { "s\($0)" }, cluster: "max_array_size: 4\npoll_interval: 3s\n")
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: room, dataset_root: \(data)}
            pipeline: {command: "sleep 1"}
            packing: element
            resources: {memory: 32M, time: 5m, cpus: 1}
            """)
        // The limit is the site's own: Slurm refuses what goes beyond it.
        try TestCluster.run("sacctmgr", ["-i", "modify", "user", "hpcuser", "set", "maxsubmit=6"])
        defer { _ = try? TestCluster.run("sacctmgr", ["-i", "modify", "user", "hpcuser", "set", "maxsubmit=-1"]) }
        let result = try lab.muster(["run", "sweep.yaml", "--cluster", "testbed.yaml", "--json"])
        #expect(result.status == 0, "\(result.errors)")
        let jobs = try #require(result.json?["jobs"]?.array)
        #expect(jobs.count == 10)
        #expect(
            jobs.allSatisfy { $0["outcome"] == "succeeded" && $0["attempts"]?.array?.count == 1 }, "\(result.errors)")
        #expect(try TestCluster.submissions(of: lab.run()) == 3)
    }
}
