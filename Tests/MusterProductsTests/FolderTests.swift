import Foundation
import MusterCore
import MusterProducts
import Testing

@Suite struct FolderTests {
    private func entry(_ files: [ProductManifest.File] = [], key: CacheKey? = CacheKey(digestOf: [1]))
        -> ProductManifest.Entry
    {
        ProductManifest.Entry(
            type: "json", files: files, savedAt: Timestamp(seconds: 1_800_000_000), key: key,
            inputs: .init(
                step: "s", code: "1", config: [JSON.Member("x", 1)], requires: ["u": CacheKey(digestOf: [2]), "v": nil]),
            maker: Maker(host: "h", pid: 7, program: "p"), duration: 1.5, metadata: [JSON.Member("cells", 3)])
    }

    @Test func aManifestIsReadAsItWasWritten() throws {
        let manifest = ProductManifest(entries: [
            "a": entry([.init(path: "a/value.json", size: 3, sha256: SHA256.hex([1]))]),
            "b": entry([.init(path: "/data/scan.h5", size: 1 << 40, sha256: nil)], key: nil),
        ])
        #expect(try ProductManifest(parsing: manifest.json.pretty.utf8) == manifest)
    }

    @Test(arguments: [
        ("", "not JSON at byte 0"), (#"{"version":1,"products":{"#, "not JSON at byte"),
        (#"{"products":{}}"#, "it has no version"), (#"{"version":2,"products":{}}"#, "its version is 2"),
        (#"{"version":1,"products":{"a":{"type":"json"}}}"#, "the entry of 'a' is not complete"),
    ]) func aTornOrUnknownManifestIsAnErrorAndStaysAsItIs(text: String, why: String) async throws {
        let shop = try Workshop()
        let runner = try await shop.runner()
        try await runner.buildAll()
        _ = shop.ran()
        try shop.write("products/manifest.json", text)
        let later = try await shop.runner()
        let error = await #expect(throws: ProductError.self) { try await later.get(Workshop.d) }
        #expect(error?.description.contains("products/manifest.json: \(why)") == true, "\(String(describing: error))")
        await #expect(throws: ProductError.self) { try await later.statuses() }
        await #expect(throws: (any Error).self) { try await later.buildAll() }
        await #expect(throws: ProductError.self) { try await later.invalidate("a") }
        #expect(shop.ran() == [])
        #expect(shop.text("products/manifest.json") == text)
        #expect(shop.text("products/a/value.json") == "1\n")
    }

    @Test(arguments: ["../x", "b/value.json", "a/../../x", "a", "a//x", ""])
    func anEntryThatLeadsOutOfItsFolderIsRefused(path: String) {
        let manifest = ProductManifest(entries: ["a": entry([.init(path: path, size: 1, sha256: nil)])])
        #expect(throws: ProductManifest.Unreadable.self) { try ProductManifest(json: manifest.json) }
    }

    @Test func filesThatAreGoneOrChangedAreFound() async throws {
        let shop = try Workshop()
        try await shop.runner().buildAll()
        func status(contents: Bool = false) async throws -> ProductStatus? {
            try await shop.runner().statuses(contents: contents)["c"]
        }
        _ = shop.ran()
        try shop.write("products/c/value.json", "9\n")
        #expect(try await status() == .onDisk)  // of the same size
        #expect(try await status(contents: true) == .stale)
        try shop.write("products/c/value.json", "3 \n")
        #expect(try await status() == .stale)
        try FileManager.default.removeItem(atPath: "\(shop.folder.path)/c/value.json")
        #expect(try await status() == .missing)
        #expect(try await shop.runner().get(Workshop.c) == 3)
        try shop.write("products/c/value.json", "9\n")
        // A checksum is looked at before anything is taken for fresh.
        #expect(try await shop.runner().get(Workshop.c) == 3)
        #expect(shop.ran() == ["make_c", "make_c"])
    }

    @Test func whereSizesAreTheRuleContentsAreNotRead() async throws {
        let shop = try Workshop()
        let folder = ProductFolder("\(shop.root)/plain", checksums: .never)
        func runner() throws -> ProductRunner {
            try ProductRunner(
                folder: folder, steps: [ProductStep("one", code: "1", produces: Workshop.a) { _ in 1 }],
                parameters: ProductParameters(identity: [:]))
        }
        try await runner().buildAll()
        #expect(try folder.manifest().entries["a"]?.files == [.init(path: "a/value.json", size: 2, sha256: nil)])
        try shop.write("plain/a/value.json", "5\n")
        #expect(try await runner().get(Workshop.a) == 5)
    }

    /// Locks of one process on files opened apart exclude each other like those of several.
    @Test func entriesOfManyWritersAreAllThere() async throws {
        let shop = try Workshop()
        let folder = shop.folder
        let one = entry()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask { try folder.update { $0.entries["p\(number)"] = one } }
            }
            try await group.waitForAll()
        }
        #expect(try folder.manifest().entries.count == 40)
    }

    /// Files and entries change together: whoever wrote last, each entry tells what its files hold.
    @Test func runnersOnOneFolderDoNotMixTheirProducts() async throws {
        let shop = try Workshop()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...6 {
                group.addTask {
                    let runner = try await shop.runner(x: .int(number), y: .int(10 * number))
                    for _ in 0..<3 {
                        try await runner.rebuild("a")
                        #expect(try await runner.get(Workshop.d) == "d of \(11 * number)")
                    }
                }
            }
            try await group.waitForAll()
        }
        for (name, entry) in try shop.folder.manifest().entries {
            #expect(try shop.folder.finding(on: entry, contents: true) == .intact, "\(name)")
        }
        let entry = try #require(try shop.folder.manifest().entries["a"])
        let x = try #require(entry.inputs.config?.first?.value.int)
        #expect(shop.text("products/a/value.json") == "\(x)\n")
        #expect(Set(shop.names()) == ["a", "b", "c", "d", "manifest.json", "manifest.lock"])
    }

    /// Another process holds the lock, reads, and writes a while later: what is published meanwhile waits for it.
    @Test(.timeLimit(.minutes(20))) func anotherProcessAndThisOneKeepEachOthersEntries() async throws {
        let shop = try Workshop()
        let folder = shop.folder
        let (one, two) = (entry(), entry())
        try folder.update { $0.entries["before"] = one }
        try shop.write("theirs.json", ProductManifest(entries: ["before": one, "theirs": two]).json.pretty)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/flock")
        process.arguments = [
            "\(folder.path)/manifest.lock", "/bin/sh", "-c",
            "echo held; read go; mv \(shop.root)/theirs.json \(folder.manifestPath)",
        ]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
        let thread = Thread { try? folder.update { $0.entries["ours"] = one } }
        thread.start()
        // It waits in flock: the kernel shows it among those who wait for a lock.
        let lock = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/manifest.lock")
        let number = try #require(lock[.systemFileNumber] as? Int)
        while true {
            let locks = try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n")
            if locks.contains(where: { $0.contains("-> FLOCK") && $0.contains(":\(number) ") }) { break }
            await Task.yield()
        }
        #expect(try folder.manifest().entries.keys.sorted() == ["before"])
        try input.fileHandleForWriting.write(contentsOf: Data("go\n".utf8))
        process.waitUntilExit()
        while !thread.isFinished { await Task.yield() }
        #expect(try folder.manifest().entries.keys.sorted() == ["before", "ours", "theirs"])
    }

    /// What a process that was killed leaves: half a manifest under its temporary name, and a folder half made.
    @Test func whatAKilledProcessLeftIsNoHarmAndGoes() async throws {
        let shop = try Workshop()
        try await shop.runner().build("a")
        let manifest = try shop.folder.manifest()
        try shop.write("products/manifest.json.tmp", #"{"version":1,"prod"#)
        let gone = Process()
        gone.executableURL = URL(filePath: "/bin/true")
        try gone.run()
        gone.waitUntilExit()
        let host = Maker.current.host
        let (left, live, others) = (
            ".new-\(host)-\(gone.processIdentifier)-x1", ".new-\(host)-\(getpid())-x2", ".new-elsewhere-1-x3"
        )
        for name in [left, live, others] {
            try FileManager.default.createDirectory(
                atPath: "\(shop.folder.path)/\(name)/a", withIntermediateDirectories: true)
            try shop.write("products/\(name)/a/value.json", "ha")
        }
        #expect(try shop.folder.manifest() == manifest)
        #expect(try await shop.runner().statuses()["a"] == .onDisk)
        try await shop.runner().buildAll()
        #expect(try await shop.runner().get(Workshop.d) == "d of 3")
        #expect(
            Set(shop.names()) == ["a", "b", "c", "d", "manifest.json", "manifest.lock", live, others])
    }

    /// Killed between the folder's and the manifest's change: the folder has no entry, so it does not count.
    @Test func aFolderThatTheManifestDoesNotNameIsNoProduct() async throws {
        let shop = try Workshop()
        try await shop.runner().build("a")
        try shop.folder.update { $0.entries["a"] = nil }
        try shop.write("products/a/value.json", "99\n")
        #expect(try await shop.runner().statuses()["a"] == .missing)
        #expect(try await shop.runner().get(Workshop.a) == 1)
        #expect(shop.text("products/a/value.json") == "1\n")
    }

    @Test(.enabled(if: getuid() != 0, "root may write everywhere")) func aFolderThatMayOnlyBeReadIsRead() async throws {
        let shop = try Workshop()
        try await shop.runner().buildAll()
        try FileManager.default.removeItem(atPath: "\(shop.folder.path)/manifest.lock")
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: shop.folder.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: shop.folder.path) }
        #expect(try await shop.runner().get(Workshop.d) == "d of 3")
    }
}
