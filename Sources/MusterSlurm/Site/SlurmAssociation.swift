/// An account that a user may charge, with its limits; nil is no limit (sacctmgr(1), "SPECIFICATIONS FOR ASSOCIATIONS").
public struct SlurmAssociation: Hashable, Sendable {
    /// The cluster it holds for; one accounting database may serve several.
    public var cluster: String?
    /// The account.
    public var account: String
    /// Where set, it holds in this partition only.
    public var partition: String?
    /// Qualities of service that may be asked for.
    public var qos: [String] = []
    /// The quality of service of a job that asks for none.
    public var defaultQoS: String?
    /// Jobs of the user that may run at once.
    public var maxJobs: Int?
    /// Jobs of the user that may wait or run at once, every task of an array counted.
    public var maxSubmitJobs: Int?
    /// The longest time limit of a job.
    public var maxWall: SlurmTimeLimit?
    /// What one job may have.
    public var maxTRES = SlurmTRES()
    /// What all running jobs together may have, how many of them may run, and how many may wait or run.
    public var groupTRES = SlurmTRES(), groupJobs: Int?, groupSubmitJobs: Int?
}

/// A quality of service; nil is no limit (sacctmgr(1), "SPECIFICATIONS FOR QOS").
public struct SlurmQoS: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it adds to a job's priority, before weighting.
    public var priority: Int?
    /// Its flags, such as `DenyOnLimit` and `PartitionTimeLimit`.
    public var flags: Set<String> = []
    /// The longest time limit of a job.
    public var maxWall: SlurmTimeLimit?
    /// What one job may have.
    public var maxTRES = SlurmTRES()
    /// What the running jobs of one user may have together.
    public var maxTRESPerUser = SlurmTRES()
    /// Jobs of one user that may run at once.
    public var maxJobsPerUser: Int?
    /// Jobs of one user that may wait or run at once, every task of an array counted.
    public var maxSubmitJobsPerUser: Int?
    /// What all running jobs together may have, how many of them may run, and how many may wait or run.
    public var groupTRES = SlurmTRES(), groupJobs: Int?, groupSubmitJobs: Int?
}
