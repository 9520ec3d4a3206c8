import MusterCore
import Testing

/// One event of each kind, as written on the wire.
let sampleEvents: [EventBody] = {
    let key = AttemptKey(job: 3, generation: 1, element: "20_4", restart: 2)
    let ending = Ending(
        outcome: .oomHost, cause: "kernel", exitCode: 137, signal: 9, duration: 5, peakRSS: 6, peakGPU: 7, oomKills: 1,
        memoryLimit: 8, tail: "last\nwords")
    var partial = Ending(outcome: .partial, cause: "stage")
    partial.items = ItemCounts(
        done: 6, total: 8, failures: [.init(items: 2...3, outcome: .killed, exitCode: nil, signal: 9, cause: "c")])
    return [
        .agentStarted(node: "n1", lane: "n1.0", element: "20_4", restart: 2, slots: 4, details: .object(["pid": 1])),
        .agentEnded(reason: "nothing left"), .blockClaimed(block: "g0-00001", generation: 0, takeover: true),
        .fenced(block: "g0-00001", reason: "taken over"), .jobStarted(key, node: "n1", slot: 1, folder: "/x"),
        .jobRetried(key, why: "oom_gpu: n 8 -> 4", set: [.init("n", 4)]), .jobRetried(key, why: "lost", set: []),
        .runHalted(reason: "too much"), .runLifted, .notified(about: "oom"), .nodeSick(node: "n1", reason: "no disk"),
        .codeChanged(node: "n1", CodeChange(path: "/p/run", stages: ["one"], was: "a", now: "b")),
        .codeChanged(node: "n1", CodeChange(path: "/p/run", stages: [], was: "a", now: nil)),
        .jobEnded(key, ending, superseded: true), .jobEnded(key, partial, superseded: false), .jobCached(job: 9),
        .stageStarted(key, stage: "seg", pid: 77),
        .stageEnded(key, stage: "seg", ending, reused: true), .oom(key, stage: "seg", kills: 2, limit: 64),
        .submitting(token: "t", elements: 3), .submitted(token: "t", schedulerID: "20"),
        .scheduler(element: "20_4", restart: 2, state: "TIMEOUT", exit: "0:0", ended: true),
        .cancelRequested(jobs: [1, 2]),
        .retryRequested(
            jobs: [1, 2],
            Ask(generation: 3, memory: ByteCount(1 << 30), time: WallTime(seconds: 60), set: [.init("n", 4)])),
        .retryRequested(jobs: [4], Ask(generation: 1)), .jobsHeld(jobs: []), .jobsReleased(jobs: [7]),
        .runThrottled(limit: 3), .schedulerCalls([.init("sbatch", 1)]), .runEnded,
        .sample(key, stage: "seg", Reading(item: "f1", done: 3, total: 10, message: "m", rss: 1, cpu: 2)),
    ]
}()

@Suite struct EventTests {
    @Test(arguments: sampleEvents) func anEventWrittenAndReadIsTheSame(body: EventBody) throws {
        let event = Event(
            run: "r", source: String(repeating: "ab", count: 16), sequence: 5, time: Timestamp(microseconds: 99),
            monotonic: 7, body: body)
        #expect(try Event(line: event.json.bytes) == event)
    }

    @Test func anUnknownKindIsKeptAsItCame() throws {
        let line =
            #"{"v":1,"run":"r","src":"0123456789abcdef0123456789abcdef","seq":1,"t":5,"m":6,"kind":"new.thing","x":[1]}"#
        let event = try Event(line: line.utf8)
        #expect(event.body.kind == "new.thing")
        #expect(event.json.line == line)
    }

    @Test(arguments: [
        ("{}", Event.Refusal.field("v")), (#"{"v":2}"#, .version(2)),
        (#"{"v":1,"run":"r","src":"short"}"#, .field("src")),
    ]) func whatIsNoEventIsRefused(line: String, refusal: Event.Refusal) {
        #expect(throws: refusal) { try Event(line: line.utf8) }
    }
}
