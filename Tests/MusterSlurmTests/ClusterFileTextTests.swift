import MusterSlurm
import Testing
import YAML

@Suite struct ClusterFileTextTests {
    @Test func aSiteWithAccounting() throws {
        let text = ClusterFileText.render(
            try Fixture("23.11").site(),
            login: .init(
                name: "alps", host: "login.alps.example.org", user: "ada", workdir: "~/muster", scratch: "/scratch/ada")
        )
        #expect(
            text == """
                # The Slurm site alps, Slurm 23.11.10
                # What the site told; every line may be changed.
                name: alps
                backend: slurm
                host: login.alps.example.org
                user: ada
                workdir: ~/muster # runs, and results of relative output_roots
                scratch: /scratch/ada
                account: bio # yours too: chem
                # qos: normal # yours: normal, long
                accounting: true # whether sacct can be asked how jobs ended
                max_array_size: 1000 # MaxSubmitJobs of account 'bio'
                submit_limit: 1000 # MaxSubmitJobs of account 'bio'
                partitions: # where a job goes is chosen by fit; 'partition: NAME' would fix it
                  cpu: {default: true, max_time: "3-00:00:00", cpus: 126, memory: "480000M", nodes: 2} # features: zen4
                  gpu: {max_time: "1-00:00:00", gpus: {a100: 4, v100: 2}, cpus: 60, memory: "500G", nodes: 3} # max_time: MaxWall of QoS 'gpupart', which holds in partition 'gpu'; features: a100, nvlink, v100
                  mig: {max_time: "0-08:00:00", gpus: {a100_1g.5gb: 7, a100_3g.20gb: 2}, cpus: 64, memory: "500G", nodes: 1} # features: a100, mig
                  # gpu-long: account: 'bio' may not use it; yours that may: chem; qos: 'normal' may not be used in it; allowed: long
                  # vip: reservation: it is for jobs with one; groups: it is for members of vips, ops
                # Any further sbatch option by its long name:
                # slurm:
                #   constraint: ...

                """)
    }

    @Test func aSiteWithout() throws {
        let text = ClusterFileText.render(try Fixture("20.11").site())
        #expect(text.contains("\nname: orion\nbackend: slurm\nworkdir: ~/muster # "))
        #expect(text.contains("\naccounting: false "))
        #expect(text.contains("\nmax_array_size: 1001 # MaxArraySize of the site\n"))
        #expect(text.contains("  gpu: {max_time: \"0-12:00:00\", gpus: 4, cpus: 20, memory: \"187.5G\"") == false)
        #expect(text.contains("  gpu: {max_time: \"0-12:00:00\", gpus: 4, cpus: 20, memory: \"192000M\", nodes: 2}"))
        #expect(text.contains("# not known: associations: sacctmgr failed") && !text.contains("submit_limit"))
    }

    @Test(arguments: Fixture.releases) func itIsTheSameEveryTimeAndOneLineEach(release: String) throws {
        let site = try Fixture(release).site()
        let text = ClusterFileText.render(site)
        #expect(text == ClusterFileText.render(site))
        for line in text.split(separator: "\n") {
            #expect(line.hasPrefix("#") || line.hasPrefix("  ") || line.contains(": "), "\(line)")
        }
    }

    private func scalar(_ node: Node?) -> String? {
        if case .scalar(let text, _)? = node?.content { text } else { nil }
    }

    @Test(arguments: Fixture.releases) func itIsYAML(release: String) throws {
        let site = try Fixture(release).site()
        let text = ClusterFileText.render(site, login: .init(host: "h: 1", workdir: "~/a b#c"))
        let root = try #require(try Node.parse(Array(text.utf8)))
        #expect(scalar(root["backend"]) == "slurm")
        #expect(scalar(root["host"]) == "h: 1" && scalar(root["workdir"]) == "~/a b#c")
        let first = try #require(site.defaultPartition)
        let partition = try #require(root["partitions"]?[first.name])
        #expect(scalar(partition["nodes"]) == "\(first.totalNodes)")
    }

    @Test(arguments: [
        ("plain", "plain"), ("a.b-c_1", "a.b-c_1"), ("~/muster", "~/muster"), ("/x/y", "/x/y"), ("no", "\"no\""),
        ("Null", "\"Null\""), ("1e3", "\"1e3\""), ("12", "\"12\""), ("", "\"\""), ("a b", "\"a b\""),
        ("a: b", "\"a: b\""), ("#x", "\"#x\""), ("a#x", "\"a#x\""), ("say \"hi\" \\", "\"say \\\"hi\\\" \\\\\""),
        ("x\ny", "\"x\\x0ay\""), ("~", "\"~\""), ("-x", "\"-x\""), ("é", "\"é\""), ("[a]", "\"[a]\""), ("*x", "\"*x\""),
    ])
    func textIsQuotedWhereYAMLNeedsIt(name: String, written: String) throws {
        let site = SlurmSite(configuration: SlurmConfiguration(parsing: "MaxArraySize = 10\n"))
        let text = ClusterFileText.render(site, login: .init(name: name))
        #expect(text.contains("\nname: \(written)\n"))
        let root = try #require(try Node.parse(Array(text.utf8)))
        #expect(scalar(root["name"]) == name)
    }

    @Test func whatASiteNamesCannotBreakTheFile() throws {
        var site = SlurmSite(configuration: SlurmConfiguration(parsing: "ClusterName = x\n"))
        var odd = SlurmPartition(name: "gpu: {x}\nname: evil")
        odd.kinds = [
            SlurmNodeKind(
                cpus: 1, memory: 1, gres: [SlurmGres(type: "a: 1}\n", count: 1)], features: ["f\nbackend: local"],
                count: 1)
        ]
        site.partitions = [odd]
        site.gaps = ["a\nb: c"]
        let lines = ClusterFileText.render(site).split(separator: "\n")
        #expect(
            lines.filter { $0.hasPrefix("name:") }.count == 1 && lines.filter { $0.hasPrefix("backend:") }.count == 1)
        #expect(lines.contains { $0.hasPrefix("  \"gpu: {x}\\x0aname: evil\": {gpus: {\"a: 1}\\x0a\": 1}") })
    }
}
