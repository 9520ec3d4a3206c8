import Digest
import Foundation
import MusterCore
import Testing

/// Contents kept at home and elsewhere, with real programs, files and histories, and a real sshd.
@Suite(.serialized) struct StoreTests {
    private let manager = FileManager.default

    /// A lab with a script and a table in `project`.
    private func project() throws -> Lab {
        let lab = try Lab(scenes: [])
        try manager.createDirectory(atPath: "\(lab.folder)/project/data", withIntermediateDirectories: true)
        try lab.write("project/data/table.csv", "a,b\n1,2\n")
        try lab.write("project/plot.sh", "#!/bin/sh\ntr a-z A-Z < \"$1\" > \"$2\"\n")
        #expect(chmod("\(lab.folder)/project/plot.sh", 0o755) == 0)
        return lab
    }

    /// muster, started in a folder of the lab.
    private func muster(_ lab: Lab, in folder: String, _ arguments: [String], _ variables: [String: String] = [:])
        throws
        -> (status: Int32, output: String, errors: String)
    {
        let process = Process()
        process.executableURL = URL(filePath: "\(Lab.programs)/muster")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: "\(lab.folder)/\(folder)")
        var environment = ProcessInfo.processInfo.environment
        environment["MUSTER_STATE"] = "\(lab.folder)/state"
        process.environment = environment.merging(variables) { $1 }
        let (output, errors) = ("\(lab.folder)/\(UUID().uuidString)", "\(lab.folder)/\(UUID().uuidString)")
        for path in [output, errors] { try Data().write(to: URL(filePath: path)) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOfFile: output, encoding: .utf8),
            try String(contentsOfFile: errors, encoding: .utf8)
        )
    }

    private let plot = [
        "--in", "data/table.csv", "--out", "figure.txt", "--", "./plot.sh", "data/table.csv", "figure.txt",
    ]

    private func executions(_ lab: Lab) throws -> [JSON] {
        try #require(try lab.muster(["execution", "list", "--json"]).json?["executions"]?.array)
    }

    private func objects(_ store: String) -> [String] {
        (manager.enumerator(atPath: "\(store)/objects")?.allObjects as? [String] ?? [])
            .filter { $0.utf8.count == 67 }.map { String($0.suffix(64)) }.sorted()
    }

    private func object(_ store: String, _ sum: String) -> String { "\(store)/objects/\(sum.prefix(2))/\(sum)" }

    private func sum(_ path: String) throws -> String { try #require(FileDigest(path: path)?.sha256) }

    private func spoil(_ path: String) throws {
        #expect(chmod(path, 0o644) == 0)
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / 2] ^= 1
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.write(contentsOf: bytes)
        try file.close()
    }

    /// A lab with an sshd and the cluster file `beside.yaml`.
    private func beside(_ lab: Lab) throws -> SSHServer {
        let keys = "\(lab.folder)/keys"
        try manager.createDirectory(atPath: keys, withIntermediateDirectories: true)
        let server = try SSHServer(in: keys)
        try lab.write("beside.yaml", try server.cluster(lab))
        return server
    }

    private func noise(_ count: Int) -> Data {
        var bytes = Data(count: count)
        bytes.withUnsafeMutableBytes { buffer in
            var state = UInt64.random(in: 1 ... .max)
            for index in stride(from: 0, to: count - 8, by: 8) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                buffer.storeBytes(of: state, toByteOffset: index, as: UInt64.self)
            }
        }
        return bytes
    }

    @Test(.enabled(if: SSHServer.isInstalled, "needs sshd"))
    func anotherMachineHasTableScriptAndFigureByHistoryAndStoreAlone() throws {
        let lab = try project()
        let server = try beside(lab)
        defer { withExtendedLifetime(server) {} }
        let made = try muster(lab, in: "project", ["exec", "--keep"] + plot)
        #expect(made.status == 0, "\(made.errors)")
        let id = try #require(try executions(lab).first?["id"]?.string)
        let place = "beside.yaml:\(lab.folder)/far"
        let pushed = try lab.muster(["store", "push", place, id, "--json"])
        #expect(pushed.status == 0 && pushed.json?["transferred"] == 5, "\(pushed.output)\(pushed.errors)")
        let again = try lab.muster(["store", "push", place, "--json"])
        #expect(again.json?["bytes"] == 0 && again.json?["unchanged"] == 5, "\(again.output)")
        #expect(!manager.fileExists(atPath: "\(lab.folder)/far/incoming"))

        // The first machine keeps nothing but its history's file.
        try manager.createDirectory(atPath: "\(lab.folder)/saved", withIntermediateDirectories: true)
        try manager.moveItem(
            atPath: "\(lab.folder)/state/history.sqlite", toPath: "\(lab.folder)/saved/history.sqlite")
        for name in ["history.sqlite-wal", "history.sqlite-shm"]
        where manager.fileExists(atPath: "\(lab.folder)/state/\(name)") {
            try manager.moveItem(atPath: "\(lab.folder)/state/\(name)", toPath: "\(lab.folder)/saved/\(name)")
        }
        try manager.removeItem(atPath: "\(lab.folder)/state")
        try manager.moveItem(atPath: "\(lab.folder)/project", toPath: "\(lab.folder)/was")
        let second = ["MUSTER_STATE": "\(lab.folder)/second"]
        #expect(try lab.muster(["history", "import", "saved"], environment: second).status == 0)
        let without = try lab.muster(["execution", "restore", id, "--to", "none", "--outputs"], environment: second)
        #expect(
            without.status == 0 && without.errors.contains("not in the store: data/table.csv")
                && without.errors.contains("it was \(lab.folder)/project/data/table.csv")
                && without.errors.contains("muster store pull PLACE \(id)"), "\(without.errors)")
        let pulled = try lab.muster(["store", "pull", place, id, "--json"], environment: second)
        #expect(pulled.status == 0 && pulled.json?["transferred"] == 5, "\(pulled.output)\(pulled.errors)")
        let restored = try lab.muster(["execution", "restore", id, "--to", "back", "--outputs"], environment: second)
        #expect(restored.status == 0, "\(restored.errors)")
        for name in ["data/table.csv", "plot.sh", "figure.txt"] {
            #expect(try sum("\(lab.folder)/back/\(name)") == sum("\(lab.folder)/was/\(name)"))
        }
        // What it printed makes the figure again.
        try manager.removeItem(atPath: "\(lab.folder)/back/figure.txt")
        let words = restored.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(words.hasPrefix("cd \(lab.folder)/back && muster exec --in data/table.csv"), "\(words)")
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", words]
        shell.environment = ProcessInfo.processInfo.environment.merging([
            "MUSTER_STATE": "\(lab.folder)/second",
            "PATH": "\(Lab.programs):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")",
        ]) { $1 }
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
        #expect(try sum("\(lab.folder)/back/figure.txt") == sum("\(lab.folder)/was/figure.txt"))
        // What is there and differs stays.
        try lab.write("back/data/table.csv", "mine\n")
        let kept = try lab.muster(["store", "get", id, "--inputs", "--to", "back"], environment: second)
        #expect(kept.status == 1 && kept.errors.contains("something else is there"), "\(kept.errors)")
        #expect(try TestCluster.text("\(lab.folder)/back/data/table.csv") == "mine\n")
        // Not one byte of what is kept can be written to by mistake.
        let mode = try manager.attributesOfItem(
            atPath: object("\(lab.folder)/second/store", objects("\(lab.folder)/far")[0]))
        #expect((mode[.posixPermissions] as? NSNumber)?.intValue == 0o444)
    }

    @Test(.enabled(if: SSHServer.isInstalled, "needs sshd"), arguments: ["push", "pull"])
    func aKilledWayGoesOnWhereItWas(direction: String) throws {
        let lab = try project()
        let server = try beside(lab)
        defer { withExtendedLifetime(server) {} }
        try manager.createDirectory(atPath: "\(lab.folder)/many", withIntermediateDirectories: true)
        for number in 0..<200 { try lab.write("many/\(number)", "number \(number)") }
        try noise(60_000_000).write(to: URL(filePath: "\(lab.folder)/many/big"))
        let big = try sum("\(lab.folder)/many/big")
        let place = "beside.yaml:\(lab.folder)/far"
        #expect(try lab.muster(["store", "add", "many"]).status == 0)
        let target: String
        var variables: [String: String] = [:]
        if direction == "pull" {
            #expect(try lab.muster(["store", "push", place]).status == 0)
            target = "\(lab.folder)/second"
            variables = ["MUSTER_STORE": target]
        } else {
            target = "\(lab.folder)/far"
        }
        let slow = try lab.start(["store", direction, place, "--bandwidth", "20M"], environment: variables)
        let part = try lab.wait(for: "a part of the large one") { () -> String? in
            let all = manager.enumerator(atPath: "\(target)/incoming")?.allObjects as? [String] ?? []
            let path = all.first { $0.contains(big) }.map { "\(target)/incoming/\($0)" }
            return path.flatMap { (FileLook($0)?.mark.size ?? 0) >= 20_000_000 ? $0 : nil }
        }
        kill(slow.processIdentifier, SIGKILL)
        slow.waitUntilExit()
        let have = try #require(FileLook(part)?.mark.size)
        #expect(!objects(target).contains(big))
        let again = try lab.muster(["store", direction, place, "--json"], environment: variables)
        #expect(again.status == 0, "\(again.output)\(again.errors)")
        let moved = try #require(again.json?["bytes"]?.int)
        #expect(moved <= 60_000_000 - have + 10_000, "\(moved) bytes behind \(have)")
        #expect(
            objects(target).count == 201
                && objects(target).allSatisfy { FileDigest(path: object(target, $0))?.sha256 == $0 })
        #expect(((try? manager.contentsOfDirectory(atPath: "\(target)/incoming")) ?? []).isEmpty)
    }

    @Test(.enabled(if: SSHServer.isInstalled, "needs sshd"))
    func aFlippedByteIsFoundAndMendedFromTheOtherSide() throws {
        let lab = try project()
        let server = try beside(lab)
        defer { withExtendedLifetime(server) {} }
        let (home, place) = ("\(lab.folder)/state/store", "beside.yaml:\(lab.folder)/far")
        #expect(try lab.muster(["store", "add", "project"]).status == 0)
        #expect(try lab.muster(["store", "push", place]).status == 0)
        #expect(try lab.muster(["store", "verify"]).status == 0)
        let sums = objects(home)
        #expect(sums.count == 2)
        try spoil(object(home, sums[0]))
        let found = try lab.muster(["store", "verify", "--json"])
        #expect(found.status == 1 && found.json?["damaged"] == .strings([sums[0]]), "\(found.output)")
        // Neither is it given out, nor does it travel.
        let given = try lab.muster(["store", "get", sums[0], "--to", "given"])
        #expect(given.status == 1 && given.errors.contains("damaged"), "\(given.errors)")
        #expect(((try? manager.contentsOfDirectory(atPath: "\(lab.folder)/given")) ?? []).isEmpty)
        let sent = try lab.muster(["store", "push", "elsewhere", "--json", "--tries", "1"])
        #expect(sent.status == 1 && sent.errors.contains("damaged here"), "\(sent.errors)")
        #expect(objects("\(lab.folder)/elsewhere") == [sums[1]])
        let mended = try lab.muster(["store", "verify", "--mend", place, "--json"])
        #expect(mended.status == 0 && mended.json?["mended"] == 1, "\(mended.output)\(mended.errors)")
        #expect(try sum(object(home, sums[0])) == sums[0])

        // Damaged there: it is not taken here, and mended by who has it right.
        try spoil(object("\(lab.folder)/far", sums[1]))
        let other = ["MUSTER_STORE": "\(lab.folder)/second"]
        let pulled = try lab.muster(["store", "pull", place, "--json", "--tries", "1"], environment: other)
        #expect(pulled.status == 1 && pulled.json?["transferred"] == 1, "\(pulled.output)\(pulled.errors)")
        #expect(pulled.errors.contains("not what its name says") && objects("\(lab.folder)/second") == [sums[0]])
        #expect(
            try lab.muster(["store", "push", place, "--json"]).json?["bytes"] == 0, "sizes alone say nothing of it")
        let resent = try lab.muster(["store", "push", place, "--verify", "--json"])
        #expect(resent.json?["mended"] == 1, "\(resent.output)\(resent.errors)")
        #expect(try lab.muster(["store", "pull", place], environment: other).status == 0)
        // Cut in half, as by a power failure: its size tells everybody.
        #expect(chmod(object(home, sums[0]), 0o644) == 0 && truncate(object(home, sums[0]), 3) == 0)
        #expect(try lab.muster(["store", "pull", place, "--json"]).json?["mended"] == 1)
        #expect(try lab.muster(["store", "verify"]).status == 0)
    }

    @Test func addingIsOnceWhoeverDoesIt() throws {
        let lab = try project()
        try noise(3_000_000).write(to: URL(filePath: "\(lab.folder)/one"))
        for number in 2...4 { try manager.copyItem(atPath: "\(lab.folder)/one", toPath: "\(lab.folder)/one-\(number)") }
        let all = try ["one", "one-2", "one-3", "one-4"].map { try lab.start(["store", "add", $0]) }
        for process in all {
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(lab.errors)")
        }
        let sum = try sum("\(lab.folder)/one")
        let home = "\(lab.folder)/state/store"
        #expect(objects(home) == [sum])
        #expect(
            try manager.subpathsOfDirectory(atPath: home).sorted() == [
                "objects", "objects/\(sum.prefix(2))", "objects/\(sum.prefix(2))/\(sum)",
            ])
        // The original is the user's own, and no other name of the content.
        try lab.write("one", "changed")
        #expect(try self.sum(object(home, sum)) == sum)
        let list = try lab.muster(["store", "list", "--json"])
        #expect(list.json?["contents"]?.array?.first?["uses"] == 4, "\(list.output)")
        let whence = try lab.muster(["whence", "one-2"])
        #expect(whence.output.contains("read by EXEC-"), "\(whence.output)")
    }

    @Test func hostileNamesAreNames() throws {
        let lab = try project()
        let names = [
            "-rf", "a b", "it's \"so\" \\", "new\nline", "é", "e\u{301}", "sub/deep", "$(touch x)", "\u{1B}[2J",
        ]
        try manager.createDirectory(atPath: "\(lab.folder)/project/names/sub", withIntermediateDirectories: true)
        for name in names { try lab.write("project/names/\(name)", "content of \(name)") }
        let made = try muster(
            lab, in: "project",
            ["exec", "--keep", "--in", "names", "--out=-o", "--", "sh", "-c", "cat names/* 2>/dev/null > ./-o; :"])
        #expect(made.status == 0, "\(made.errors)")
        let id = try #require(try executions(lab).first?["id"]?.string)
        let got = try lab.muster(["store", "get", id, "--inputs", "--to", "got"])
        #expect(got.status == 0 && !got.errors.contains("\u{1B}"), "\(got.errors)")
        for name in names {
            #expect(try TestCluster.text("\(lab.folder)/got/names/\(name)") == "content of \(name)")
        }
        #expect(try sum("\(lab.folder)/got/-o") == sum("\(lab.folder)/project/-o"))
        // By the path of a folder as it was, and of a file.
        #expect(try muster(lab, in: "project", ["store", "get", "names", "names/-rf", "--to", "../more"]).status == 0)
        #expect(try TestCluster.text("\(lab.folder)/more/names/new\nline") == "content of new\nline")
        #expect(try TestCluster.text("\(lab.folder)/more/-rf") == "content of -rf")
        // A link in the way leads nowhere.
        try manager.createDirectory(atPath: "\(lab.folder)/trap", withIntermediateDirectories: true)
        try manager.createSymbolicLink(atPath: "\(lab.folder)/trap/names", withDestinationPath: "\(lab.folder)/more")
        let trapped = try lab.muster(["store", "get", id, "--inputs", "--to", "trap"])
        #expect(trapped.status == 1 && trapped.errors.contains("a link leads out"), "\(trapped.errors)")
        #expect(!manager.fileExists(atPath: "\(lab.folder)/more/e\u{301}x"))
        for wrong in ["nothing", "0000000", "/no/such", "beside:/x"] {
            let refused = try lab.muster(["store", "get", wrong, "--to", "got"])
            #expect(refused.status == 2 && refused.errors.contains("muster store list"), "\(refused.errors)")
        }
        for wrong in [
            "nowhere:/x", "a:b", "ssh://", "ssh://host", "ssh://host:99999/x", "ssh://-oProxyCommand=x/y", ":/x",
        ] {
            let refused = try lab.muster(["store", "push", wrong])
            #expect(refused.status == 2, "\(wrong): \(refused.status) \(refused.errors)")
        }
    }

    @Test func whatCannotBeKeptWaitsAndIsTakenUpAgain() throws {
        let lab = try project()
        // A file where the store's folder is to be.
        try lab.write("blocked", "")
        let variables = ["MUSTER_STORE": "\(lab.folder)/blocked"]
        let made = try muster(lab, in: "project", ["exec", "--keep"] + plot, variables)
        #expect(made.status == 0 && made.errors.contains("stays Pending_Upload"), "\(made.errors)")
        let id = try #require(try executions(lab).first?["id"]?.string)
        #expect(try executions(lab).first?["status"] == "Pending_Upload")
        let problems = try lab.muster(["execution", "list", "--problems"])
        #expect(
            problems.status == 1 && problems.output.contains("muster execution recover \(id)"), "\(problems.output)")
        #expect(try lab.muster(["execution", "recover", id], environment: variables).status == 1)
        #expect(try executions(lab).first?["status"] == "Pending_Upload")
        let done = try lab.muster(["execution", "recover", id])
        #expect(done.status == 0, "\(done.errors)")
        #expect(try executions(lab).first?["status"] == "Uploaded")
        #expect(objects("\(lab.folder)/state/store").count == 5)
        // Kept, and not sent: nobody is there yet.
        try lab.write("project/later.yaml", "name: later\nhost: 127.0.0.1\nport: 1\nworkdir: \(lab.folder)/work\n")
        let place = "later.yaml:\(lab.folder)/sent"
        let unsent = try muster(lab, in: "project", ["exec", "--keep", "--push", place] + plot)
        #expect(unsent.status == 0 && unsent.errors.contains("nothing was sent to"), "\(unsent.errors)")
        let other = try #require(try executions(lab).first?["id"]?.string)
        #expect(try lab.muster(["execution", "recover", other]).status == 1)
        try lab.write("project/later.yaml", "name: later\nbackend: local\nworkdir: \(lab.folder)/work\n")
        #expect(try lab.muster(["execution", "recover", other]).status == 0, "\(lab.errors)")
        #expect(try executions(lab).first?["status"] == "Uploaded")
        #expect(objects("\(lab.folder)/sent").count == 5)
        #expect(try muster(lab, in: "project", ["exec", "--keep", "--push", "nowhere:/x"] + plot).status == 2)
        // What the program itself changed, and nobody has any more.
        let lost = try muster(
            lab, in: "project",
            ["exec", "--keep", "--in", "data/table.csv", "--", "sh", "-c", "echo more >> data/table.csv"], variables)
        #expect(lost.status == 0 && lost.errors.contains("stays Pending_Upload"), "\(lost.errors)")
        let third = try #require(try executions(lab).first?["id"]?.string)
        let gone = try lab.muster(["execution", "recover", third])
        #expect(gone.status == 1 && gone.errors.contains("another content than was recorded"), "\(gone.errors)")
        #expect(try lab.muster(["execution", "recover", third, "--no-keep"]).status == 0, "\(lab.errors)")
        #expect(try executions(lab).first?["status"] == "Uploaded")
        let refused = try muster(lab, in: "project", ["exec", "--push", "x"] + plot)
        #expect(refused.status == 2 && refused.errors.contains("add --keep"), "\(refused.errors)")
    }

    @Test(.enabled(if: getuid() == 0, "mounts a small disk")) func aFullDiskLosesNothingAndIsTold() throws {
        let lab = try project()
        let disk = "\(lab.folder)/disk"
        try manager.createDirectory(atPath: disk, withIntermediateDirectories: true)
        guard mount("none", disk, "tmpfs", 0, "size=2m") == 0 else { return }
        defer { umount2(disk, Int32(MNT_DETACH)) }
        try noise(8_000_000).write(to: URL(filePath: "\(lab.folder)/project/data/big"))
        let variables = ["MUSTER_STORE": "\(disk)/store"]
        let made = try muster(lab, in: "project", ["exec", "--keep", "--in", "data/big"] + plot, variables)
        #expect(made.status == 0 && made.errors.contains("No space left"), "\(made.errors)")
        #expect(try executions(lab).first?["status"] == "Pending_Upload")
        // What has room is there, and of the rest nothing is left.
        let sums = objects("\(disk)/store")
        #expect(sums.contains(try sum("\(lab.folder)/project/figure.txt")))
        #expect(sums.allSatisfy { FileDigest(path: object("\(disk)/store", $0))?.sha256 == $0 })
        #expect(try lab.muster(["store", "add", "project/data/big"]).status == 0)
        for arguments in [["push", "\(disk)/store"], ["push", "\(disk)/other"]] {
            let sent = try lab.muster(["store"] + arguments)
            #expect(sent.status == 1 && sent.errors.contains("make room"), "\(sent.errors)")
        }
        let pulled = try lab.muster(["store", "pull", "state/store"], environment: variables)
        #expect(pulled.status == 1 && pulled.errors.contains("make room"), "\(pulled.errors)")
        let got = try lab.muster(["store", "get", try sum("\(lab.folder)/project/data/big"), "--to", disk])
        #expect(got.status == 1 && got.errors.contains("No space left"), "\(got.errors)")
        #expect(try manager.contentsOfDirectory(atPath: disk) == ["store"])
    }

    @Test func pruningTakesWhatNobodyNamesAndIsAskedFirst() throws {
        let lab = try project()
        #expect(try muster(lab, in: "project", ["exec", "--keep"] + plot).status == 0)
        let home = "\(lab.folder)/state/store"
        let before = objects(home)
        try lab.write("stray", "nobody knows")
        let stray = try sum("\(lab.folder)/stray")
        let other = ["MUSTER_STATE": "\(lab.folder)/other", "MUSTER_STORE": home]
        #expect(try lab.muster(["store", "add", "stray"], environment: other).status == 0)
        let orphans = try lab.muster(["store", "list", "--orphans", "--json"])
        #expect(orphans.json?["contents"]?.array?.map { $0["sha256"]?.string } == [stray], "\(orphans.output)")
        #expect(try lab.muster(["store", "prune", "--yes"]).status == 0)
        #expect(objects(home).contains(stray), "what came a moment ago may be about to be told of")
        #expect(try lab.muster(["store", "prune", "--fresh"]).status == 2, "nobody is asked here")
        #expect(try lab.muster(["store", "prune", "--fresh", "--dry-run"]).output.hasPrefix(stray))
        #expect(try lab.muster(["store", "prune", "--fresh", "--yes"]).status == 0)
        #expect(objects(home) == before)
        #expect(try lab.muster(["store", "prune", "--fresh", "--yes", "--unused-since", "1d"]).status == 0)
        #expect(objects(home) == before)
        #expect(try lab.muster(["store", "prune", "--fresh", "--yes", "--unused-since", "0s"]).status == 0)
        #expect(objects(home).isEmpty)
    }

    @Test func aRunsResultsAreKeptWhenTheyAreCollected() throws {
        let lab = try Lab(scenes: ["s1", "s2"])
        for scene in ["s1", "s2"] { try lab.write("data/\(scene)/frame", "frame of \(scene)\n") }
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: near, dataset_root: data, output_root: res}
            pipeline: {command: "tr a-z A-Z < {scene.path}/frame > {output_dir}/made.txt"}
            provenance: {inputs: true, keep: all}
            """)
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0, "\(run.errors)")
        let id = try lab.run()
        let collected = try lab.muster(["collect", id, "--json"])
        #expect(collected.status == 0, "\(collected.output)\(collected.errors)")
        let got = try lab.muster(["store", "get", "\(id)/s1", "--inputs", "--to", "got"])
        #expect(got.status == 0, "\(got.errors)")
        #expect(try TestCluster.text("\(lab.folder)/got/made.txt") == "FRAME OF S1\n")
        #expect(try TestCluster.text("\(lab.folder)/got/elsewhere\(lab.folder)/data/s1/frame") == "frame of s1\n")
        let wrong = try lab.muster(["store", "get", "\(id)/s3", "--to", "got"])
        #expect(wrong.status == 2, "\(wrong.errors)")
    }

    @Test(.enabled(if: SSHServer.isInstalled, "needs sshd"))
    func whatComesHomeFromAClusterIsKept() throws {
        let lab = try Lab(scenes: ["s1", "s2"])
        let server = try beside(lab)
        defer { withExtendedLifetime(server) {} }
        for scene in ["s1", "s2"] { try lab.write("data/\(scene)/frame", "frame of \(scene)\n") }
        try lab.write(
            "sweep.yaml",
            """
            experiment: {name: far, dataset_root: \(lab.folder)/data, output_root: \(lab.folder)/res}
            pipeline: {command: "tr a-z A-Z < {scene.path}/frame > {output_dir}/made.txt; echo no > {output_dir}/left"}
            cluster: ./beside.yaml
            provenance: {keep: outputs}
            """)
        let run = try lab.muster(["run", "sweep.yaml"])
        #expect(run.status == 0, "\(run.errors)")
        let id = try lab.run()
        // A store that can't be written is a failure of the collecting, which is made good by the next.
        try manager.removeItem(atPath: "\(lab.folder)/state/store")
        try lab.write("state/store", "")
        let failed = try lab.muster(["collect", id, "--json"])
        #expect(failed.status == 1 && failed.output.contains("not in the store"), "\(failed.output)\(failed.errors)")
        try manager.removeItem(atPath: "\(lab.folder)/state/store")
        #expect(try lab.muster(["collect", id]).status == 0, "\(lab.errors)")
        #expect(objects("\(lab.folder)/state/store").count == 2)
        let got = try lab.muster(["store", "get", id, "--to", "got"])
        #expect(got.status == 0, "\(got.errors)")
        let names = try manager.subpathsOfDirectory(atPath: "\(lab.folder)/got").filter { $0.hasSuffix("made.txt") }
        #expect(names.count == 2 && !got.errors.contains("left"), "\(got.errors)")
        #expect(
            try names.map { try TestCluster.text("\(lab.folder)/got/\($0)") }.sorted() == [
                "FRAME OF S1\n", "FRAME OF S2\n",
            ])
        let again = try lab.muster(["whence", "got/\(names[0])"])
        #expect(again.output.contains("made by \(id)/s"), "\(again.output)")
    }

    @Test func circumstancesThatExecutionsShareAreNoLineage() throws {
        let lab = try project()
        for _ in 0..<2 { #expect(try muster(lab, in: "project", ["exec", "--keep"] + plot).status == 0) }
        let ids = try executions(lab).compactMap { $0["id"]?.string }
        try lab.write("project/data/other.csv", "c\n")
        let other = ["--in", "data/other.csv", "--out", "other.txt", "--", "./plot.sh", "data/other.csv", "other.txt"]
        #expect(try muster(lab, in: "project", ["exec", "--keep"] + other).status == 0)
        let last = try #require(try executions(lab).first?["id"]?.string)
        let back = try muster(lab, in: "project", ["execution", "lineage", "other.txt", "--back", "--json"])
        #expect(
            back.output.contains(last) && back.output.contains("plot.sh") && !ids.contains { back.output.contains($0) })
        #expect(!back.output.contains("configuration.json"), "\(back.output)")
        // A script leads to all that was made with it.
        let forth = try muster(lab, in: "project", ["execution", "lineage", "plot.sh", "--forth", "--json"])
        #expect((ids + [last]).allSatisfy { forth.output.contains($0) }, "\(forth.output)")
        #expect(try lab.muster(["execution", "show", last]).output.contains("kept"))
    }

    @Test(.enabled(if: SSHServer.isInstalled, "needs sshd"))
    func anAddressNeedsNoClusterFile() throws {
        let lab = try project()
        let server = try beside(lab)
        defer { withExtendedLifetime(server) {} }
        let cluster = try TestCluster.text("\(lab.folder)/beside.yaml").split(separator: "\n")
        let port = try #require(cluster.first { $0.hasPrefix("port: ") }?.dropFirst(6))
        #expect(try lab.muster(["store", "add", "project"]).status == 0)
        // Its key is in no file of known hosts: who answers is not trusted, and was asked where the address says.
        let sent = try lab.muster(["store", "push", "ssh://\(NSUserName())@127.0.0.1:\(port)\(lab.folder)/far"])
        #expect(sent.status == 4 && sent.errors.contains("no key of '[127.0.0.1]:\(port)'"), "\(sent.errors)")
        let none = try lab.muster(["store", "pull", "beside.yaml:\(lab.folder)/none"])
        #expect(none.status == 1 && none.errors.contains("there are no contents in"), "\(none.errors)")
    }
}
