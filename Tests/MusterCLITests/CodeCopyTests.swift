import Testing

@testable import MusterCLI

/// Which folders a run gets copies of.
@Suite struct CodeCopyTests {
    private func look(
        _ path: String, real: String? = nil, root: String? = nil, above: [String: String] = [:], isFile: Bool = true,
        isSought: Bool = false, stage: String = "s"
    ) -> CodeCopy.Look {
        CodeCopy.Look(
            stage: stage, path: path, real: real ?? path, root: root,
            above: above.sorted { $0.key < $1.key }.map { .init(path: $0.key, real: $0.value) }, isFile: isFile,
            isSought: isSought)
    }

    private func choose(_ looks: [CodeCopy.Look], named: [CodeCopy.Named] = []) throws(CodeCopy.Mistake) -> [CodeCopy] {
        try CodeCopy.choose(
            looks, named: named, home: "/home/me", left: ["/disk/proj/results", "/elsewhere"], in: "/run/code")
    }

    @Test func repositoriesAreCopiedHoweverTheyAreWritten() throws {
        let copies = try choose([
            look(
                "/home/me/proj/run.py", real: "/disk/proj/run.py", root: "/disk/proj",
                above: ["/home/me/proj": "/disk/proj", "/home/me": "/disk"]),
            look("/other/proj/tool", root: "/other/proj"), look("/opt/conda/bin/python", isSought: true),
        ])
        #expect(copies.map(\.to) == ["/run/code/proj", "/run/code/proj-2"])
        #expect(copies[0].from == ["/disk/proj", "/home/me/proj", "~/proj"] && copies[0].named == ["run.py"])
        #expect(copies[0].left == ["results"] && copies[1].left.isEmpty)
        #expect(copies[0].place(of: "/disk/proj/run.py") == "/run/code/proj/run.py")
        #expect(copies[0].place(of: "/disk/proj2/run.py") == nil)
    }

    @Test func aLinkToAProgramIsNoWayToWriteItsFolder() throws {
        let copies = try choose([
            look(
                "/home/me/bin/tool", real: "/disk/proj/tool", root: "/disk/proj",
                above: ["/home/me/bin": "/home/me/bin"])
        ])
        #expect(copies[0].from == ["/disk/proj"])
    }

    @Test func aNamedFolderCountsBeforeItsRepository() throws {
        let copies = try choose(
            [look("/disk/mono/a/run.py", root: "/disk/mono"), look("/plain/x.sh")],
            named: [
                .init(path: "~/a", real: "/disk/mono/a", isGit: true),
                .init(path: "/plain", real: "/plain", isGit: false),
            ])
        #expect(copies.map(\.root) == ["/disk/mono/a", "/plain"] && copies.map(\.isGit) == [true, false])
    }

    @Test func theFolderOfAStageIsCodeAlsoWithoutAFile() throws {
        let copies = try choose([look("/disk/proj/src", root: "/disk/proj", isFile: false)])
        #expect(copies.map(\.root) == ["/disk/proj"])
    }

    @Test func aProgramThatNobodyKnowsTheLimitsOfIsRefused() {
        #expect { try choose([look("/tools/run.sh"), look("/p/a", root: "/p", stage: "t")]) } throws: { error in
            (error as? CodeCopy.Mistake)?.hint.contains("snapshot: [/tools]") == true
        }
        #expect { try choose([look("/opt/python", isSought: true)]) } throws: { error in
            (error as? CodeCopy.Mistake)?.words.contains("finds nothing to copy") == true
        }
    }
}
