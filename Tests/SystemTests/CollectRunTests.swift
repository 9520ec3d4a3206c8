import Digest
import Foundation
import MusterCore
import TestSupport
import Testing

/// Results that come home over a real sshd.
@Suite(.serialized, .enabled(if: SSHServer.isInstalled, "needs sshd"))
struct CollectRunTests {
    /// A run over SSH that has ended; every job makes a table, metrics, many small files and a large one.
    private func run(collect: String, waits: Bool = true, _ body: (Lab, String) throws -> Void) throws {
        let lab = try Lab(scenes: ["a", "b"])
        let keys = "\(lab.folder)/keys"
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
        let server = try SSHServer(in: keys)
        defer { withExtendedLifetime(server) {} }
        try lab.write("beside.yaml", try server.cluster(lab))
        try lab.write(
            "make.sh",
            """
            cd "$MUSTER_OUT"; mkdir -p many models
            for i in $(seq 50); do echo "$MUSTER_JOB $i" > many/$i.txt; done
            head -c 9000000 /dev/urandom > models/big.bin
            echo "frame,value" > traces.csv; echo "1,2" >> traces.csv
            echo '{"loss":0.5,"step":1}' > metrics.jsonl; echo '{"loss":0.25}' >> metrics.jsonl
            [ "$MUSTER_SCENE" != "${MUSTER_SCENE%/b}" ] && [ "$1" = 2 ] && { echo broken >&2; exit 3; }
            exit 0
            """)
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: home, dataset_root: \(lab.folder)/data, output_root: \(lab.folder)/there}
            sweep: {matrix: {lr: [1, 2]}}
            pipeline:
              stages:
                - {name: make, command: "bash \(lab.folder)/make.sh {point.lr}", produces: {model: "models/*.bin"}}
            collect: \(collect)
            """)
        let submitted = try lab.muster(["submit", "sweep.yaml", "--cluster", "beside.yaml"])
        #expect(submitted.status == 0, "\(submitted.errors)")
        if waits { _ = try lab.muster(["wait", "last", "--timeout", "300s"]) }
        try body(lab, try #require(try history(lab)["home"]?.string))
    }

    private func history(_ lab: Lab) throws -> JSON {
        try #require(try lab.muster(["history", "show", "last", "--json"]).json)
    }

    private func digest(_ path: String) -> String { FileDigest(path: path)?.sha256 ?? "unreadable: \(path)" }

    @Test func whatIsMissingComesVerifiedAndTheSecondCallMovesNothing() throws {
        try run(collect: "{files: [traces.csv], products: [model], chunk: 1MB}") { lab, home in
            let first = try lab.muster(["collect", "--json"])
            #expect(first.status == 0, "\(first.errors)")
            // Three jobs succeeded: a table and a model each.
            #expect(
                first.json?["transferred"] == 6 && first.json?["failed"]?.array?.isEmpty == true
                    && first.json?["schema"] == 1)
            let there = "\(lab.folder)/there"
            let jobs = try lab.jobs().filter { $0["outcome"] == "succeeded" }.compactMap { $0["output"]?.string }
            #expect(jobs.count == 3)
            for job in jobs {
                let here = home + job.dropFirst(there.count)
                #expect(digest("\(here)/models/big.bin") == digest("\(job)/models/big.bin"))
                #expect(!FileManager.default.fileExists(atPath: "\(here)/many"))
                #expect(try JSON(parsing: TestCluster.text("\(here)/muster.json"))["outcome"] == "succeeded")
            }
            // Its content tells where a file comes from, whatever it is called.
            let model = "\(home + jobs[0].dropFirst(there.count))/models/big.bin"
            try FileManager.default.copyItem(atPath: model, toPath: "\(lab.folder)/renamed")
            let whence = try lab.muster(["whence", "renamed"])
            #expect(whence.output.contains("made by \(try lab.run())/lr-1/a"), "\(whence.output)\(whence.errors)")
            let second = try lab.muster(["collect", "--json"])
            #expect(second.json?["transferred"] == 0 && second.json?["bytes"] == 0 && second.json?["unchanged"] == 6)

            // What differs at home stays, unless somebody says otherwise.
            let table = "\(home + jobs[0].dropFirst(there.count))/traces.csv"
            try Data("mine".utf8).write(to: URL(filePath: table))
            let kept = try lab.muster(["collect"])
            #expect(kept.status == 1 && kept.errors.contains("--force"), "\(kept.errors)")
            #expect(try TestCluster.text(table) == "mine")
            #expect(try lab.muster(["collect", "--force"]).status == 0)
            #expect(try TestCluster.text(table) == "frame,value\n1,2\n")

            // What was changed there is not what the stage made.
            try FileManager.default.removeItem(atPath: table)
            try Data("frame,value\n9,9\n".utf8).write(to: URL(filePath: "\(jobs[0])/traces.csv"))
            let other = try lab.muster(["collect", "--json"])
            #expect(other.status == 1 && other.json?["failed"]?.array?.count == 1, "\(other.output)")
            #expect(other.json?["failed"]?.array?[0]["reason"]?.string?.contains("checksum") == true)
            #expect(!FileManager.default.fileExists(atPath: table))

            // A purge is told, and what it took is made again by the next run.
            try FileManager.default.removeItem(atPath: jobs[1])
            let purged = try lab.muster(["collect"])
            #expect(purged.status == 1 && purged.errors.contains("muster run"), "\(purged.errors)")
            _ = try lab.muster(["run", "sweep.yaml", "--cluster", "beside.yaml"])
            #expect(FileManager.default.fileExists(atPath: "\(jobs[1])/traces.csv"))
            #expect(try lab.jobs().filter { $0["cached"] == true }.map { $0["output"] } == [.string(jobs[2])])
        }
    }

    @Test func aKilledTransferGoesOnWhereItWasAndAWrongByteIsFoundAndFetchedAgain() throws {
        try run(collect: "{files: ['*.bin'], chunk: 1MB, pause: 1s}") { lab, home in
            let job = try #require(try lab.jobs().first { $0["outcome"] == "succeeded" }?["output"]?.string)
            let here = home + job.dropFirst("\(lab.folder)/there".count)
            let part = "\(here)/models/.big.bin.muster-part"
            let slow = try lab.start(["collect", "last", "1", "--bandwidth", "2M"])
            _ = try lab.wait(for: "three parts") { () -> Bool? in
                let size = try? FileManager.default.attributesOfItem(atPath: part)[.size] as? NSNumber
                return (size?.int64Value ?? 0) >= 3_000_000 ? true : nil
            }
            kill(slow.processIdentifier, SIGKILL)
            slow.waitUntilExit()
            #expect(!FileManager.default.fileExists(atPath: "\(here)/models/big.bin"))
            // A byte that was torn.
            let file = try FileHandle(forUpdating: URL(filePath: part))
            try file.seek(toOffset: 1_500_000)
            let byte = try #require(try file.read(upToCount: 1)?.first)
            try file.seek(toOffset: 1_500_000)
            try file.write(contentsOf: Data([byte ^ 1]))
            try file.close()

            let again = try lab.muster(["collect", "last", "1", "--json"])
            #expect(again.status == 0, "\(again.errors)")
            #expect(digest("\(here)/models/big.bin") == digest("\(job)/models/big.bin"))
            // What was missing, and the part with the wrong byte.
            let bytes = try #require(again.json?["bytes"]?.int)
            #expect((1_000_000...7_000_000).contains(bytes), "\(bytes) bytes moved")
            #expect(!FileManager.default.fileExists(atPath: part))
        }
    }

    @Test func tablesHoldAllJobsAndWhatFailedJobsLeftComesWhenAsked() throws {
        try run(collect: "{layout: '{scene.name}/rate-{point.lr}'}") { lab, home in
            #expect(try lab.muster(["collect"]).status == 0)
            #expect(try TestCluster.text("\(home)/a/rate-1/traces.csv") == "frame,value\n1,2\n")
            #expect(!FileManager.default.fileExists(atPath: "\(home)/a/rate-1/models"))
            let rows = try CSV.rows(Array(TestCluster.text("\(home)/results.csv").utf8)).map { $0.fields.map(\.text) }
            let header = rows[0]
            func column(_ name: String) -> [String] {
                header.firstIndex(of: name).map { place in rows.dropFirst().map { $0[place] } } ?? []
            }
            #expect(column("scene") == ["a", "b", "a", "b"] || Set(column("scene")) == ["a", "b"])
            #expect(Set(column("lr")) == ["1", "2"])
            #expect(column("outcome").count { $0 == "succeeded" } == 3 && column("outcome").contains("failed"))
            #expect(column("loss").count { $0 == "0.25" } == 3 && column("step").count { $0 == "1" } == 3)
            let lines = try TestCluster.text("\(home)/results.jsonl").split(separator: "\n").map {
                try JSON(parsing: String($0))
            }
            #expect(lines.count == 4 && lines.allSatisfy { $0["run"]?.string?.isEmpty == false })
            #expect(
                FileManager.default.fileExists(
                    atPath: "\(home)/.muster/runs/\(try history(lab)["run"]?.string ?? "")/plan.json"))

            #expect(try lab.muster(["collect", "--partial", "--file", "*.txt", "last", "state=failed"]).status == 0)
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(home)/partial/b/rate-2/many")
            #expect(left.count == 50)
            let wrong = try lab.muster(["collect", "--product", "modle"])
            #expect(wrong.status == 2 && wrong.errors.contains("did you mean 'model'?"), "\(wrong.errors)")
        }
    }

    @Test func followingBringsWhatHasEndedUntilTheRunHas() throws {
        try run(collect: "{files: [traces.csv]}", waits: false) { lab, home in
            let follow = try lab.muster(["collect", "--follow", "--json"])
            #expect(follow.status == 0, "\(follow.errors)")
            #expect(follow.json?["transferred"] == 3 && follow.json?["unchanged"] == 0, "\(follow.output)")
            #expect(try lab.jobs().count { $0["outcome"] == "succeeded" } == 3)
            #expect(try TestCluster.text("\(home)/lr-1/a/traces.csv") == "frame,value\n1,2\n")
        }
    }

    @Test func onlyWhatIsVerifiedAtHomeIsCleanedAway() throws {
        try run(collect: "{files: all, chunk: 1MB}") { lab, home in
            #expect(try lab.muster(["collect", "last", "scene=a"]).status == 0)
            let there = "\(lab.folder)/there"
            let refused = try lab.muster(["clean"])
            #expect(refused.status == 2 && refused.errors.contains("--yes"), "\(refused.errors)")
            let first = try lab.muster(["clean", "--yes"])
            #expect(first.status == 0 && first.errors.contains("are free again"), "\(first.errors)")
            #expect(first.errors.contains("lr-1/b (53 files)"), "\(first.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(there)/lr-1/a"))
            #expect(FileManager.default.fileExists(atPath: "\(there)/lr-1/b/traces.csv"))

            // A file that was changed at home is not the one that was made.
            #expect(try lab.muster(["collect"]).status == 1, "results that are gone there are named")
            let model = "\(home)/lr-1/b/models/big.bin"
            var bytes = try Data(contentsOf: URL(filePath: model))
            bytes[77] ^= 1
            try bytes.write(to: URL(filePath: model))
            #expect(try lab.muster(["clean", "--yes"]).errors.contains("lr-1/b (1 files)"))
            #expect(FileManager.default.fileExists(atPath: "\(there)/lr-1/b/models/big.bin"))
            #expect(try lab.muster(["collect", "last", "scene=b", "--force"]).status == 0)
            #expect(try lab.muster(["clean", "--yes"]).status == 0)
            #expect(!FileManager.default.fileExists(atPath: "\(there)/lr-1/b"))
            #expect(!FileManager.default.fileExists(atPath: "\(lab.folder)/state/runs/\(try lab.run())"))
            #expect(try lab.muster(["status"]).output.contains("3 succeeded"))
            #expect(digest("\(home)/lr-1/b/models/big.bin").count == 64)
        }
    }
}
