import MusterCore

/// A run's report as a document.
struct ReportDocument {
    let report: RunReport
    private(set) var document: Document

    init(_ report: RunReport) {
        self.report = report
        document = Document(title: "\(report.run) on \(report.cluster)")
        summary()
        code()
        failures()
        times()
        efficiency()
        requests()
        gpus()
        extremes()
        costs()
    }

    private mutating func summary() {
        var words = ["Sweep \(report.sweep)"]
        if let started = report.started { words.append("begun \(started.short)") }
        if let started = report.started, let ended = report.ended {
            words.append("over \(ended.short)")
            words.append("\(Self.time(Double(ended.microseconds - started.microseconds) / 1e6)) in all")
        } else {
            words.append("not over yet")
        }
        document.say(words.joined(separator: ", ") + ".")
        document.heading("Outcomes")
        document.table(
            ["outcome", "jobs", "share"],
            report.standings.map { count in
                [count.word, "\(count.count)", Self.percent(Double(count.count) / Double(max(1, report.jobs)) * 100)]
            } + [["all", "\(report.jobs)", ""]], right: [1, 2])
        guard !report.retries.isEmpty else { return }
        let further = report.retries.reduce(0) { $0 + $1.count }
        document.say("\(further) of \(report.attempts) attempts were further ones behind an end:")
        document.table(["why", "attempts"], report.retries.map { [$0.word, "\($0.count)"] }, right: [1])
    }

    private mutating func code() {
        guard !report.code.isEmpty else { return }
        document.heading("Code that changed while the run went on")
        document.table(
            ["file", "first seen", "nodes", "was", "is"],
            report.code.map { told in
                [
                    told.change.path, told.time.short, told.nodes.joined(separator: ", "),
                    String(told.change.was.prefix(12)), told.change.now.map { String($0.prefix(12)) } ?? "missing",
                ]
            })
        document.say("\(report.jobsOfChangedCode) of \(report.jobs) jobs ran changed code.")
    }

    private mutating func failures() {
        guard !report.failures.isEmpty else { return }
        document.heading("Failures by what they have in common")
        document.table(
            ["jobs", "outcome", "stage", "exit", "line", "for example", "nodes"],
            report.failures.map { group in
                let signature = group.signature
                return [
                    "\(group.failures.count)", signature.outcome.rawValue, signature.stage, signature.exit,
                    signature.line, group.example.job, Self.nodes(group),
                ]
            }, right: [0])
        document.say("Why, and what to do:")
        document.code(["muster explain \(ShellWord.quote(report.run))"])
    }

    static func nodes(_ group: FailureGroup) -> String {
        let shown = group.nodes.prefix(4).map { "\($0.name) (\($0.count))" }
        let rest = group.nodes.count - shown.count
        return (shown + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: ", ")
    }

    private mutating func times() {
        guard report.durations != nil || report.stages.contains(where: { $0.time != nil }) else { return }
        document.heading("Durations")
        var rows: [[String]] = []
        if let all = report.durations { rows.append(["a whole job", "\(all.count)"] + Self.times(all) + [""]) }
        for stage in report.stages {
            guard let time = stage.time else { continue }
            rows.append(
                ["stage \(stage.name)", "\(time.count)"] + Self.times(time)
                    + [stage.memory.map { Self.size($0.most) } ?? ""])
        }
        document.table(
            ["", "succeeded", "median", "90 % within", "longest", "most memory"], rows, right: [1, 2, 3, 4, 5])
    }

    private mutating func extremes() {
        let slow = report.slowest.map {
            [$0.id, Self.time($0.last?.seconds ?? 0), "\($0.standing)", "\($0.attempts.count)"]
        }
        if !slow.isEmpty { document.heading("Slowest jobs") }
        document.table(["job", "duration", "outcome", "attempts"], slow, right: [1, 3])
        let large = report.largest.map { job in
            [job.id, Self.size(job.attempts.compactMap(\.memory).max() ?? 0), "\(job.standing)"]
        }
        if !large.isEmpty { document.heading("Jobs with most memory") }
        document.table(["job", "memory", "outcome"], large, right: [1])
    }

    private mutating func costs() {
        guard !report.calls.isEmpty else { return }
        document.heading("Scheduler calls")
        document.table(["program", "calls"], report.calls.map { [$0.word, "\($0.count)"] }, right: [1])
    }
}

/// What was asked for and what was used.
extension ReportDocument {
    private mutating func efficiency() {
        guard !report.sizes.isEmpty else { return }
        document.heading("Asked and used")
        var rows: [[String]] = []
        for size in report.sizes {
            let name = Self.name(size, of: report)
            let asked = size.asked
            func row(_ what: String, _ asked: String?, _ used: Spread?, _ share: Double?, _ text: (Double) -> String) {
                guard let used else { return }
                rows.append([
                    name, what, asked ?? "not said", text(used.median), text(used.most),
                    share.map(Self.percent) ?? "",
                ])
            }
            row("memory", asked.memory.map { $0.short }, size.memory, size.memoryShare, Self.size)
            row("time", asked.time.map { "\($0)" }, size.time, size.timeShare, Self.time)
            row("cores, mean", "\(asked.cpus)", size.cores, size.coreShare) { Decimal.text($0, digits: 2) }
            let budget = asked.gpuMemory.map { Double($0.bytes) }
            row(
                "GPU memory", asked.gpuMemory.map { $0.short }, size.gpuMemory,
                size.gpuMemory.flatMap { used in budget.map { used.most / $0 * 100 } }, Self.size)
            if let busy = size.utilization {
                rows.append([name, "GPU at work", "\(asked.gpus)", "", "", Self.percent(busy)])
            }
        }
        document.table(["size", "", "asked", "median", "most", "of what was asked"], rows, right: [2, 3, 4, 5])
        document.say(
            "The share is of the largest use for memory and time, and of the mean for cores and GPUs.")
    }

    static func name(_ size: RunReport.Size, of report: RunReport) -> String {
        let kind = size.isShared ? "shared stage runs" : report.sizes.count == 1 ? "all jobs" : "size \(size.number)"
        return "\(kind) (\(size.attempts) attempts)"
    }

    private mutating func requests() {
        let known = report.sizes.filter { !$0.lines.isEmpty }
        guard !known.isEmpty else { return }
        document.heading("What to ask for next time")
        let room = RunReport.Size.headRoom
        func over(_ factor: Double) -> String { Self.percent((factor - 1) * 100) }
        document.say(
            "By the largest use with head room: \(over(room.memory)) of memory, \(over(room.time)) of time, "
                + "\(over(room.gpuMemory)) of GPU memory, \(over(room.cores)) of cores; rounded up.")
        for size in known {
            document.code((known.count > 1 ? ["# \(Self.name(size, of: report))"] : []) + size.lines)
            if size.starved > 0 {
                document.say(
                    "\(size.starved) attempts ran out of memory, so its need is known from below only: half more than their limit."
                )
            }
            if size.late > 0 {
                document.say(
                    "\(size.late) attempts ran out of time, so its need is known from below only: at least half more than was asked for."
                )
            }
            if let sharing = size.sharing, let memory = size.advised.gpuMemory {
                document.say(
                    "Its GPUs computed \(Self.percent(size.utilization ?? 0)) of the time: \(sharing) jobs may do well on one, "
                        + "with 'gpus: \(sharing == 2 ? "0.5" : "0.25")' and 'gpu_memory: \(memory.short)'.")
            }
        }
    }

    private mutating func gpus() {
        guard let time = report.gpuTime else { return }
        document.heading("GPU-hours")
        func hours(_ value: Double) -> String { Decimal.text(value, digits: 2) }
        var rows = [
            ["held, from each element's beginning to the end of its last job", hours(time.held)],
            ["with a job on them", hours(time.inJobs)],
        ]
        if let busy = time.busy { rows.append(["computing", hours(busy)]) }
        rows.append(["idle", hours(time.idle)])
        document.table(["", "hours of one GPU"], rows, right: [1])
        if time.busy == nil { document.say("How much the GPUs computed was not measured.") }
    }

    private static func times(_ spread: Spread) -> [String] {
        [spread.median, spread.ninth, spread.most].map(time)
    }
    private static func time(_ seconds: Double) -> String { JobTable.duration(seconds) }
    private static func size(_ bytes: Double) -> String { "\(ByteCount(Int64(bytes)))" }
    private static func percent(_ value: Double) -> String { Decimal.text(value, digits: value < 10 ? 1 : 0) + " %" }
}

extension Timestamp {
    /// `2026-11-21 01:40:56 UTC`.
    fileprivate var short: String {
        let text = description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
    }
}
