public import MusterHistory

/// The end of what a stage of a job wrote.
public struct LogTail: Equatable, Sendable {
    /// The stage, with its items for a worker.
    public var stage: String
    /// The lane of the agent that ran it.
    public var lane: String
    /// Its last lines, as they were written.
    public var text: String
    /// There is more before it.
    public var isCut: Bool
    /// Its program runs still.
    public var isRunning: Bool

    /// Describes one.
    public init(stage: String, lane: String, text: String, isCut: Bool, isRunning: Bool) {
        (self.stage, self.lane, self.text) = (stage, lane, text)
        (self.isCut, self.isRunning) = (isCut, isRunning)
    }
}

/// Where the pages get logs from. It is handed in: how a run's folder is reached is not the web's concern.
public protocol LogSource: Sendable {
    /// What the stages of the job's latest attempt wrote last, in their order, at most `most` bytes of each.
    func tails(of job: JobRecord, in run: RunSummary, most: Int64) async throws -> [LogTail]
}
