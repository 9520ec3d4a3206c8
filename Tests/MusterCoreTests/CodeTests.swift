import MusterCore
import Testing

/// Which code runs: copies, comparisons, and what becomes of them in a run's fold.
@Suite struct CodeTests {
    private let map = CodeMap(folders: [
        .init(from: ["/home/me/proj", "/data/proj", "~/proj"], to: "/run/code/proj"),
        .init(from: ["/home/me/proj/sub"], to: "/run/code/sub"),
    ])

    @Test(arguments: [
        ("/home/me/proj/a.py", "/run/code/proj/a.py"),
        ("/data/proj/a b.py", "/run/code/proj/a b.py"),
        ("--script=/home/me/proj/a.py", "--script=/run/code/proj/a.py"),
        ("/x:/home/me/proj:/home/me/proj/lib:/y", "/x:/run/code/proj:/run/code/proj/lib:/y"),
        (
            "cd ~/proj && sh '/home/me/proj/a b.py' > /home/me/proj/out",
            "cd /run/code/proj && sh '/run/code/proj/a b.py' > /home/me/proj/out"
        ),
        ("/home/me/proj/sub/c.py", "/run/code/sub/c.py"),
        // Another folder whose name begins alike, one that only contains the name, and what is not in the copy.
        ("/home/me/proj2/a.py", "/home/me/proj2/a.py"),
        ("/mnt/home/me/proj/a.py", "/mnt/home/me/proj/a.py"),
        ("/home/me/proj/data.csv", "/home/me/proj/data.csv"),
        ("", ""),
    ]) func whatNamesAnOriginalNamesItsCopyWhereThereIsOne(_ text: String, _ mapped: String) {
        let there: Set = [
            "/run/code/proj", "/run/code/proj/a.py", "/run/code/proj/a b.py", "/run/code/proj/lib",
            "/run/code/sub/c.py",
        ]
        #expect(map.mapped(text, isCopied: there.contains) == mapped)
        #expect(CodeMap(json: map.json) == map)
    }

    @Test func whatIsMappedIsMappedOnce() {
        let inside = CodeMap(folders: [.init(from: ["/p"], to: "/p/state/code/p")])
        let there: Set = ["/p/state/code/p/a", "/p/state/code/p/b"]
        let once = inside.mapped("/p/a:/p/b", isCopied: there.contains)
        #expect(once == "/p/state/code/p/a:/p/state/code/p/b")
        #expect(inside.mapped(once, isCopied: there.contains) == once)
        #expect(inside.mapped(once, isCopied: { _ in false }) == once)
    }

    @Test func aCopyIsNoPartOfAKey() throws {
        let stage = StageSpec(name: "s", command: .shell("/home/me/proj/a.py"))
        var plan = RunPlan(
            run: "r", sweep: "s", cluster: "c", fingerprint: "f", stages: [stage], resources: Resources(), slots: 1,
            jobCount: 1, outputRoot: "/o")
        plan.copies = map
        let read = try #require(RunPlan(json: plan.json))
        #expect(read.copies == map && read.stages == [stage])
    }

    private let code = CodeFiles(
        files: [
            .init(path: "/p/a", stages: ["one"], look: CodeLook(size: 3, changed: 10), sha256: "aa"),
            .init(path: "/p/b", stages: ["two"], look: CodeLook(size: 9 << 30, changed: 10), sha256: nil),
        ], repositories: [.init(root: "/p", commit: "c0ffee", changed: 2)])

    @Test func aFileIsReadOnlyWhenItLooksDifferentAndToldOnceForEachContent() {
        #expect(CodeFiles(json: code.json) == code)
        var watch = CodeWatch(code)
        var reads = 0
        func look(_ stage: String?, _ sight: CodeWatch.Sight, sha256: String? = nil) -> [String?] {
            watch.look(
                at: stage, sight: { $0 == "/p/a" ? sight : .unknown },
                read: { _ in
                    reads += 1
                    return sha256
                }
            ).map(\.now)
        }
        #expect(look(nil, .file(CodeLook(size: 3, changed: 10))) == [] && reads == 0)
        #expect(look("one", .file(CodeLook(size: 3, changed: 11)), sha256: "aa") == [], "touched, but the same")
        #expect(look("one", .file(CodeLook(size: 3, changed: 11)), sha256: "aa") == [] && reads == 1)
        #expect(look("two", .file(CodeLook(size: 4, changed: 12)), sha256: "bb") == [], "no program of this stage")
        #expect(look("one", .file(CodeLook(size: 4, changed: 12))) == [], "it could not be read")
        #expect(look("one", .file(CodeLook(size: 4, changed: 12)), sha256: "bb") == ["bb"], "so it is tried again")
        #expect(look(nil, .missing) == [nil] && look(nil, .missing) == [])
        #expect(look(nil, .unknown) == [])
        let back = watch.look(at: nil, sight: { _ in .file(CodeLook(size: 3, changed: 13)) }, read: { _ in "aa" })
        #expect(back.first?.isBack == true)
        #expect(back.last?.path == "/p/b" && back.last?.now == "3@13", "a large file is known by its look")
    }

    @Test func onlyStagesThatBeganBehindAChangeRanIt() {
        let (one, other) = (String(repeating: "1", count: 32), String(repeating: "2", count: 32))
        func event(_ source: String, _ number: Int64, at time: Int64, _ body: EventBody) -> Event {
            Event(run: "r", source: source, sequence: number, time: Timestamp(seconds: time), monotonic: 0, body: body)
        }
        func agent(_ element: String) -> EventBody {
            .agentStarted(node: "n1", lane: "n1.0", element: element, restart: 0, slots: 1, details: .object([]))
        }
        func change(_ now: String?) -> EventBody {
            .codeChanged(node: "n1", CodeChange(path: "/p/a", stages: ["one"], was: "aa", now: now))
        }
        let events = [
            event(one, 1, at: 1, agent("7_0")), event(other, 1, at: 1, agent("7_1")),
            event(one, 2, at: 5, change("bb")), event(one, 3, at: 9, change("aa")),
            event(other, 2, at: 6, change("bb")),
        ]
        var (state, backwards) = (RunState(), RunState())
        for event in events { state.apply(event) }
        for event in (events + events).reversed() { backwards.apply(event) }
        #expect(state.code == backwards.code)
        #expect(state.code.told.map(\.change.now) == ["bb"] && state.code.told.first?.time == Timestamp(seconds: 5))
        func behind(_ element: String, _ stage: String, _ time: Int64) -> Int {
            state.code.behind(element: element, node: "n1", stages: [(stage, Timestamp(seconds: time))]).count
        }
        #expect(behind("7_0", "one", 4) == 0 && behind("7_0", "one", 5) == 1)
        #expect(behind("7_0", "one", 9) == 0, "it was back")
        #expect(behind("7_1", "one", 9) == 1 && behind("7_1", "two", 9) == 0)
        #expect(state.code.behind(element: "7_1", node: "n2", stages: [("one", Timestamp(seconds: 9))]).isEmpty)
    }
}
