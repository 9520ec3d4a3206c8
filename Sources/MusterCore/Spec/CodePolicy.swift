/// Which code a run's programs are started from.
public enum CodePolicy: Hashable, Sendable {
    /// What lies there when a stage begins; a change is told.
    case live
    /// Copies, made at submission: of the repositories in which commands' files and stages' folders lie, and of these folders,
    /// which count before a repository that they lie in.
    case snapshot(folders: [String])

    /// Its words in a config.
    public enum Word: String, CaseIterable, Sendable { case live, snapshot }
}
