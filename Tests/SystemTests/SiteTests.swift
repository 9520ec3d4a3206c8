import Foundation
import MusterCore
import Testing

/// A site that describes itself, and the plan and the checks that follow from it.
@Suite struct SiteTests {
    private let lab: Lab
    private let path: String

    init() throws {
        lab = try Lab(scenes: ["a", "b"])
        path = try FakeSlurm.path("23.11", in: lab)
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: fits, dataset_root: data}
            pipeline: {command: [sh, -c, "true"]}
            resources: {time: 1h, memory: 4G}
            """)
    }

    private func discover(_ more: String...) throws -> Lab.Result {
        try lab.muster(
            ["clusters", "discover", "--workdir", "\(lab.folder)/work", "--output", "site.yaml"] + more, path: path)
    }

    private func muster(_ words: String...) throws -> Lab.Result { try lab.muster(words, path: path) }

    @Test func aSiteIsWrittenDownAndNotOverwritten() throws {
        let first = try discover()
        #expect(first.status == 0, "\(first.errors)")
        let text = try String(contentsOfFile: "\(lab.folder)/site.yaml", encoding: .utf8)
        #expect(text.contains("name: alps\n") && text.contains("  cpu: {default: true, "), "\(text)")
        #expect(text.contains("workdir: \(lab.folder)/work # "), "\(text)")
        let second = try discover()
        #expect(second.status == 2 && second.errors.contains("--force"), "\(second.errors)")
        #expect(try discover("--force").status == 0)
        let listed = try muster("clusters", "--json")
        #expect(listed.json?["clusters"]?.array?.isEmpty == false, "\(listed.errors)")
    }

    @Test func withoutSlurmHereTheHostMustBeNamed() throws {
        let bare = try lab.muster(["clusters", "discover"], path: "/nowhere")
        #expect(bare.status == 2 && bare.errors.contains("discover HOST"), "\(bare.errors)")
    }

    @Test func theWorkdirWithTheMostRoomIsProposedAloud() throws {
        let result = try muster("clusters", "discover", "-", "--name", "here")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("workdir: ") && result.errors.contains("free"), "\(result.errors)")
        #expect(result.output.contains("name: here\n") && result.output.contains("\nworkdir: "), "\(result.output)")
    }

    @Test func aJobGoesWhereItFits() throws {
        _ = try discover()
        let script = try muster("script", "sweep.yaml", "--cluster", "site.yaml")
        #expect(script.output.contains("#SBATCH --partition=cpu\n"), "\(script.errors)")
        let gpus = try muster("script", "sweep.yaml", "--cluster", "site.yaml", "--set", "resources.gpus=4")
        #expect(gpus.output.contains("#SBATCH --partition=gpu\n"), "\(gpus.errors)")
        #expect(gpus.errors.contains("note: ") && gpus.errors.contains("'cpu' does not take them"), "\(gpus.errors)")
        let plan = try muster("plan", "sweep.yaml", "--cluster", "site.yaml", "--json")
        #expect(plan.json?["partitions"]?.array?.first?.string == "cpu", "\(plan.errors)")
    }

    @Test func whatFitsNowhereIsExplainedForEachPartition() throws {
        _ = try discover()
        try lab.write(
            "sweep.yaml",
            "experiment: {name: x, dataset_root: data}\npipeline: {command: x}\nresources:\n  time: 9d\n  gpus: 1\n")
        let result = try muster("plan", "sweep.yaml", "--cluster", "site.yaml")
        #expect(result.status == 3)
        #expect(result.errors.hasPrefix("sweep.yaml:4:9: error: "), "\(result.errors)")
        for words in ["partition 'cpu': ", "MaxWall of QoS 'gpupart'", "takes it with resources.time"] {
            #expect(result.errors.contains(words), "\(words) in \(result.errors)")
        }
    }

    @Test func jobsSideBySideMustFitANodeTogether() throws {
        _ = try discover()
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: x, dataset_root: data}
            pipeline: {command: [sh, -c, "true"]}
            packing: node
            resources: {memory: 300G, cpus: 2}
            """)
        let result = try muster("plan", "sweep.yaml", "--cluster", "site.yaml")
        #expect(
            result.status == 3 && result.errors.hasPrefix("sweep.yaml:3:10: error: no partition of"), "\(result.errors)"
        )
        #expect(result.errors.contains("480000 MiB a node"), "\(result.errors)")
        let single = try muster("plan", "sweep.yaml", "--cluster", "site.yaml", "--set", "packing=element")
        #expect(single.status == 0, "\(single.errors)")
    }

    @Test func offlineNobodyIsAsked() throws {
        try lab.write(
            "far.yaml",
            """
            name: far
            backend: slurm
            host: nowhere.invalid
            workdir: ~/muster
            partitions: {cpu: {default: true, max_time: 2h, cpus: 8}, gpu: {gpus: {a100: 4}, cpus: 32}}
            """)
        func plan(_ settings: String...) throws -> Lab.Result {
            let words = ["plan", "sweep.yaml", "--cluster", "far.yaml", "--offline", "--json"]
            let all = settings + ["experiment.dataset_root=/data"]
            return try lab.muster(words + all.flatMap { ["--set", $0] })
        }
        let listed = try plan("experiment.scenes=[u, v]", "resources.gpus=2")
        #expect(
            listed.json?["partitions"]?.array?.first?.string == "gpu" && listed.json?["totals"]?["jobs"] == 2,
            "\(listed.errors)")
        let all = try plan()
        #expect(all.status == 3 && all.errors.contains("list them"), "\(all.errors)")
        let long = try plan("experiment.scenes=[u]", "resources.time=3h", "resources.cpus=64")
        #expect(long.status == 3 && long.errors.contains("partitions.cpu.max_time"), "\(long.errors)")
    }

    @Test func aClusterWithoutWorkdirSaysWhereThereIsRoom() throws {
        try lab.write("bare.yaml", "backend: slurm\nname: bare\n")
        let result = try muster("plan", "sweep.yaml", "--cluster", "bare.yaml")
        #expect(result.status == 3, "\(result.errors)")
        #expect(result.errors.contains("bare.yaml:2:7: error: the cluster 'bare' has no 'workdir'"), "\(result.errors)")
        #expect(result.errors.contains("free") && result.errors.contains("workdir: "), "\(result.errors)")
    }

    @Test func doctorSaysTheSameOfAMissingWorkdir() throws {
        try lab.write("bare.yaml", "backend: slurm\nname: bare\n")
        let result = try muster("doctor", "bare.yaml")
        #expect(result.output.contains("bare.yaml names no 'workdir'"), "\(result.output)\(result.errors)")
    }

    @Test func jobsOfSeveralSizesGoWhereEachFits() throws {
        _ = try discover()
        try lab.write(
            "sizes.yaml",
            """
            experiment: {name: sizes, dataset_root: data}
            pipeline: {command: [sh, -c, "true"]}
            sweep: {matrix: {n: [1, 8]}}
            resources: {gpus: "{n}", time: 1h, memory: 4G}
            """)
        let plan = try muster("plan", "sizes.yaml", "--cluster", "site.yaml", "--json")
        #expect(plan.json?["partitions"]?.array?.compactMap(\.string).sorted() == ["gpu", "mig"], "\(plan.errors)")
        let text = try muster("plan", "sizes.yaml", "--cluster", "site.yaml")
        #expect(text.output.contains("in partition mig"), "\(text.output)")
        let check = try muster("check", "sizes.yaml", "--cluster", "site.yaml")
        #expect(check.status == 0 && check.output.contains("'gpu'"), "\(check.output)")
        let typed = try muster(
            "script", "sweep.yaml", "--cluster", "site.yaml", "--set", "resources.gpus=1", "--set",
            "resources.gpu_type=a100_3g.20gb")
        #expect(typed.output.contains("#SBATCH --partition=mig\n"), "\(typed.errors)")
    }

    @Test func anOptionThatMusterGivesItselfIsRefusedAtItsLine() throws {
        _ = try discover()
        try lab.write("own.yaml", "extends: site\nslurm:\n  array: 1-3\n  constraiint: a100\n")
        let result = try muster("plan", "sweep.yaml", "--cluster", "own.yaml")
        #expect(result.status == 3 && result.errors.contains("own.yaml:3:3: error: "), "\(result.errors)")
        try lab.write("own.yaml", "extends: site\nslurm:\n  constraiint: a100\n")
        let passed = try muster("check", "sweep.yaml", "--cluster", "own.yaml")
        #expect(passed.status == 0, "\(passed.output)")
        #expect(passed.output.contains("own.yaml:3:3") && passed.output.contains("--constraint?"), "\(passed.output)")
    }

    @Test func aCheckNamesEachCauseOnOneLine() throws {
        _ = try discover()
        try lab.write(
            "bad.yaml",
            """
            experiment: {name: bad, dataset_root: data, scenes: [a, zz]}
            pipeline:
              stages:
                - {name: one, command: [nosuchprogram, x], produces: [x]}
                - {name: two, command: [sh, -c, x], requires: [x], produces: [y], environment: {venv: /no/venv}}
                - {name: three, command: "nosuchshell {scene.path}", requires: [y], cwd: /nowhere}
            resources: {time: 9d}
            """)
        let result = try muster("check", "bad.yaml", "--cluster", "site.yaml", "--json")
        #expect(result.status == 3, "\(result.errors)")
        let checks = try #require(result.json?["checks"]?.array)
        let wrong = checks.filter { $0["status"] == "wrong" }.compactMap { $0["result"]?.string }
        for words in ["zz", "'nosuchprogram'", "/no/venv/bin/activate", "'nosuchshell'", "'/nowhere'", "no partition"] {
            #expect(wrong.contains { $0.contains(words) }, "\(words) in \(wrong)")
        }
        #expect(result.json?["wrong"]?.int == Int64(wrong.count))
        let good = try muster("check", "sweep.yaml", "--cluster", "site.yaml")
        #expect(good.status == 0, "\(good.output)\(good.errors)")
        #expect(good.output.split(separator: "\n").allSatisfy { $0.hasPrefix("ok ") }, "\(good.output)")
        #expect(good.output.contains("sbatch: Job 7") && good.output.contains("/sh"), "\(good.output)")
    }

    /// sacctmgr has no answer where the controller keeps no accounts, and one that does not answer is a gap.
    @Test func whatCannotBeLearnedIsSaid() throws {
        let bare = try lab.muster(["clusters", "discover", "-"], path: try FakeSlurm.path("20.11", in: lab))
        #expect(bare.status == 0 && bare.output.contains("accounting: false"), "\(bare.errors)")
        let calls = try String(contentsOfFile: "\(lab.folder)/calls", encoding: .utf8).split(separator: "\n")
        #expect(calls.count == 4 && !calls.contains { $0.hasPrefix("sacctmgr") }, "\(calls)")
        let refusing = ["sacctmgr": "echo alps; echo 'sacctmgr: error: Problem talking to the database' >&2; exit 1"]
        let path = try FakeSlurm.path("23.11", in: lab, refusing)
        let refused = try lab.muster(["clusters", "discover", "-"], path: path)
        #expect(refused.status == 0, "\(refused.errors)")
        #expect(refused.errors.contains("not known: associations: sacctmgr"), "\(refused.errors)")
        #expect(refused.output.contains("# not known: associations: "), "\(refused.output)")
    }

    @Test func aFileThatListsPartitionsStandsInForASilentController() throws {
        let silent = ["scontrol": "echo 'slurm_load_ctl_conf error: Access/permission denied' >&2; exit 1"]
        let path = try FakeSlurm.path("23.11", in: lab, silent)
        func plan(_ more: String) throws -> Lab.Result {
            try lab.write("quiet.yaml", "name: quiet\nbackend: slurm\nworkdir: \(lab.folder)/work\n\(more)")
            return try lab.muster(["plan", "sweep.yaml", "--cluster", "quiet.yaml", "--json"], path: path)
        }
        let refused = try plan("")
        #expect(refused.status == 5, "\(refused.errors)")
        let known = try plan("partitions: {only: {max_time: 2h}}\n")
        #expect(known.json?["partitions"]?.array?.first?.string == "only", "\(known.errors)")
        let long = try lab.muster(
            ["plan", "sweep.yaml", "--cluster", "quiet.yaml", "--set", "resources.time=3h"], path: path)
        #expect(long.status == 3 && long.errors.contains("partitions.only.max_time"), "\(long.errors)")
    }

    @Test func aQuotaCountsBeforeTheDisk() throws {
        let device = "$(df -Pk \(lab.folder) | awk 'END { print $1 }')"
        let quota = [
            "quota": """
            echo 'Disk quotas for user ada (uid 1000):'
            echo '     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace'
            echo "\(device) 1000 0 3048 0 10 0 110 0"
            """
        ]
        let path = try FakeSlurm.path("23.11", in: lab, quota)
        try lab.write("site.yaml", "name: s\nbackend: slurm\nworkdir: \(lab.folder)/work\n")
        let check = try lab.muster(["check", "sweep.yaml", "--cluster", "site.yaml"], path: path)
        #expect(check.status == 0, "\(check.output)")
        #expect(check.output.contains("warning  workdir"), "\(check.output)")
        #expect(check.output.contains("2.00 MiB free, room for 100 files"), "\(check.output)")
    }

    @Test func aCheckOfThisMachineNeedsNoScheduler() throws {
        let result = try lab.muster(["check", "sweep.yaml"])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        try lab.write("local.yaml", "name: here\nprologue: 'if true; then'\n")
        let broken = try lab.muster(["check", "sweep.yaml", "--cluster", "local.yaml"])
        #expect(broken.status == 3 && broken.output.contains("bash does not take it"), "\(broken.output)")
    }
}
