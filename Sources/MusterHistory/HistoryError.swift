/// Why the history can't do what was asked.
public enum HistoryError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file is there but is no history of muster.
    case notAHistory(path: String, found: String)
    /// The file was written by a newer muster.
    case newer(path: String, version: Int64, known: Int64)
    /// The file or folder can't be used.
    case unusable(path: String, what: String)
    /// No run has this id or an id that begins so.
    case noSuchRun(String)
    /// Several runs' ids begin so.
    case ambiguousRun(String, candidates: [String])
    /// Several executions' ids begin so.
    case ambiguousExecution(String, candidates: [String])
    /// A run has no job of this id.
    case noSuchJob(String, run: String)
    /// No workflow has this id, an id that begins so, or this name.
    case noSuchWorkflow(String)
    /// Several workflows are meant.
    case ambiguousWorkflow(String, candidates: [String])
    /// No data set has this name.
    case noSuchDataset(String, known: [String])
    /// A data set has no such version.
    case noSuchDatasetVersion(String, known: [String])
    /// Not all files of a version are known here.
    case incompleteDataset(String)
    /// The history can't answer a query in SQL, and why.
    case query(String)

    /// What was tried, what came back and what to do next.
    public var description: String {
        switch self {
        case .notAHistory(let path, let found):
            "cannot open the history \(path): it is \(found), not a history of muster; move it away or choose"
                + " another state folder"
        case .newer(let path, let version, let known):
            "cannot open the history \(path): it has schema \(version) and this muster knows up to \(known);"
                + " use the newer muster that wrote it"
        case .unusable(let path, let what):
            "cannot use \(path): \(what); check that the folder is yours, writable and has space"
        case .noSuchRun(let id):
            id == "last"
                ? "the history holds no run yet; submit one first"
                : "the history holds no run '\(id)'; `muster history list` names the runs"
        case .ambiguousRun(let id, let candidates):
            "'\(id)' begins the ids of several runs: \(candidates.joined(separator: ", ")); give more of the id"
        case .ambiguousExecution(let id, let candidates):
            "'\(id)' begins the ids of several executions: \(candidates.joined(separator: ", ")); give more of the id"
        case .noSuchJob(let job, let run):
            "the run '\(run)' has no job '\(job)'; `muster history show \(run)` names its jobs"
        case .noSuchWorkflow(let name):
            "the history holds no workflow '\(name)'; `muster workflow list` names them"
        case .ambiguousWorkflow(let name, let candidates):
            "'\(name)' means several workflows: \(candidates.joined(separator: ", ")); give more of the id"
        case .noSuchDataset(let name, let known):
            "the history holds no data set '\(name)'; "
                + (known.isEmpty
                    ? "register one: muster dataset create NAME FOLDER" : "it holds: \(known.joined(separator: ", "))")
        case .noSuchDatasetVersion(let name, let known):
            "the history holds no '\(name)'; its versions: \(known.joined(separator: ", "))"
        case .incompleteDataset(let name):
            "the history does not hold all files of '\(name)'; import the history that it was registered in:"
                + " muster history import FOLDER"
        case .query(let why):
            "cannot answer the query: \(why); one SELECT is expected, of the tables and views in docs/history.md"
        }
    }
}
