import MusterCore

extension Section {
    /// `retry`.
    static let retry = Section(
        "retry",
        "Which ends of a job's attempts are followed by another one, and what is different then. A cause that is not named ends the job, but `lost` and `node_failed` have three attempts in any case.",
        RetryPolicy.causes.map { cause in
            Key(cause.rawValue, .section(retryRule(cause)), fallback(cause), meaning(cause))
        })

    private static func fallback(_ cause: Outcome) -> String {
        RetryPolicy.standard.rules[cause].map { "{attempts: \($0.attempts)}" } ?? ""
    }

    private static func meaning(_ cause: Outcome) -> String {
        switch cause {
        case .oomHost: "the kernel ended a program for want of host memory"
        case .oomGPU: "the memory of a GPU did not suffice"
        case .timeout: "the job took longer than its `time`, or its allocation ended"
        case .preempted: "the scheduler wanted the nodes for others, and did not start the job again itself"
        case .nodeFailed: "the node went away"
        case .lost: "the agent ended without a word; counted together with `node_failed`"
        case .killed: "a signal that nobody explained ended the program"
        case .partial: "some of the products are missing"
        default: "the program ended with another exit code than 0"
        }
    }

    /// The section for one cause; causes that have the same keys share one.
    private static func retryRule(_ cause: Outcome) -> Section {
        let set = Key(
            "set", .table(.any), "",
            "parameters that change, by name or as `STAGE.KEY`: `/2`, `x2`, or another value; whole numbers stay whole")
        func attempts(_ number: Int) -> Key {
            Key("attempts", .count(1...1000), "\(number)", "the attempts of a job that may end by this cause")
        }
        let usual = RetryPolicy.usualAttempts(cause)
        switch cause {
        case .oomHost:
            return Section(
                "retry-oom_host", "Behind a want of host memory. One of `memory`, `set` and `alone` must be there.",
                [
                    Key("memory", .either([.text, .size]), "", "`x1.5`: so many times as much; or a size"),
                    Key("limit", .size, "what the largest node has", "the most that it is raised to"), set,
                    Key(
                        "alone", .flag, "false",
                        "the agent lets what runs end and goes on with one job at a time, and the job is tried again with nothing beside it"
                    ), attempts(usual),
                ])
        case .oomGPU:
            return Section(
                "retry-oom_gpu", "Behind a want of GPU memory. `set` must be there.", [set, attempts(usual)])
        case .timeout:
            return Section(
                "retry-timeout", "Behind a want of time. One of `time`, `resume` and `set` must be there.",
                [
                    Key("time", .either([.text, .time]), "", "`x2`: so many times as much; or a time"),
                    Key("limit", .time, "the partition's", "the most that it is raised to"),
                    Key(
                        "resume", .flag, "false",
                        "the same again: finished stages are taken over, and `MUSTER_CHECKPOINT` names what it kept, for a stage without `checkpoint` the folder in which the attempt before left its files"
                    ), set, attempts(usual),
                ])
        case .nodeFailed, .lost:
            return Section(
                "retry-node", "Behind the end of a node or an agent.",
                [
                    Key("exclude_node", .flag, "false", "the next attempt is not on that node"), attempts(usual),
                ])
        case .failed:
            return Section(
                "retry-failed", "Behind a failure of the program.",
                [
                    Key(
                        "exit_codes", .either([.count(1...255), .list(.count(1...255))]), "all",
                        "the exit codes that it is about"),
                    set, attempts(usual),
                ])
        case .preempted:
            return Section("retry-preempted", "Behind a preemption.", [attempts(usual)])
        default:
            return Section("retry-again", "The same again.", [attempts(usual)])
        }
    }

    /// `halt`.
    static let halt = Section(
        "halt", "When a run starts nothing more: what runs goes on to its end, all else is held.",
        [
            Key("failed", .text, "", "so large a share of the ended jobs failed for good: `20%` or `0.2`"),
            Key(
                "least", .count(1...Int.max), "\(HaltPolicy.usualLeast)",
                "so many must have failed before the share counts"),
            Key(
                "same_signature", .count(2...Int.max), "",
                "so many jobs failed for good in the same way: outcome, stage, exit and last line, without its numbers and paths"
            ),
        ])
}
