import MusterCore

/// Where code is to be found, and which code it is.
public struct WorkflowSource: Equatable, Sendable {
    /// A link to the code as it was.
    public var url: String
    /// Git's name of its content, the digest of an image, or what the caller said; nil where nobody knows.
    public var checksum: String?
    /// The version in words: of a tag, of an image.
    public var version: String?
    /// It is a notebook.
    public var isNotebook: Bool
    /// The repository's root where there is one, and the commit that was checked out.
    public var root: String?, commit: String?
    /// Files that are not as they are committed.
    public var changed: [String] = []
    /// What people should know about it.
    public var warnings: [String] = []

    /// Makes a source.
    public init(
        url: String, checksum: String? = nil, version: String? = nil, isNotebook: Bool = false, root: String? = nil,
        commit: String? = nil
    ) {
        self.url = url
        self.checksum = checksum
        self.version = version
        self.isNotebook = isNotebook
        self.root = root
        self.commit = commit
    }

    /// What a workflow is found by: the checksum where there is one, else the address.
    public var key: String { checksum.flatMap { $0.isEmpty ? nil : $0 } ?? url }
}

/// Why no source could be found.
public enum SourceMistake: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing says which image this container is of.
    case noImage(variable: String)
    /// The file is in no repository.
    case noRepository(path: String)
    /// The file can't be read.
    case unreadable(path: String)

    /// What is missing and what to type.
    public var description: String {
        switch self {
        case .noImage(let variable):
            "this is a container (\(variable)=true), and nothing says of which image:"
                + " set MUSTER_CONTAINER_IMAGE and MUSTER_CONTAINER_DIGEST"
        case .noRepository(let path):
            "'\(path)' is in no git repository, so nobody can find this code again;"
                + " run 'git init' and commit it, or name its address: MUSTER_WORKFLOW_URL=URL"
        case .unreadable(let path): "'\(path)' can't be read; check the name"
        }
    }
}
