import Foundation
import MusterCore
import Testing

@testable import MusterAgent

@Suite struct SickNodeTests {
    private static let isRoot: Comment = "only root can mount a file system and rename a machine"

    /// Jobs whose only program is not there until it is made.
    private func bench(blocks: [[Int]]) throws -> (bench: AgentBench, program: String) {
        let bench = try AgentBench()
        let program = "\(bench.root)/tools/work"
        bench.stages.append(StageSpec(name: "s", command: .argv([.word(program)])))
        for name in ["a", "b", "c", "d"] { bench.job(name) }
        try bench.write(blocks: blocks)
        return (bench, program)
    }

    private func make(_ program: String, in bench: AgentBench) throws {
        try bench.put(program, "#!/bin/sh\nexit 0\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    }

    /// What another node told of stage `s` for a job.
    private func elsewhere(_ bench: AgentBench, job: Int, _ ending: Ending) throws {
        let key = AttemptKey(job: job, generation: 0, element: "7_9", restart: 0)
        let bodies: [EventBody] = [
            .jobStarted(key, node: "other", slot: 0, folder: "/f"), .stageStarted(key, stage: "s", pid: 1),
            .stageEnded(key, stage: "s", ending, reused: false), .jobEnded(key, ending, superseded: false),
        ]
        let path = bench.paths.lane("other.0").outbox
        let before = bench.facts.filter { $0.source.hasPrefix("cc") }.count
        let lines = bodies.enumerated().map { number, body in
            Event(
                run: "r1", source: String(repeating: "c", count: 32), sequence: Int64(before + number + 1),
                time: Timestamp(seconds: 1000), monotonic: 0, body: body
            ).json.line + "\n"
        }
        try bench.put(path, (bench.text(path) ?? "") + lines.joined())
    }

    /// `scontrol` that writes down what it is asked, knows of tasks that wait, and may refuse to start anything again.
    private func slurm(_ bench: AgentBench, refusing: Bool = false) throws -> [String: String] {
        let path = "\(bench.root)/bin/scontrol"
        try bench.put(
            path,
            """
            #!/bin/sh
            echo "$@" >> \(bench.root)/asked
            case "$*" in
            *"show job 7")
                echo 'JobId=7 ArrayJobId=7 ArrayTaskId=3-4,6%2 JobName=m JobState=PENDING Reason=Priority ExcNodeList=bad[1-2] Comment=x ArrayTaskId=0'
                echo 'JobId=8 ArrayJobId=7 ArrayTaskId=1 JobName=m JobState=RUNNING Reason=None ExcNodeList=bad[1-2]' ;;
            requeue*) \(refusing ? "echo 'Requested operation is presently disabled' >&2; exit 1" : ":") ;;
            esac
            """)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return ["SLURM_JOB_ID": "8", "PATH": "\(bench.root)/bin:/usr/bin:/bin"]
    }

    private func asked(_ bench: AgentBench) -> [String] {
        (bench.text("\(bench.root)/asked") ?? "").split(separator: "\n").map(String.init)
    }

    private func sickness(_ bench: AgentBench) -> [String] {
        bench.facts.compactMap { if case .nodeSick(_, let reason) = $0.body { reason } else { nil } }
    }

    private func lastReason(_ bench: AgentBench) -> String? {
        bench.facts.compactMap { if case .agentEnded(let reason) = $0.body { reason } else { nil } }.last
    }

    @Test(.enabled(if: getuid() == 0, isRoot))
    func `what started elsewhere fails the node, which gives its element back`() throws {
        let (bench, program) = try bench(blocks: [[0, 1], [2], [3]])
        try elsewhere(bench, job: 90, Ending(outcome: .succeeded, exitCode: 0))
        let variables = try slurm(bench)
        #expect(try bench.run(["--element", "7_1"], environment: variables) == 0)
        let own = { bench.endings.filter { $0.key.element == "7_1" } }
        #expect(own().map(\.key.job) == [0, 1])
        #expect(own().map(\.ending.outcome) == [.nodeFailed, .nodeFailed])
        let cause = try #require(own().first?.ending.cause)
        #expect(cause.contains("No such file") && cause.contains("it was started on other, so node \(Machine.node)"))
        let reason = "stage 's' could not be started here for 2 jobs, but was on other"
        #expect(sickness(bench) == [reason])
        #expect(lastReason(bench) == "the node is sick: \(reason)")
        let away = "ExcNodeList=bad[1-2],\(Machine.node)"
        let words = [
            "-o show job 7", "update JobId=7_[3-4,6] \(away)", "requeue 7_1", "update JobId=7_1 \(away)",
        ]
        #expect(asked(bench) == words)
        // Started again here by mistake: the program is there by now, but nothing is begun.
        try make(program, in: bench)
        #expect(try bench.run(["--element", "7_1", "--restart", "1"], environment: variables) == 0)
        #expect(own().count == 2 && sickness(bench).count == 1)
        #expect(asked(bench) == words + words)
        // Started again on another node: all is made up for.
        let away2 = "exec unshare --uts sh -c 'hostname muster-well; exec \"$@\"' sh \"$@\""
        #expect(
            try bench.run(["--element", "7_1", "--restart", "2"], environment: variables, shell: away2) == 0)
        let later = own().filter { $0.ending.outcome != .nodeFailed }
        #expect(later.map(\.key.job) == [0, 1, 2, 3])
        #expect(later.allSatisfy { $0.ending.outcome == .succeeded && $0.key.restart == 2 })
        #expect(asked(bench).count == 8)
    }

    @Test func `without a start elsewhere it is the job that failed`() throws {
        let (bench, _) = try bench(blocks: [[0], [1], [2], [3]])
        try elsewhere(bench, job: 90, Ending(outcome: .failed, exitCode: 127))
        let variables = try slurm(bench)
        #expect(try bench.run(["--element", "7_1"], environment: variables) == 0)
        #expect(
            bench.endings.filter { $0.key.element == "7_1" }.map(\.ending.outcome) == [
                .failed, .failed, .failed, .failed,
            ])
        #expect(sickness(bench).isEmpty && asked(bench).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: bench.paths.sick))
    }

    @Test func `a job that no node can start is failed, and the others are the node's`() throws {
        let (bench, _) = try bench(blocks: [[0], [1]])
        try elsewhere(bench, job: 90, Ending(outcome: .succeeded, exitCode: 0))
        try elsewhere(bench, job: 0, Ending(outcome: .failed, exitCode: 127))
        #expect(try bench.run(["--element", "7_1"]) == 0)
        #expect(
            bench.endings.filter { $0.key.element == "7_1" }.map(\.ending.outcome) == [.failed, .nodeFailed])
        #expect(sickness(bench).isEmpty)
    }

    @Test func `this machine is never sick for want of a program`() throws {
        let (bench, _) = try bench(blocks: [[0], [1], [2], [3]])
        try elsewhere(bench, job: 90, Ending(outcome: .succeeded, exitCode: 0))
        #expect(try bench.run() == 0)
        #expect(
            bench.endings.filter { $0.key.element != "7_9" }.map(\.ending.outcome) == [
                .failed, .failed, .failed, .failed,
            ])
        #expect(sickness(bench).isEmpty)
    }

    private func withReadOnlyResults(_ bench: AgentBench, _ body: () throws -> Void) throws {
        let path = "\(bench.root)/out"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try #require(mount("none", path, "tmpfs", UInt(MS_RDONLY), nil) == 0)
        defer { umount2(path, Int32(MNT_DETACH)) }
        try body()
    }

    @Test(.enabled(if: getuid() == 0, isRoot), arguments: [0, 3], [false, true])
    func `where results can't be written nothing is begun`(restart: Int, refusing: Bool) throws {
        let (bench, program) = try bench(blocks: [[0], [1]])
        try make(program, in: bench)
        let variables = try slurm(bench, refusing: refusing)
        try withReadOnlyResults(bench) {
            let status = try bench.run(["--element", "7_1", "--restart", "\(restart)"], environment: variables)
            #expect(status == 0)
        }
        let reason = try #require(sickness(bench).first)
        #expect(reason.hasPrefix("results can't be written: open \(bench.root)/out/"), "\(reason)")
        #expect(reason.hasSuffix("Read-only file system"), "\(reason)")
        #expect(lastReason(bench) == "the node is sick: \(reason)")
        #expect(!bench.facts.contains { $0.body.kind == "block.claimed" })
        #expect(asked(bench).filter { $0.hasPrefix("requeue") } == (restart == 0 ? ["requeue 7_1"] : []))
        let refusals = bench.facts.compactMap { event -> Bool? in
            if case .requeued(_, _, let refused) = event.body { refused != nil } else { nil }
        }
        #expect(refusals == (restart > 0 ? [] : refusing ? [false, true] : [false]))
    }

    @Test(.enabled(if: getuid() == 0, isRoot))
    func `on this machine it ends the agent, and the next one looks anew`() throws {
        let (bench, program) = try bench(blocks: [[0]])
        try make(program, in: bench)
        try withReadOnlyResults(bench) {
            let status = try bench.run()
            #expect(status == 0)
        }
        #expect(sickness(bench).count == 1 && bench.endings.isEmpty)
        #expect(lastReason(bench)?.hasPrefix("the node is sick: results can't be written") == true)
        #expect(try bench.run() == 0)
        #expect(bench.endings.map(\.ending.outcome) == [.succeeded])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(bench.root)/out") == ["a"])
    }

    @Test(.enabled(if: getuid() == 0, isRoot))
    func `a run folder that can't be written gives the element back, too`() throws {
        let (bench, _) = try bench(blocks: [[0]])
        let variables = try slurm(bench)
        let readOnly =
            "exec unshare --mount sh -c 'mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"; exec \"$@\"' \(bench.paths.folder) \"$@\""
        #expect(try bench.run(["--element", "7_1"], environment: variables, shell: readOnly) == 3)
        #expect(asked(bench).contains("requeue 7_1") && bench.facts.isEmpty)
    }

    @Test(
        arguments: [
            ("", nil, "n1"),
            ("JobId=7 ArrayJobId=7 ArrayTaskId=3 JobState=RUNNING ExcNodeList=(null)", nil, "n1"),
            ("JobId=7 ArrayJobId=7 ArrayTaskId=1,3,5,... JobState=PENDING ExcNodeList=(null)", "7", "n1"),
            (
                "JobId=7 ArrayJobId=7 ArrayTaskId=5-9%3 JobState=PENDING ExcNodeList=n1\nJobId=9 ArrayJobId=7 ArrayTaskId=2 JobState=PENDING ExcNodeList=n[2-3]",
                "7_[5-9,2]", "n1,n[2-3]"
            ), ("slurm_load_jobs error: Invalid job id specified", nil, "n1"),
        ] as [(String, String?, String)])
    func `tasks that wait are told from the others`(text: String, jobs: String?, away: String) {
        let tasks = WaitingTasks(text, array: "7")
        #expect(tasks.jobs == jobs)
        #expect(tasks.excluding("n1") == away)
    }
}
