import MusterCore
import Testing

private func process(_ pid: Int, boot: String = "b", machine: String = "m", space: String = "s") -> ProcessIdentity {
    ProcessIdentity(machine: machine, boot: boot, space: space, pid: pid, start: 100)
}

private func holder(
    _ element: String, restart: Int = 0, source: String = "other", process: ProcessIdentity? = nil
) -> ClaimHolder {
    ClaimHolder(element: element, restart: restart, source: source, node: "n", lane: "n.0", process: process)
}

@Suite struct ClaimsTests {
    @Test func `a block without a claim is free`() {
        #expect(Claims.decide(level: nil, holder: nil, me: holder("7_1")) { _ in true } == .free)
    }

    @Test func `a claim that can't be read is somebody's`() {
        #expect(Claims.decide(level: 0, holder: nil, me: holder("7_1")) { _ in true } == .taken)
    }

    @Test(arguments: [
        ("7_1", 0, "7_1", 1, Claims.Decision.takeOver(level: 1)), ("7_1", 1, "7_1", 3, .takeOver(level: 3)),
        ("7_1", 1, "7_1", 1, .taken), ("7_1", 2, "7_1", 1, .taken), ("7_2", 0, "7_1", 1, .taken),
        ("local-1-2", 0, "7_1", 1, .taken), ("7_1", 0, "local-1-2", 0, .taken),
    ])
    func `only the same element with a higher restart count takes over`(
        held: String, heldRestart: Int, mine: String, restart: Int, expected: Claims.Decision
    ) {
        let decision = Claims.decide(
            level: heldRestart, holder: holder(held, restart: heldRestart, process: process(5)),
            me: holder(mine, restart: restart, source: "me", process: process(6))
        ) { _ in true }
        #expect(decision == expected)
    }

    @Test func `a local holder is followed only when its process is gone`() {
        let (dead, me) = (holder("local-5-100", process: process(5)), holder("local-6-1", source: "me"))
        #expect(Claims.decide(level: 2, holder: dead, me: me) { $0.pid == 5 } == .takeOver(level: 3))
        #expect(Claims.decide(level: 2, holder: dead, me: me) { _ in false } == .taken)
        #expect(Claims.decide(level: 2, holder: holder("local-5-100"), me: me) { _ in true } == .taken)
    }

    @Test func `a process is gone when its number is free or given again or the machine was booted anew`() {
        let me = process(9)
        #expect(process(5).isGone(observer: me) { _ in nil })
        #expect(process(5).isGone(observer: me) { _ in 101 })
        #expect(!process(5).isGone(observer: me) { _ in 100 })
        #expect(process(5, boot: "a").isGone(observer: me) { _ in 100 })
        #expect(!process(5, machine: "x").isGone(observer: me) { _ in nil })
        #expect(!process(5, space: "x").isGone(observer: me) { _ in nil })
    }

    @Test(arguments: [
        ("g0-00001", "g0-00001", 0), ("g0-00001+2", "g0-00001", 2), (".source", nil, 0), ("g0+x", nil, 0),
        ("g0+0", nil, 0),
    ])
    func `names of claims are taken apart`(name: String, block: String?, level: Int) {
        let claim = Claims.parse(fileName: name)
        #expect(claim?.block == block)
        if block != nil { #expect(claim?.level == level) }
    }

    @Test func `a holder comes back from its text`() throws {
        let before = holder("7_1", restart: 2, process: process(5))
        #expect(ClaimHolder(json: try JSON(parsing: before.json.line)) == before)
    }

    @Test func `jobs that ended are settled and those that were stopped are not`() {
        let source = String(repeating: "a", count: 32)
        func line(_ body: EventBody, _ sequence: Int64, source: String) -> [UInt8] {
            Event(run: "r", source: source, sequence: sequence, time: .init(seconds: 1), monotonic: 0, body: body).json
                .bytes
        }
        func end(_ job: Int, _ outcome: Outcome, generation: Int = 0) -> EventBody {
            let key = AttemptKey(job: job, generation: generation, element: "7_1", restart: 0)
            return .jobEnded(key, Ending(outcome: outcome), superseded: false)
        }
        let lines = [
            line(end(0, .succeeded), 1, source: source), line(end(1, .failed), 2, source: source),
            line(end(2, .cancelled), 3, source: source), line(end(3, .timeout), 4, source: source),
            line(.jobCached(job: 4), 5, source: source), line(end(5, .succeeded, generation: 1), 6, source: source),
            line(end(6, .succeeded), 1, source: String(repeating: "b", count: 32)), Array("{\"torn".utf8),
        ]
        #expect(Claims.settledJobs(in: lines, sources: [source], generation: 0) == [0, 1, 3, 4])
    }
}

@Suite struct GPUShareTests {
    @Test func `slots see neighbouring tokens as they were given`() {
        let tokens = GPUShare.tokens("3, GPU-8f,MIG-1/2/0,5")
        #expect(tokens == ["3", "GPU-8f", "MIG-1/2/0", "5"])
        #expect(GPUShare.share(slot: 1, perJob: 2, tokens: tokens) == "MIG-1/2/0,5")
        #expect(GPUShare.share(slot: 0, perJob: 0, tokens: tokens) == nil)
    }

    @Test func `there are no more slots than GPUs carry`() {
        #expect(GPUShare.slots(wanted: 4, perJob: 2, tokens: ["0", "1", "2"]) == 1)
        #expect(GPUShare.slots(wanted: 4, perJob: 1, tokens: ["0", "1", "2"]) == 3)
        #expect(GPUShare.slots(wanted: 4, perJob: 1, tokens: nil) == 4)
        #expect(GPUShare.slots(wanted: 4, perJob: 0, tokens: []) == 4)
    }
}
