public import MusterCore

/// SplitMix64: the same seed gives the same numbers everywhere.
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    /// Starts the sequence of `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Facts of a run as unfriendly as they come: doubled ends, words of the scheduler before the agent's, equal times,
/// attempts of several restarts, sources that contradict each other.
public struct FactGenerator {
    private var random: SeededGenerator
    private var sequences: [String: Int64] = [:]

    /// Starts the sequence of `seed`.
    public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// The source of that number.
    public static func source(_ number: Int) -> String { String(repeating: "0", count: 31) + "\(number)" }

    /// The next facts.
    public mutating func facts(_ count: Int) -> [Event] { (0..<count).map { _ in fact() } }

    /// The next fact.
    public mutating func fact() -> Event {
        let source = Self.source(Int.random(in: 1...3, using: &random))
        let sequence = sequences[source, default: 0] + 1
        sequences[source] = sequence
        let time = Timestamp(seconds: 1_800_000_000 + Int64.random(in: 0...20, using: &random))
        return Event(
            run: "r", source: source, sequence: sequence, time: time, monotonic: sequence, body: body())
    }

    private mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: values.indices, using: &random)] }

    private mutating func ending() -> Ending {
        let outcome = pick(Outcome.allCases)
        return Ending(
            outcome: outcome, cause: pick([nil, "because"]), exitCode: pick([nil, 0, 1]), duration: pick([1, 2]),
            peakRSS: pick([nil, 1 << 30]), oomKills: pick([0, 0, 0, 1]), tail: pick([nil, "a\r\n\"b\""]))
    }

    private mutating func body() -> EventBody {
        let key = AttemptKey(
            job: pick([0, 1, 2]), generation: pick([0, 1]), element: pick(["7_0", "7_1", "local-1-2"]),
            restart: pick([0, 1]))
        let stage = pick(["one", "two"])
        switch Int.random(in: 0..<15, using: &random) {
        case 0: return .jobStarted(key, node: pick(["n1", "n2"]), slot: pick([0, 1]), folder: "/f")
        case 1: return .jobEnded(key, ending(), superseded: pick([true, false, false]))
        case 2: return .stageStarted(key, stage: stage, pid: 5)
        case 3: return .stageEnded(key, stage: stage, ending(), reused: pick([true, false]))
        case 4: return .oom(key, stage: stage, kills: pick([1, 2]), limit: pick([nil, 1 << 30]))
        case 5, 6:
            let state = pick(["RUNNING", "TIMEOUT", "OUT_OF_MEMORY", "FAILED", "CANCELLED by 7", "NODE_FAIL"])
            return .scheduler(
                element: key.element, restart: key.restart, state: state, exit: "0:9", ended: state != "RUNNING")
        case 7:
            return .agentStarted(
                node: "n1", lane: "n1.0", element: key.element, restart: key.restart, slots: 1, details: .object([]))
        case 8: return .submitting(token: pick(["a", "b"]), elements: 2)
        case 9: return .submitted(token: pick(["a", "b"]), schedulerID: pick(["7", "8"]))
        case 10:
            return pick([
                .cancelRequested(jobs: pick([[key.job], [], [0, 1]])), .jobCached(job: 2), .runEnded,
                .retryRequested(
                    jobs: [key.job], Ask(generation: pick([1, 2]), memory: pick([nil, ByteCount(1 << 20)]))),
                .jobsHeld(jobs: pick([[], [key.job]])), .jobsReleased(jobs: pick([[], [key.job]])),
                .runThrottled(limit: pick([0, 3])),
            ])
        case 12: return .jobRetried(key, why: pick(["lost", "oom_host: alone"]), set: [])
        case 13:
            return pick([
                .runHalted(reason: pick(["one", "two"])), .runLifted, .notified(about: pick(["done@1", "oom"])),
                .nodeSick(node: pick(["n1", "n2"]), reason: pick(["one", "two"])),
                .codeChanged(
                    node: pick(["n1", "n2"]),
                    CodeChange(path: "/p/run", stages: ["one"], was: "a", now: pick(["a", "b", nil]))),
            ])
        case 11: return .schedulerCalls([.init("sbatch", .int(pick([1, 2])))])
        default:
            return pick([
                .unknown(kind: "later", json: .object([.init("kind", "later"), .init("x", 1)])),
                .agentEnded(reason: "idle"),
            ])
        }
    }
}
