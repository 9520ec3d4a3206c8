import Testing

@testable import MusterCore

/// One job of a run, its attempts, and what is to be expected of it.
private struct Course {
    var plan = RunPlan(
        run: "r", sweep: "s", cluster: "c", fingerprint: "",
        stages: [StageSpec(name: "seg", command: .shell("x"), parameters: [.init("tile", 512)])],
        resources: Resources(memory: ByteCount(4 << 30), time: WallTime(seconds: 3600)), slots: 2, jobCount: 1,
        outputRoot: "/o", arrays: [3])
    var values: [JSON.Member] = [.init("batch_size", 16)]
    /// Outcome and exit code of each attempt, each of the next generation.
    var ends: [(Outcome, Int?)] = []
    /// Whether the last element has ended for good.
    var hasEnded = false
    private(set) var blocks = [Block(id: "g0-00000", generation: 0, jobs: [0])]

    init(_ cause: Outcome? = nil, _ rule: RetryPolicy.Rule? = nil) {
        if let cause { plan.retry.rules[cause] = rule }
    }

    var situation: Steward.Situation {
        var state = RunState()
        var sequence: Int64 = 0
        func tell(_ body: EventBody) {
            sequence += 1
            state.apply(
                Event(
                    run: "r", source: String(repeating: "a", count: 32), sequence: sequence,
                    time: Timestamp(seconds: sequence), monotonic: sequence, body: body))
        }
        for (generation, end) in ends.enumerated() {
            let key = AttemptKey(job: 0, generation: generation, element: "7_\(generation)", restart: 0)
            tell(.jobStarted(key, node: "n\(generation)", slot: 0, folder: "/f"))
            let isLast = generation == ends.count - 1
            switch end.0 {
            case .lost, .nodeFailed, .preempted:
                let word = ["lost": "FAILED", "node_failed": "NODE_FAIL", "preempted": "PREEMPTED"][end.0.rawValue]
                if !isLast || hasEnded {
                    tell(.scheduler(element: key.element, restart: 0, state: word ?? "", exit: "", ended: true))
                } else {
                    tell(.jobEnded(key, Ending(outcome: end.0), superseded: false))
                }
            default: tell(.jobEnded(key, Ending(outcome: end.0, exitCode: end.1), superseded: false))
            }
        }
        let holders = Dictionary(uniqueKeysWithValues: blocks.map { ($0.id, "7_\($0.generation)") })
        return Steward.Situation(
            state: state, plan: plan, rows: [Steward.Row(index: 0, id: "a", values: values)], blocks: blocks,
            holders: holders, ended: state.endedElements)
    }

    var outlook: Steward.Outlook { Steward.outlook(of: situation.rows[0], in: situation) }

    /// The job ends so, and what is owed to it is handed out; the words of that, nil when there is no further attempt.
    mutating func end(_ outcome: Outcome, exit: Int? = nil) throws -> String? {
        ends.append((outcome, exit))
        let decision = Steward.decide(situation)
        guard let made = Steward.generation(decision.handouts, in: situation) else { return nil }
        // What is written down and read again decides the same.
        plan = plan.extended(
            by: try made.lines.compactMap { try SizeClass.numbered(JSON(parsing: $0.line)) })
        let read = try made.lines.compactMap { try Block(json: JSON(parsing: $0.line)) }
        #expect(read == made.blocks && read.count == 1 && made.number == ends.count)
        blocks += read
        #expect(outlook == .open, "what is handed out is not owed again")
        #expect(Steward.decide(situation).handouts.isEmpty)
        return read[0].terms.why
    }

    var last: Block { blocks[blocks.count - 1] }
}

private func rule(_ attempts: Int, _ change: (inout RetryPolicy.Rule) -> Void = { _ in }) -> RetryPolicy.Rule {
    var rule = RetryPolicy.Rule(attempts: attempts)
    change(&rule)
    return rule
}

@Suite struct RetryTests {
    @Test func memoryIsRaisedToItsLimitAndNoFurther() throws {
        var course = Course(
            .oomHost,
            rule(9) {
                $0.memory = .times(1.5)
                $0.memoryLimit = ByteCount(10 << 30)
            })
        #expect(try course.end(.oomHost) == "oom_host: memory 4 GiB -> 6 GiB")
        #expect(try course.end(.oomHost) == "oom_host: memory 6 GiB -> 9 GiB")
        #expect(try course.end(.oomHost) == "oom_host: memory 9 GiB -> 10 GiB")
        #expect(try course.end(.oomHost) == nil)
        #expect(course.outlook == .closed("memory is at its limit, 10 GiB"))
        #expect(course.plan.classes.compactMap { $0.resources.memory?.bytes }.map { $0 >> 30 } == [4, 6, 9, 10])
        let request = try #require(ElementRequest(course.plan, size: 1))
        #expect(request.memory == ByteCount(12 << 30) && request.words == ["--size", "1", "--slots", "2"])
        #expect(ElementRequest(course.plan, size: 0) == nil)
    }

    @Test func noMoreIsAskedThanThePlaceCarries() throws {
        var course = Course(.oomHost, rule(9) { $0.memory = .times(2) })
        course.plan.most.memory = ByteCount(7 << 30)
        #expect(try course.end(.oomHost) == "oom_host: memory 4 GiB -> 7 GiB")
        #expect(course.plan[1].slots == 1, "two of them do not fit side by side any more")
        #expect(try course.end(.oomHost) == nil)
        #expect(course.outlook == .closed("memory is 7 GiB, and the place carries 7 GiB at most"))
    }

    @Test func timeIsRaisedAndTheElementLastsLonger() throws {
        var course = Course(.timeout, rule(3) { $0.time = .times(2) })
        course.plan.most.time = WallTime(seconds: 8000)
        #expect(try course.end(.timeout) == "timeout: time 01:00:00 -> 02:00:00")
        #expect(course.plan[1].elementTime == WallTime(seconds: 8000))
        #expect(try course.end(.timeout) == "timeout: time 02:00:00 -> 02:13:20")
        #expect(try course.end(.timeout) == nil, "the third attempt is the last")
        #expect(course.outlook == .closed("it has ended as timeout 3 times"))
    }

    @Test func parametersChangeFromAttemptToAttempt() throws {
        var course = Course(
            .oomGPU,
            rule(9) { $0.set = [.init("batch_size", .over(2)), .init("seg.tile", .to(256))] })
        #expect(try course.end(.oomGPU) == "oom_gpu: batch_size 16 -> 8, seg.tile 512 -> 256")
        #expect(try course.end(.oomGPU) == "oom_gpu: batch_size 8 -> 4")
        #expect(course.last.terms.set == [.init("seg.tile", 256), .init("batch_size", 4)])
        for size in ["2", "1"] { #expect(try course.end(.oomGPU)?.hasSuffix("-> \(size)") == true) }
        #expect(try course.end(.oomGPU) == nil)
        #expect(course.outlook == .closed("batch_size stays 1, seg.tile stays 256"))
        #expect(course.last.size == 0, "the size stays")
        let row = JobRow(
            index: 0, id: "a", scene: Scene(name: "a", path: "/a"), point: Point(id: "p", values: course.values),
            output: "/o", key: "k")
        #expect(
            row.changed(by: course.last.terms.set).point.values == [.init("batch_size", 1), .init("seg.tile", 256)])
    }

    @Test func aJobThatRanAloneAlreadyIsNotRepeatedAlone() throws {
        var course = Course(.oomHost, rule(9) { $0.runsAlone = true })
        #expect(try course.end(.oomHost) == "oom_host: alone")
        #expect(course.last.terms.isAlone)
        #expect(try course.end(.oomHost) == nil)
        #expect(course.outlook == .closed("nothing ran beside it"))
    }

    @Test func theSameRequestIsNeverRepeatedBehindAWantOfMemory() throws {
        var course = Course(.oomHost, rule(9) { $0.memory = .times(2) })
        course.plan.classes[0].resources.memory = nil
        #expect(try course.end(.oomHost) == nil)
        #expect(course.outlook == .closed("it asks for no memory that could be raised"))
    }

    @Test func anExitCodeMayBeForgiven() throws {
        var course = Course(.failed, rule(2) { $0.exitCodes = [75] })
        #expect(try course.end(.failed, exit: 75) == "failed")
        #expect(try course.end(.failed, exit: 75) == nil)
        var other = Course(.failed, rule(2) { $0.exitCodes = [75] })
        #expect(try other.end(.failed, exit: 1) == nil)
        #expect(other.outlook == .closed(nil))
    }

    @Test func aNodeThatFailedIsAvoided() throws {
        var course = Course(.nodeFailed, rule(3) { $0.excludesNode = true })
        course.plan.exclude = "bad[1-3]"
        course.hasEnded = true
        #expect(try course.end(.nodeFailed) == "node_failed: not on n0")
        #expect(try course.end(.nodeFailed) == "node_failed: not on n1")
        #expect(course.last.terms.avoid == ["n0", "n1"] && course.plan[course.last.size].avoid == ["n0", "n1"])
        #expect(ElementRequest(course.plan, size: course.last.size)?.exclude == "bad[1-3],n0,n1")
    }

    @Test func aNameWithoutARuleEndsTheJob() throws {
        for cause in RetryPolicy.causes where ![.lost, .nodeFailed, .preempted].contains(cause) {
            var course = Course()
            #expect(try course.end(cause) == nil)
            #expect(course.outlook == .closed(nil), "\(cause)")
        }
    }

    @Test func whatTheSchedulerMayStartAgainIsNotHandedOut() throws {
        for cause in [Outcome.preempted, .lost, .nodeFailed] {
            var course = Course(cause, rule(3))
            course.ends = [(cause, nil)]
            #expect(course.outlook == .open && Steward.decide(course.situation).handouts.isEmpty, "\(cause)")
            course.hasEnded = true
            #expect(Steward.decide(course.situation).handouts.count == 1, "\(cause)")
        }
    }

    @Test func deadAgentsAndNodesAreCountedTogether() throws {
        var course = Course()
        course.hasEnded = true
        #expect(try course.end(.lost) == "lost")
        #expect(try course.end(.nodeFailed) == "node_failed")
        #expect(try course.end(.lost) == nil)
    }

    @Test func otherCausesCountForThemselvesAndAllAreBounded() throws {
        var course = Course(.oomGPU, rule(2) { $0.set = [.init("batch_size", .over(2))] })
        course.plan.retry.rules[.failed] = rule(2)
        #expect(try course.end(.oomGPU) != nil)
        #expect(try course.end(.failed, exit: 1) == "failed")
        #expect(course.last.terms.set == [.init("batch_size", 8)], "what an earlier retry changed stays")
        #expect(try course.end(.oomGPU) == nil)
    }

    @Test func resumingRepeatsTheSameRequest() throws {
        var course = Course(.timeout, rule(3) { $0.resumes = true })
        #expect(try course.end(.timeout) == "timeout: resumed")
        #expect(course.last.terms.resumes && course.last.size == 0)
        #expect(try course.end(.timeout) == "timeout: resumed")
    }

    @Test func aHaltedRunHandsNothingOut() throws {
        var course = Course(.failed, rule(2))
        course.ends = [(.failed, 1)]
        var situation = course.situation
        #expect(!Steward.decide(situation).handouts.isEmpty)
        func fact(_ body: EventBody, _ sequence: Int64) -> Event {
            Event(
                run: "r", source: String(repeating: "b", count: 32), sequence: sequence,
                time: Timestamp(seconds: 100 + sequence), monotonic: 0, body: body)
        }
        situation.state.apply(fact(.runHalted(reason: "why"), 1))
        #expect(situation.state.halt?.reason == "why" && Steward.decide(situation).handouts.isEmpty)
        situation.state.apply(fact(.runLifted, 2))
        #expect(situation.state.halt == nil && !Steward.decide(situation).handouts.isEmpty)
    }

    @Test(
        arguments: [
            ("x1.5", .int(4), .int(6)), ("x1.5", .double(0.1), .double(0.15000000000000002)), ("/2", .int(5), .int(2)),
            ("/2", .int(1), .int(1)), ("/4", .double(1), .double(0.25)), ("x2", "word", nil),
            ("/3", .int(-9), .int(-3)),
        ] as [(String, JSON, JSON?)]) func factors(text: String, old: JSON, new: JSON?)
        throws
    {
        let change = try #require(Adjustment(factor: text))
        #expect(change.applied(to: old) == new)
        #expect(change.text == text && Adjustment(json: change.json) == change)
    }

    @Test(arguments: ["x", "x0", "/0", "x-1", "/-2", "2", "xyz", "", "xinf", "xnan"]) func noFactors(text: String) {
        #expect(Adjustment(factor: text) == nil)
    }
}

@Suite struct StewardsTogetherTests {
    private let plan: RunPlan = {
        var plan = RunPlan(
            run: "r", sweep: "s", cluster: "c", fingerprint: "", stages: [],
            resources: Resources(memory: ByteCount(1 << 30)), slots: 1, jobCount: 6, outputRoot: "/o", arrays: [2])
        plan.retry.rules[.oomHost] = {
            var rule = RetryPolicy.Rule(attempts: 3)
            rule.memory = .times(2)
            return rule
        }()
        plan.retry.rules[.failed] = RetryPolicy.Rule(attempts: 2)
        return plan
    }()

    private func situation(_ ends: [(Int, Outcome)], submissions: [EventBody] = []) -> Steward.Situation {
        var state = RunState()
        let bodies =
            submissions
            + ends.map { job, outcome in
                .jobEnded(
                    AttemptKey(job: job, generation: 0, element: "7_0", restart: 0), Ending(outcome: outcome),
                    superseded: false)
            }
        for (number, body) in bodies.enumerated() {
            state.apply(
                Event(
                    run: "r", source: String(repeating: "a", count: 32), sequence: Int64(number) + 1,
                    time: Timestamp(seconds: Int64(number)), monotonic: 0, body: body))
        }
        return Steward.Situation(
            state: state, plan: plan, rows: (0..<6).map { Steward.Row(index: $0) },
            blocks: [Block(id: "g0-00000", generation: 0, jobs: Array(0..<6))], holders: ["g0-00000": "7_0"])
    }

    @Test func equalChangesShareBlocksAndTheSameFactsMakeTheSameGeneration() throws {
        let ends: [(Int, Outcome)] = [(0, .oomHost), (1, .failed), (2, .succeeded), (3, .oomHost), (4, .failed)]
        let first = try #require(
            Steward.generation(Steward.decide(situation(ends)).handouts, in: situation(ends)))
        #expect(first.blocks.map(\.jobs) == [[1], [4], [0], [3]])
        #expect(first.blocks.map(\.size) == [0, 0, 1, 1])
        #expect(first.blocks.map(\.id) == ["g1-00000", "g1-00001", "g1-00002", "g1-00003"])
        #expect(first.classes.count == 1 && first.firstClass == 1 && first.classes[0].base == 0)
        let second = Steward.generation(
            Steward.decide(situation(ends.reversed())).handouts, in: situation(ends.reversed()))
        #expect(second == first)
    }

    @Test func whatNobodyAtWorkCarriesIsStarved() throws {
        let token = SubmissionToken.make(run: "r", round: 0, part: 0)
        let submitted: [EventBody] = [
            .submitting(token: token, elements: 2), .submitted(token: token, schedulerID: "7"),
        ]
        var now = situation([(0, .oomHost), (1, .failed)], submissions: submitted)
        let made = try #require(Steward.generation(Steward.decide(now).handouts, in: now))
        now = Steward.Situation(
            state: now.state, plan: plan.extended(by: made.classes.enumerated().map { (1 + $0, $1) }), rows: now.rows,
            blocks: now.blocks + made.blocks, holders: now.holders)
        #expect(Steward.starved(now).map(\.jobs) == [[0]], "elements of the first size draw the other")
        let later = SubmissionToken.make(run: "r", round: 1, part: 1)
        func tell(_ body: EventBody, _ sequence: Int64) {
            now.state.apply(
                Event(
                    run: "r", source: String(repeating: "c", count: 32), sequence: sequence,
                    time: Timestamp(seconds: 50), monotonic: 0, body: body))
        }
        tell(.submitting(token: later, elements: 1), 1)
        tell(.submitted(token: later, schedulerID: "8"), 2)
        #expect(Steward.starved(now).isEmpty, "an element that carries it waits or runs")
        tell(.scheduler(element: "8_0", restart: 0, state: "FAILED", exit: "", ended: true), 3)
        #expect(Steward.starved(now).map(\.jobs) == [[0]])
    }

    @Test func anElementOfOneBlockDrawsNoOther() throws {
        let token = SubmissionToken.make(run: "r", round: 0, part: 0)
        var bodies: [EventBody] = [.submitting(token: token, elements: 2), .submitted(token: token, schedulerID: "7")]
        func starved(_ bodies: [EventBody], blocksPerAgent: Int?) -> [[Int]] {
            let before = situation([(0, .failed)], submissions: bodies)
            var plan = plan
            plan.blocksPerAgent = blocksPerAgent
            let blocks = [
                Block(id: "g0-00000", generation: 0, jobs: [0]), Block(id: "g0-00001", generation: 0, jobs: [1]),
                Block(id: "g1-00000", generation: 1, jobs: [0]),
            ]
            return Steward.starved(
                Steward.Situation(
                    state: before.state, plan: plan, rows: before.rows, blocks: blocks, holders: ["g0-00000": "7_0"])
            ).map(\.jobs)
        }
        func agent(_ element: String) -> EventBody {
            .agentStarted(node: "n", lane: "n.0", element: element, restart: 0, slots: 1, details: .null)
        }
        bodies.append(agent("7_0"))
        #expect(starved(bodies, blocksPerAgent: 1) == [[0]], "the one that has not started draws the first block")
        #expect(starved(bodies, blocksPerAgent: 2) == [] && starved(bodies, blocksPerAgent: nil) == [])
    }

    @Test func aPlanComesBackFromItsText() throws {
        var plan = plan
        plan.halt = HaltPolicy(failed: 0.2, sameSignature: 10)
        plan.canaries = 2
        plan.most = Ceiling(memory: ByteCount(5), time: WallTime(seconds: 6))
        plan.exclude = "n1"
        plan.retry.rules[.timeout] = {
            var rule = RetryPolicy.Rule(attempts: 4)
            (rule.time, rule.timeLimit, rule.resumes) = (.to(.int(9)), WallTime(seconds: 10), true)
            rule.set = [.init("a", .to("x"))]
            return rule
        }()
        #expect(RunPlan(json: try JSON(parsing: plan.json.line)) == plan)
        #expect(RunPlan(json: try JSON(parsing: self.plan.json.line))?.retry == self.plan.retry)
    }
}
