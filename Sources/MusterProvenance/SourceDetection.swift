import MusterCore

/// Finds a workflow's source, in this order: what was said, a container, variables, git.
public enum SourceDetection {
    /// The image that DerivaML's containers are of, where they don't name another.
    static let derivaImage = "ghcr.io/informatics-isi-edu/deriva-ml-mcp"
    static let derivaRepository = "https://github.com/informatics-isi-edu/deriva-ml-mcp"

    /// Decides. `date` is today as `20261121`, for versions of changed code.
    public static func detect(
        _ evidence: SourceEvidence, rules: DirtyRules? = nil, date: String
    ) throws(SourceMistake) -> WorkflowSource {
        if let explicit = evidence.explicit { return explicit }
        if let container = try container(evidence.environment) { return container }
        if let named = variables(evidence.environment) { return named }
        return try git(evidence, rules ?? DirtyRules(environment: evidence.environment), date)
    }

    /// A variable that is set and not empty; ours counts before the other's.
    private static func value(_ environment: [String: String], _ names: String...) -> String? {
        names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    private static func container(_ environment: [String: String]) throws(SourceMistake) -> WorkflowSource? {
        if environment["MUSTER_CONTAINER"]?.lowercased() == "true" {
            guard let image = value(environment, "MUSTER_CONTAINER_IMAGE") else {
                throw .noImage(variable: "MUSTER_CONTAINER")
            }
            let digest = value(environment, "MUSTER_CONTAINER_DIGEST")
            return WorkflowSource(
                url: digest.map { "\(image)@\($0)" } ?? image,
                checksum: digest ?? value(environment, "MUSTER_CONTAINER_COMMIT"),
                version: value(environment, "MUSTER_CONTAINER_VERSION"),
                commit: value(environment, "MUSTER_CONTAINER_COMMIT"))
        }
        guard environment["DERIVA_MCP_IN_DOCKER"]?.lowercased() == "true" else { return nil }
        let digest = value(environment, "DERIVA_MCP_IMAGE_DIGEST")
        let commit = value(environment, "DERIVA_MCP_GIT_COMMIT")
        let image = value(environment, "DERIVA_MCP_IMAGE_NAME") ?? derivaImage
        return WorkflowSource(
            url: digest.map { "\(image)@\($0)" } ?? derivaRepository + (commit.map { "/commit/\($0)" } ?? ""),
            checksum: digest ?? commit, version: value(environment, "DERIVA_MCP_VERSION"), commit: commit)
    }

    private static func variables(_ environment: [String: String]) -> WorkflowSource? {
        for prefix in ["MUSTER", "DERIVA_ML"] {
            guard let url = value(environment, "\(prefix)_WORKFLOW_URL") else { continue }
            let notebook = value(environment, prefix == "MUSTER" ? "MUSTER_NOTEBOOK_PATH" : "DERIVA_ML_NOTEBOOK_PATH")
            return WorkflowSource(
                url: url, checksum: value(environment, "\(prefix)_WORKFLOW_CHECKSUM"),
                isNotebook: notebook != nil || Notebook.isNotebook(url))
        }
        return nil
    }

    private static func git(
        _ evidence: SourceEvidence, _ rules: DirtyRules, _ date: String
    ) throws(SourceMistake) -> WorkflowSource {
        // What was typed in has no file: it is told apart from all files, and not from other such input.
        let path = evidence.path ?? "REPL"
        let checksum = evidence.path == nil ? "1" : evidence.contentHash
        guard let checksum else { throw .unreadable(path: path) }
        guard let git = evidence.git else { throw .noRepository(path: path) }
        var source = WorkflowSource(
            url: "", checksum: checksum, isNotebook: Notebook.isNotebook(path), root: git.root, commit: git.head)
        source.changed = rules.changed(git.status)
        source.version = ScmVersion.text(git, isDirty: !source.changed.isEmpty, date: date)
        let file = evidence.path == nil ? "REPL" : git.file ?? ""
        if let web = git.origin.flatMap(GitAddress.web), let commit = evidence.path == nil ? git.head : git.lastCommit {
            source.url = "\(web)/blob/\(commit)/\(file)"
        } else {
            source.url = local(evidence.path == nil ? git.root + "/REPL" : path, on: evidence.host)
            source.warnings.append(
                git.origin == nil
                    ? "the repository \(git.root) has no remote 'origin': others can't find this code"
                    : "'\(file)' is in no commit yet: others can't find this code")
        }
        if !source.changed.isEmpty { source.warnings.append(DirtyRefused.words(git.root, source.changed)) }
        return source
    }

    /// A file outside of every repository, told by machine, path and content: for programs that are no scripts.
    public static func plainFile(_ evidence: SourceEvidence) throws(SourceMistake) -> WorkflowSource {
        guard let path = evidence.path, let checksum = evidence.contentHash else {
            throw .unreadable(path: evidence.path ?? "REPL")
        }
        var source = WorkflowSource(
            url: local(path, on: evidence.host), checksum: checksum, isNotebook: Notebook.isNotebook(path))
        source.warnings = ["'\(path)' is in no git repository: only its checksum tells which code it is"]
        return source
    }

    private static func local(_ path: String, on host: String) -> String { "file://\(host)\(path)" }
}
