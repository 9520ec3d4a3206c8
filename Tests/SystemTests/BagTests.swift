import Foundation
import MusterCore
import Testing

/// Bags: those that muster writes before the reference tool, those of the reference tool before muster, and hostile ones.
@Suite(.serialized) struct BagTests {
    /// The reference tool's own Python; `make test-deps` installs it.
    private static let python = "\(sources)/.build/bagit/bin/python"
    private static let hasTool = FileManager.default.isExecutableFile(atPath: python)
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// A lab with a data set `cells@1.0.0` of awkward names, and its bag.
    private func bagged() throws -> Lab {
        let lab = try Lab(scenes: ["s1", "s2"])
        try lab.write("data/s1/a b", "one")
        try lab.write("data/s2/new\nline", "two")
        try lab.write("data/s2/é", "three")
        try lab.write("data/notes.txt", "beside the scenes")
        try #require(try lab.muster(["dataset", "create", "cells", "data", "--description", "two\nlines"]).status == 0)
        let made = try lab.muster(["dataset", "bag", "cells", "--to", "bag"])
        try #require(made.status == 0, "\(made.errors)")
        return lab
    }

    private func tool(_ lab: Lab, _ program: String) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        process.arguments = ["-c", "import bagit\n" + program]
        process.currentDirectoryURL = URL(filePath: lab.folder)
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    private let elsewhere = ["MUSTER_STATE": "state/elsewhere"]

    @Test(.enabled(if: hasTool, "no bagit: make test-deps")) func theReferenceToolTakesOurBags() throws {
        let lab = try bagged()
        let valid = try tool(lab, "bagit.Bag('bag').validate()")
        #expect(valid.status == 0, "\(valid.text)")
        #expect(try lab.muster(["dataset", "bag", "cells", "--to", "holey", "--no-materialize"]).status == 0)
        let fetched = try tool(
            lab,
            """
            import os, shutil, urllib.parse
            bag = bagit.Bag('holey')
            for url, size, name in bag.fetch_entries():
                name = name.replace('%0A', '\\n')
                os.makedirs(os.path.dirname('holey/' + name), exist_ok=True)
                shutil.copy(urllib.parse.unquote(urllib.parse.urlparse(url).path), 'holey/' + name)
                assert os.path.getsize('holey/' + name) == int(size)
            bagit.Bag('holey').validate()
            print(bag.info['External-Identifier'], bag.info['External-Description'])
            """)
        #expect(fetched.status == 0 && fetched.text == "cells@1.0.0 two lines\n", "\(fetched.text)")
        try lab.write("bag/data/s1/a b", "ONE")
        #expect(try tool(lab, "bagit.Bag('bag').validate()").status != 0)
    }

    @Test(.enabled(if: hasTool, "no bagit: make test-deps")) func bagsOfTheReferenceToolAreRead() throws {
        let lab = try bagged()
        try lab.write("data/s2/100%", "as it is")
        let made = try tool(
            lab, "bagit.make_bag('data', {'Contact-Name': 'x' * 200, 'External-Identifier': 'theirs@3.1.4'})")
        #expect(made.status == 0, "\(made.text)")
        let taken = try lab.muster(["dataset", "import", "data"])
        #expect(taken.status == 0 && taken.output.hasPrefix("theirs@3.1.4: 3 members, 5 files"), "\(taken.errors)")
        #expect(!taken.errors.contains("not checked"), "its sums by sha512 are right")
        #expect(try lab.muster(["dataset", "verify", "theirs"]).status == 0)
        _ = try tool(lab, "bagit.make_bag('bag/data', checksums=['md5'])")
        let weak = try lab.muster(["dataset", "import", "bag/data", "--name", "weak"])
        #expect(weak.status == 1 && weak.errors.contains("no manifest-sha256.txt, only sums by md5"), "\(weak.errors)")
    }

    @Test func ourBagsComeBackAsTheSameVersion() throws {
        let lab = try bagged()
        let taken = try lab.muster(["dataset", "import", "bag"], environment: elsewhere)
        #expect(taken.output.hasPrefix("cells@1.0.0: 3 members, 4 files"), "\(taken.errors)")
        #expect(try lab.muster(["dataset", "verify", "cells"], environment: elsewhere).status == 0)
        #expect(try lab.muster(["dataset", "import", "bag"]).output.contains("nothing to register"))
        #expect(try lab.muster(["dataset", "bag", "cells", "--to", "bag"]).status == 2, "nothing is written over")
        // The same name with more in it is the next version.
        try lab.write("data/s1/more", "x")
        #expect(try lab.muster(["dataset", "update", "cells", "data"]).status == 0)
        #expect(try lab.muster(["dataset", "bag", "cells", "--to", "next"]).status == 0)
        #expect(
            try lab.muster(["dataset", "import", "next"], environment: elsewhere).output.hasPrefix("cells@1.1.0:"))
    }

    @Test func aBagWhoseFilesAreElsewhereIsNotWhole() throws {
        let lab = try bagged()
        #expect(try lab.muster(["dataset", "bag", "cells", "--to", "holey", "--no-materialize"]).status == 0)
        let refused = try lab.muster(["dataset", "import", "holey"], environment: elsewhere)
        #expect(refused.status == 1 && refused.errors.contains("--no-materialize"), "\(refused.errors)")
        let taken = try lab.muster(["dataset", "import", "holey", "--no-materialize"], environment: elsewhere)
        #expect(taken.status == 0, "\(taken.errors)")
        #expect(try lab.muster(["dataset", "verify", "cells", "data"], environment: elsewhere).status == 0)
        #expect(try lab.muster(["dataset", "verify", "cells"], environment: elsewhere).status == 1)
    }

    @Test func sumsByOtherAlgorithmsAreCheckedToo() throws {
        let lab = try bagged()
        let names = ["data/s1/a b", "data/s2/new\nline", "data/s2/é", "data/notes.txt"]
        for program in ["md5", "sha1", "sha512"] {
            let lines = try names.map { name in
                let sum = try TestCluster.run(
                    "sh", ["-c", "\(program)sum < \"$1\"", "sh", "\(lab.folder)/bag/\(name)"])
                return "\(sum.prefix { $0 != " " })  \(name.replacing("\n", with: "%0A"))\n"
            }
            try lab.write("bag/manifest-\(program).txt", lines.joined())
        }
        let taken = try lab.muster(["dataset", "import", "bag"], environment: elsewhere)
        #expect(taken.status == 0 && !taken.errors.contains("not checked"), "\(taken.errors)")
        // The SHA-256 is right, and a weaker sum is not: one of both manifests is wrong.
        let md5 = try TestCluster.text("\(lab.folder)/bag/manifest-md5.txt")
        let first = try #require(md5.first)
        try lab.write("bag/manifest-md5.txt", (first == "0" ? "1" : "0") + md5.dropFirst())
        let refused = try lab.muster(["dataset", "import", "bag"], environment: elsewhere)
        #expect(refused.status == 1 && refused.errors.contains("changed, by md5: data/s1/a b"), "\(refused.errors)")
        try lab.write("bag/manifest-md5.txt", md5)
        try lab.write("bag/tagmanifest-sha1.txt", "\(String(repeating: "0", count: 40))  bag-info.txt\n")
        let tag = try lab.muster(["dataset", "import", "bag"], environment: elsewhere)
        #expect(tag.status == 1 && tag.errors.contains("changed, by sha1: bag-info.txt"), "\(tag.errors)")
    }

    /// What is done to a bag, and a word of why it is refused.
    struct Harm: CustomTestStringConvertible, Sendable {
        var word: String
        var script: String
        var testDescription: String { word }
    }

    @Test(arguments: [
        Harm(word: "missing: data/s1/a b", script: "rm 'bag/data/s1/a b'"),
        Harm(word: "changed: data/s1/a b", script: "printf ONE > 'bag/data/s1/a b'"),
        Harm(word: "not in the manifest: data/extra", script: "echo > bag/data/extra"),
        Harm(word: "is a link", script: "ln -s /etc/passwd bag/data/link"),
        Harm(word: "is a link", script: "mv bag/data/s1 s1; ln -s ../../s1 bag/data/s1"),
        Harm(word: "is a link", script: "mv bag/data far; ln -s ../far bag/data"),
        Harm(word: "may lead out", script: "printf '%064d  data/../../x\\n' 0 >> bag/manifest-sha256.txt"),
        Harm(word: "may lead out", script: "printf '%064d  /etc/passwd\\n' 0 >> bag/manifest-sha256.txt"),
        Harm(word: "may lead out", script: "printf '%064d  ../x\\n' 0 >> bag/tagmanifest-sha256.txt"),
        Harm(word: "may lead out", script: "printf 'http://h/x 1 data/../../x\\n' >> bag/fetch.txt"),
        Harm(word: "is not below data/", script: "printf '%064d  bagit.txt\\n' 0 >> bag/manifest-sha256.txt"),
        Harm(word: "stands there twice", script: "head -n 1 bag/manifest-sha256.txt >> bag/manifest-sha256.txt"),
        Harm(word: "manifest-sha256.txt:5:", script: "echo nonsense >> bag/manifest-sha256.txt"),
        Harm(word: "changed: bag-info.txt", script: "echo 'A: b' >> bag/bag-info.txt"),
        Harm(word: "missing: gone", script: "printf '%064d  gone\\n' 0 >> bag/tagmanifest-sha256.txt"),
        Harm(
            word: "Payload-Oxum is 1.1",
            script: "rm bag/tagmanifest-sha256.txt; sed -i 's/^Payload-Oxum.*/Payload-Oxum: 1.1/' bag/bag-info.txt"),
        Harm(word: "no bag: it has no bagit.txt", script: "rm bag/bagit.txt"),
        Harm(word: "the version '2.0'", script: "sed -i 's/1.0/2.0/' bag/bagit.txt"),
        Harm(word: "must be UTF-8", script: "sed -i 's/UTF-8/UTF-16/' bag/bagit.txt"),
        Harm(word: "no manifest-sha256.txt", script: "rm bag/manifest-sha256.txt bag/tagmanifest-sha256.txt"),
        Harm(word: "name other files", script: "printf '%0128d  data/x\\n' 0 > bag/manifest-sha512.txt"),
        Harm(
            word: "in fetch.txt and not in the manifest",
            script: "rm bag/tagmanifest-sha256.txt; printf 'http://h/x 1 data/x\\n' >> bag/fetch.txt"),
    ])
    func whatIsWrongWithABagIsToldAndNothingIsRegistered(_ harm: Harm) throws {
        let lab = try bagged()
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", harm.script]
        shell.currentDirectoryURL = URL(filePath: lab.folder)
        try shell.run()
        shell.waitUntilExit()
        try #require(shell.terminationStatus == 0)
        let refused = try lab.muster(["dataset", "import", "bag"], environment: elsewhere)
        #expect(refused.status != 0 && refused.errors.contains(harm.word), "\(refused.errors)")
        #expect(try lab.muster(["dataset", "list", "--json"], environment: elsewhere).json?["datasets"] == .array([]))
    }
}
