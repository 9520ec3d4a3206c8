import MusterCore
import MusterProvenance
import Testing

@Suite struct SourceTests {
    private func git(
        origin: String? = "https://example.org/o/r.git", last: String? = "c1", head: String? = "c2",
        described: String? = "v1.2.3-0-gabc", status: String = ""
    ) -> GitAnswers {
        GitAnswers(
            root: "/w/r", file: "a/b.py", origin: origin, head: head, lastCommit: last, described: described,
            commits: 4,
            status: Array(status.utf8))
    }

    private func detect(
        _ environment: [String: String] = [:], path: String? = "/w/r/a/b.py", hash: String? = "h", git: GitAnswers?
    ) throws(SourceMistake) -> WorkflowSource {
        try SourceDetection.detect(
            SourceEvidence(environment: environment, path: path, host: "host", contentHash: hash, git: git),
            date: "20261121")
    }

    @Test func theOrderIsExplicitContainerVariablesGit() throws {
        var environment = [
            "DERIVA_ML_WORKFLOW_URL": "u", "DERIVA_MCP_IN_DOCKER": "true", "DERIVA_MCP_IMAGE_DIGEST": "sha256:d",
        ]
        var evidence = SourceEvidence(
            explicit: WorkflowSource(url: "said"), environment: environment, path: "/w/r/a/b.py", host: "host",
            contentHash: "h", git: git())
        #expect(try SourceDetection.detect(evidence, date: "").url == "said")
        evidence.explicit = nil
        #expect(
            try SourceDetection.detect(evidence, date: "").url == "ghcr.io/informatics-isi-edu/deriva-ml-mcp@sha256:d")
        environment["DERIVA_MCP_IN_DOCKER"] = "false"
        #expect(try detect(environment, git: git()).url == "u")
        environment["MUSTER_WORKFLOW_URL"] = "ours"
        #expect(try detect(environment, git: git()).url == "ours", "our twin counts before the other's")
        #expect(try detect(git: git()).url == "https://example.org/o/r/blob/c1/a/b.py")
    }

    @Test func aContainerIsKnownByDigestThenCommit() throws {
        let inside = ["DERIVA_MCP_IN_DOCKER": "true", "DERIVA_MCP_VERSION": "2.0"]
        let bare = try detect(inside, git: nil)
        #expect(bare.url == "https://github.com/informatics-isi-edu/deriva-ml-mcp" && bare.checksum == nil)
        #expect(bare.version == "2.0" && bare.key == bare.url)
        let commit = try detect(inside.merging(["DERIVA_MCP_GIT_COMMIT": "abc"]) { $1 }, git: nil)
        #expect(commit.url == "https://github.com/informatics-isi-edu/deriva-ml-mcp/commit/abc")
        #expect(commit.checksum == "abc")
        let digest = try detect(
            inside.merging([
                "DERIVA_MCP_GIT_COMMIT": "abc", "DERIVA_MCP_IMAGE_DIGEST": "sha256:d", "DERIVA_MCP_IMAGE_NAME": "i/n",
            ]) { $1 }, git: nil)
        #expect(digest.url == "i/n@sha256:d" && digest.checksum == "sha256:d")
        let ours = try detect(
            [
                "MUSTER_CONTAINER": "true", "MUSTER_CONTAINER_IMAGE": "i", "MUSTER_CONTAINER_COMMIT": "c",
                "MUSTER_CONTAINER_VERSION": "3",
            ], git: nil)
        #expect(ours.url == "i" && ours.checksum == "c" && ours.version == "3")
        #expect(throws: SourceMistake.noImage(variable: "MUSTER_CONTAINER")) {
            try detect(["MUSTER_CONTAINER": "true"], git: nil)
        }
    }

    @Test func variablesAreTakenAsTheyAre() throws {
        let source = try detect(
            ["DERIVA_ML_WORKFLOW_URL": "u", "DERIVA_ML_WORKFLOW_CHECKSUM": "5"], git: git(status: "?? x\0"))
        #expect(source.checksum == "5" && !source.isNotebook && source.changed.isEmpty)
        let notebook = ["DERIVA_ML_WORKFLOW_URL": "u", "DERIVA_ML_NOTEBOOK_PATH": "n.ipynb"]
        #expect(try detect(notebook, git: nil).isNotebook)
    }

    @Test func gitTellsAddressChecksumAndVersion() throws {
        let clean = try detect(git: git())
        #expect(clean.checksum == "h" && clean.version == "1.2.3" && clean.commit == "c2" && clean.warnings.isEmpty)
        let dirty = try detect(git: git(status: " M a/b.py\0?? outputs/x\0"))
        #expect(dirty.changed == ["a/b.py"] && dirty.warnings.count == 1)
        #expect(dirty.version == "1.2.4.dev0+d20261121")
        let alone = try detect(git: git(origin: nil))
        #expect(alone.url == "file://host/w/r/a/b.py" && alone.warnings.first?.contains("origin") == true)
        let fresh = try detect(git: git(last: nil))
        #expect(fresh.url == "file://host/w/r/a/b.py" && fresh.warnings.first?.contains("no commit") == true)
        let typed = try detect(path: nil, hash: nil, git: git())
        #expect(typed.checksum == "1" && typed.url == "https://example.org/o/r/blob/c2/REPL")
        #expect(throws: SourceMistake.noRepository(path: "/w/r/a/b.py")) { try detect(git: nil) }
        #expect(throws: SourceMistake.unreadable(path: "/w/r/a/b.py")) { try detect(hash: nil, git: git()) }
    }

    @Test(arguments: [
        ("https://example.org/o/r.git", "https://example.org/o/r"),
        ("https://example.org/o/r/", "https://example.org/o/r"),
        ("https://me:secret@example.org/o/r.git", "https://example.org/o/r"),
        ("https://ghp_token@example.org:8443/o/r", "https://example.org:8443/o/r"),
        ("git@example.org:o/r.git", "https://example.org/o/r"),
        ("ssh://git@example.org:22/o/r.git", "https://example.org/o/r"),
        ("git://example.org/o/r", "https://example.org/o/r"), ("/srv/git/r.git", nil), ("../r", nil),
        ("file:///srv/r.git", nil), ("", nil),
    ])
    func remotesBecomePagesWithoutSecrets(_ origin: String, _ page: String?) {
        #expect(GitAddress.web(origin) == page)
    }

    @Test func versionsAreThoseOfTags() {
        func version(_ described: String?, dirty: Bool = false, head: String? = "0123456789") -> String? {
            ScmVersion.text(
                GitAnswers(root: "/", head: head, described: described, commits: 7), isDirty: dirty, date: "20260102")
        }
        #expect(version("v1.2.3-0-gabc") == "1.2.3")
        #expect(version("v1.2.3-5-gabc") == "1.2.4.dev5+gabc")
        #expect(version("v1.2.3-5-gabc", dirty: true) == "1.2.4.dev5+gabc.d20260102")
        #expect(version("release-2.0-1-gabc") == "2.1.dev1+gabc")
        #expect(version("v1.9-0-gabc", dirty: true) == "1.10.dev0+d20260102")
        #expect(version(nil) == "0.1.dev7+g01234567")
        #expect(version(nil, head: nil) == nil)
    }

    @Test func answersOfGitAreReadAsTheScriptPrintsThem() throws {
        let output = "/r\0a\nb.py\0\0c2\0c1\0\0" + "3\0 M a\nb.py\0"
        let answers = try #require(GitQuestions.answers(Array(output.utf8)))
        #expect(answers.file == "a\nb.py" && answers.origin == nil && answers.commits == 3)
        #expect(DirtyRules().changed(answers.status) == ["a\nb.py"])
        #expect(GitQuestions.answers([]) == nil)
        #expect(GitQuestions.answers(Array("fatal: no".utf8)) == nil)
    }

    @Test func whatCountsAsChanged() {
        func changed(_ status: String, _ environment: [String: String] = [:], also: [String] = []) -> [String] {
            DirtyRules(environment: environment, also: also).changed(Array(status.utf8))
        }
        #expect(
            changed(" M a\0M  b\0?? c d\0 D e\0") == ["a", "b", "c d", "e"], "blanks need no quotes, deletions count")
        #expect(changed("?? findings/x\0?? outputs/y\0?? .scratch/z\0?? sub/outputs/k\0") == ["sub/outputs/k"])
        #expect(changed("?? outputs2/y\0?? outputs\0") == ["outputs2/y"])
        #expect(changed("R  new\0outputs/old\0?? z\0") == ["new", "z"], "of a rename the new name counts")
        #expect(changed("R  outputs/new\0old\0?? z\0") == ["z"], "and it alone")
        #expect(changed("C  copy\0old\0") == ["copy"])
        #expect(
            changed(
                "?? a/x\0?? b\0?? c\0", ["DERIVA_ML_DIRTY_CHECK_IGNORE": "a/:b", "MUSTER_DIRTY_CHECK_IGNORE": ":c:"]
            ).isEmpty)
        #expect(changed("?? fig.png\0?? fig.png2\0", also: ["fig.png"]) == ["fig.png2"])
        #expect(changed("") == [] && changed("\0\0x\0") == [])
    }

    @Test func refusalsBecomeWarningsWhereThatIsAllowed() {
        #expect(DirtyPolicy.refuse.with(environment: [:]) == .refuse)
        for name in ["MUSTER_ALLOW_DIRTY", "DERIVA_ML_ALLOW_DIRTY", "MUSTER_DRY_RUN", "DERIVA_ML_DRY_RUN"] {
            #expect(DirtyPolicy.refuse.with(environment: [name: "true"]) == .warn)
            #expect(DirtyPolicy.refuse.with(environment: [name: "no"]) == .refuse)
        }
        #expect(DirtyPolicy.refuse.with(environment: [:], allowed: true) == .warn)
        #expect(DirtyPolicy.warn.with(environment: ["MUSTER_DIRTY": "refuse"]) == .refuse)
        let words = DirtyRefused(root: "/r", paths: (0..<10).map { "f\($0)" }).description
        #expect(words.contains("f7, and 2 more") && words.contains("--allow-dirty"))
    }

    @Test func hashesAreGits() {
        #expect(SHA1.hex(Array("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(SHA1.hex([]) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(SHA1.hex([UInt8](repeating: 97, count: 1_000_00)) == SHA1.hex([UInt8](repeating: 97, count: 100_000)))
        #expect(GitBlob.hash([]) == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
        #expect(GitBlob.hash(Array("hello\n".utf8)) == "ce013625030ba8dba906f756967f9e9ca394464a")
        var pieces = SHA1()
        for piece in [1, 63, 64, 65, 7] { pieces.update([UInt8](repeating: 5, count: piece)) }
        #expect(Hex.text(pieces.finish()) == SHA1.hex([UInt8](repeating: 5, count: 200)))
    }
}
