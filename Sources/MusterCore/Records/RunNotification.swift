/// An entry of `logs/workflow_notifications.log`: how a run ended.
public struct RunNotification: Equatable, Sendable {
    /// A job of the run that has ended.
    public struct Job: Equatable, Sendable {
        /// `SCENE`, or `POINT/SCENE`.
        public var label: String
        /// Where its result lies.
        public var folder: String
        /// What went wrong; nil where nothing did.
        public var cause: String?
        /// Its last words.
        public var tail: String?

        /// Describes a job.
        public init(label: String, folder: String, cause: String? = nil, tail: String? = nil) {
            self.label = label
            self.folder = folder
            self.cause = cause
            self.tail = tail
        }
    }

    /// The run's id; nil for one that could not be submitted.
    public var run: String?
    /// The config's path.
    public var config: String
    /// When it began and ended.
    public var started: LocalTime, finished: LocalTime
    /// Jobs that succeeded, in order.
    public var finishedJobs: [Job]
    /// Those that did not, in the order of their ends.
    public var failedJobs: [Job]
    /// What kept the whole run from success; nil where nothing did, or jobs failed by themselves.
    public var error: String?

    /// Describes an end.
    public init(
        run: String?, config: String, started: LocalTime, finished: LocalTime, finishedJobs: [Job] = [],
        failedJobs: [Job] = [], error: String? = nil
    ) {
        self.run = run
        self.config = config
        self.started = started
        self.finished = finished
        self.finishedJobs = finishedJobs
        self.failedJobs = failedJobs
        self.error = error
    }

    /// The line by which the entry of a run is found again.
    public static func mark(of run: String) -> String { "Run: \(run)\n" }

    /// The entry; an empty line ends it.
    public var text: String {
        let isSuccess = failedJobs.isEmpty && error == nil
        let status = isSuccess ? "SUCCESS" : "FAILURE"
        let duration = max(0, finished.time.microseconds - started.time.microseconds)
        var text = """
            [\(finished.iso)] status=\(status) config=\(config)
            Status: \(status)
            Config: \(config)
            Started: \(started.iso)
            Finished: \(finished.iso)
            Duration: \(DurationText.text(microseconds: duration)) (\(Self.tenths(duration))s)

            """
        if let run { text += Self.mark(of: run) }
        if !finishedJobs.isEmpty {
            text += "\nRuns:\n" + finishedJobs.map { "- \($0.label): \($0.folder)\n" }.joined()
        }
        if !isSuccess {
            text += "\nError: \(error ?? "One or more scene workflows failed: \(names)")\n"
            if !failedJobs.isEmpty { text += "\nTraceback:\n" + failedJobs.map(Self.words).joined() }
        }
        return text + "\n"
    }

    private var names: String { failedJobs.map(\.label).joined(separator: ", ") }

    /// Cause and last words, without empty lines: these separate the parts of an entry.
    private static func words(_ job: Job) -> String {
        let tail = (job.tail ?? "").split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        return "Scene \(job.label) failed: \(job.cause ?? "no cause is known")\n" + tail.map { "  \($0)\n" }.joined()
    }

    private static func tenths(_ microseconds: Int64) -> String {
        let tenths = (microseconds + 50_000) / 100_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}
