/// Something that a person may do next: a sentence, with what to type or to write for it.
public struct Advice: Equatable, Sendable {
    /// What to do, and what for.
    public var words: String
    /// Lines of a config that do it; empty where none are needed.
    public var lines: [String]
    /// A command that does it.
    public var command: String?

    /// Describes it.
    public init(_ words: String, lines: [String] = [], command: String? = nil) {
        (self.words, self.lines, self.command) = (words, lines, command)
    }

    /// `{"words","config","command"}`.
    public var json: JSON {
        .object([
            "words": .string(words), "config": .strings(lines), "command": .known(command),
        ])
    }

    /// What commands are about.
    public struct Subject: Sendable {
        /// The run, the path of its config, its cluster.
        public var run: String, config: String, cluster: String
        /// What the job asked for.
        public var asked: Resources
        /// What its run does behind an end.
        public var retry: RetryPolicy
        /// Stages that tell of checkpoints.
        public var checkpoints: Set<String> = []

        /// Gathers what is known.
        public init(run: String, config: String?, cluster: String, asked: Resources, retry: RetryPolicy) {
            (self.run, self.config, self.cluster) = (run, config ?? "CONFIG", cluster)
            (self.asked, self.retry) = (asked, retry)
        }

        /// `muster VERB CONFIG [--cluster NAME] WORDS`.
        func command(_ verb: String, _ words: [String] = []) -> String {
            let config = config == "CONFIG" ? config : ShellWord.quote(config)
            let cluster = cluster.isEmpty || cluster == "local" ? [] : ["--cluster", ShellWord.quote(cluster)]
            return (["muster", verb, config] + cluster + words).joined(separator: " ")
        }
    }
}

/// What to do behind a failure.
extension Advice {
    /// How many times as much is asked for behind a want of it.
    static let raise = 1.5

    /// By how it ended: what to ask for, what to mend, and what to look at.
    public static func behind(_ failure: Failure, _ subject: Subject) -> [Advice] {
        switch failure.ending.outcome {
        case .oomHost: memory(failure, subject)
        case .oomGPU: gpuMemory(failure, subject)
        case .timeout: time(failure, subject)
        case .failed:
            [126, 127].contains(failure.ending.exitCode) ? start(failure, subject) : program(failure, subject)
        case .killed: killed(failure, subject)
        case .preempted: preempted(failure, subject)
        case .nodeFailed, .lost: node(failure, subject)
        case .partial: partial(failure, subject)
        case .cancelled:
            [Advice("it was asked to end; what is not published runs again with", command: subject.command("run"))]
        case .succeeded: []
        }
    }

    private static func memory(_ failure: Failure, _ subject: Subject) -> [Advice] {
        let had = [failure.ending.memoryLimit, failure.ending.peakRSS, subject.asked.memory?.bytes].compactMap(\.self)
        // Of what asked for more already, the next step is behind that.
        guard let most = had.max() else { return program(failure, subject) }
        let next = Amounts.text(Amounts.memory(atLeast: Double(most) * raise))
        var advice = [
            Advice(
                "ask for more memory, and run what is not published again",
                command: subject.command("run", ["--set", "resources.memory=\(next)"]))
        ]
        if subject.retry.rules[.oomHost] == nil {
            advice.append(
                Advice(
                    "or have such jobs tried again with more by themselves; in the config",
                    lines: ["retry:", "  oom_host: {memory: x1.5, attempts: 3}"]))
        }
        return advice
    }

    private static func gpuMemory(_ failure: Failure, _ subject: Subject) -> [Advice] {
        var advice: [Advice] = []
        if subject.asked.sharing > 1 || subject.asked.gpuMemory == nil {
            let need =
                (failure.ending.peakGPU).map { Amounts.text(Amounts.memory(atLeast: Double($0) * 1.1)) } ?? "SIZE"
            advice.append(
                Advice(
                    "where others use the same GPU, have each job wait until as much as it needs is free",
                    command: subject.command("run", ["--set", "resources.gpu_memory=\(need)"])))
        }
        if subject.retry.rules[.oomGPU] == nil {
            let stage = failure.stage.isEmpty ? "STAGE" : failure.stage
            advice.append(
                Advice(
                    "or have such jobs tried again with a smaller batch, under the name that the stage has for it; in the config",
                    lines: ["retry:", "  oom_gpu: {set: {\(stage).batch_size: /2}, attempts: 3}"]))
        }
        return advice + program(failure, subject)
    }

    private static func time(_ failure: Failure, _ subject: Subject) -> [Advice] {
        let had = max(Double(failure.ending.duration) / 1e6, Double(subject.asked.time?.seconds ?? 0))
        let next = Amounts.text(Amounts.time(atLeast: had * raise))
        var advice = [
            Advice(
                "ask for more time, and run what is not published again",
                command: subject.command("run", ["--set", "resources.time=\(next)"]))
        ]
        if subject.retry.rules[.timeout] == nil {
            let resumes = subject.checkpoints.contains(failure.stage)
            advice.append(
                Advice(
                    resumes
                        ? "or have such jobs go on from their checkpoints by themselves; in the config"
                        : "or have such jobs tried again with more by themselves; in the config",
                    lines: ["retry:", resumes ? "  timeout: {resume: true}" : "  timeout: {time: x2, attempts: 3}"]))
        }
        return advice
    }

    private static func start(_ failure: Failure, _ subject: Subject) -> [Advice] {
        [
            Advice(
                "the program was not found, or may not be started, there; see what each stage needs",
                command: subject.command("check"))
        ] + program(failure, subject)
    }

    private static func program(_ failure: Failure, _ subject: Subject) -> [Advice] {
        let stage = failure.stage.isEmpty ? [] : ["--stage", ShellWord.quote(failure.stage)]
        let look = ["muster logs", ShellWord.quote(failure.job), "--run", ShellWord.quote(subject.run)] + stage
        return [
            Advice("read all that it wrote", command: look.joined(separator: " ")),
            Advice("once it is mended, run what is not published again", command: subject.command("run")),
        ]
    }

    private static func killed(_ failure: Failure, _ subject: Subject) -> [Advice] {
        switch failure.ending.signal {
        case 9:
            [
                Advice(
                    "nobody told who killed it: somebody's kill -9, or a want of memory outside of the job's own control group; see the node's log"
                )
            ] + program(failure, subject)
        case 4, 6, 7, 8, 11:
            [
                Advice(
                    "the program itself broke: run its stage by hand on the same scene, and look whether its libraries fit the node"
                )
            ] + program(failure, subject)
        default: program(failure, subject)
        }
    }

    private static func preempted(_ failure: Failure, _ subject: Subject) -> [Advice] {
        var advice: [Advice] = []
        if subject.retry.rules[.preempted] == nil {
            advice.append(
                Advice(
                    "have such jobs tried again by themselves; in the config",
                    lines: ["retry:", "  preempted: {attempts: 10}"]))
        }
        return advice + [Advice("run what is not published again", command: subject.command("run"))]
    }

    private static func node(_ failure: Failure, _ subject: Subject) -> [Advice] {
        let place = subject.cluster.isEmpty || subject.cluster == "local" ? nil : ShellWord.quote(subject.cluster)
        return [
            place.map { Advice("see whether the site is well", command: "muster doctor \($0)") },
            Advice(
                "its steward tries it again while attempts are left; after that run what is not published again",
                command: subject.command("run")),
        ].compactMap(\.self)
    }

    private static func partial(_ failure: Failure, _ subject: Subject) -> [Advice] {
        var advice = Array(program(failure, subject).prefix(1))
        if subject.retry.rules[.partial] == nil {
            advice.append(
                Advice(
                    "have what is missing tried again by itself; in the config",
                    lines: ["retry:", "  partial: {attempts: 2}"]))
        }
        return advice + [Advice("only the items that are missing run again with", command: subject.command("run"))]
    }
}
