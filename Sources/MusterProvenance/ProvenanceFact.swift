public import MusterCore

/// A fact about code, executions and assets. It belongs to no run: its envelope's `run` is empty, and it is told by
/// whoever works at home. Fields of each kind: docs/protocol.md.
public enum ProvenanceFact: Equatable, Sendable {
    /// Code was met for the first time, as far as the teller knew.
    case workflowRegistered(WorkflowEntry)
    /// A person described a workflow, or gave it another type.
    case workflowChanged(id: String, description: String?, type: String?)
    /// The vocabulary of types has a new word.
    case termAdded(name: String, description: String)
    /// A program was given an execution.
    case executionCreated(ExecutionEntry)
    /// An execution made a move.
    case executionMoved(ExecutionMove)
    /// A person described an execution; also one of a run or a job.
    case executionDescribed(id: String, String)
    /// An execution reads or made files.
    case assetsUsed(execution: String, AssetRole, [AssetUse])
    /// A data set has a version.
    case datasetRegistered(DatasetEntry)
    /// Some of the files of a data set's content, which is named by its digest.
    case datasetFiles(content: String, [DatasetFile])

    /// The event's body.
    public var body: EventBody {
        switch self {
        case .workflowRegistered(let entry): .provenance(kind: "workflow.registered", fields: entry.fields)
        case .workflowChanged(let id, let description, let type):
            .provenance(
                kind: "workflow.changed",
                fields: Self.fields([
                    "workflow": .string(id), "description": description.map(JSON.string), "type": type.map(JSON.string),
                ]))
        case .termAdded(let name, let description):
            .provenance(
                kind: "workflow.type",
                fields: Self.fields(["name": .string(name), "description": .string(description)]))
        case .executionCreated(let entry): .provenance(kind: "execution.created", fields: entry.fields)
        case .executionMoved(let move): .provenance(kind: "execution.moved", fields: move.fields)
        case .executionDescribed(let id, let text):
            .provenance(
                kind: "execution.changed",
                fields: Self.fields(["execution": .string(id), "description": .string(text)]))
        case .assetsUsed(let execution, let role, let uses):
            .provenance(
                kind: "asset.used",
                fields: Self.fields([
                    "execution": .string(execution), "role": .string(role.rawValue), "files": .array(uses.map(\.json)),
                ]))
        case .datasetRegistered(let entry): .provenance(kind: "dataset.registered", fields: entry.fields)
        case .datasetFiles(let content, let files):
            .provenance(
                kind: "dataset.files",
                fields: Self.fields(["content": .string(content), "files": .array(files.map(\.json))]))
        }
    }

    /// Reads a body; nil for one that is about something else, or makes no sense.
    public init?(_ body: EventBody) {
        guard case .provenance(let kind, let fields) = body else { return nil }
        let json = JSON.object(fields)
        let id = json["execution"]?.string ?? json["workflow"]?.string
        switch kind {
        case "workflow.registered":
            guard let entry = WorkflowEntry(json: json) else { return nil }
            self = .workflowRegistered(entry)
        case "workflow.changed":
            guard let id else { return nil }
            self = .workflowChanged(id: id, description: json["description"]?.string, type: json["type"]?.string)
        case "workflow.type":
            guard let name = json["name"]?.string else { return nil }
            self = .termAdded(name: name, description: json["description"]?.string ?? "")
        case "execution.created":
            guard let entry = ExecutionEntry(json: json) else { return nil }
            self = .executionCreated(entry)
        case "execution.moved":
            guard let move = ExecutionMove(json: json) else { return nil }
            self = .executionMoved(move)
        case "execution.changed":
            guard let id, let text = json["description"]?.string else { return nil }
            self = .executionDescribed(id: id, text)
        case "asset.used":
            guard let id, let role = json["role"]?.string.flatMap(AssetRole.init(rawValue:)) else { return nil }
            self = .assetsUsed(execution: id, role, (json["files"]?.array ?? []).compactMap(AssetUse.init(json:)))
        case "dataset.registered":
            guard let entry = DatasetEntry(json: json) else { return nil }
            self = .datasetRegistered(entry)
        case "dataset.files":
            guard let content = json["content"]?.string else { return nil }
            self = .datasetFiles(
                content: content, (json["files"]?.array ?? []).compactMap(DatasetFile.init(json:)))
        default: return nil
        }
    }

    static func fields(_ pairs: KeyValuePairs<String, JSON?>) -> [JSON.Member] { JSON.object(pairs).members ?? [] }
}

/// A workflow as it was registered.
public struct WorkflowEntry: Equatable, Sendable {
    /// Its id: made from what it is found by, so that two machines that meet the same code register the same workflow.
    public var id: String { Self.id(of: source.key) }
    /// What people call it, its type, and what it is for.
    public var name: String, type: String, description: String
    /// Where it lies and which code it is.
    public var source: WorkflowSource

    /// Gathers the parts.
    public init(name: String, type: String, description: String = "", source: WorkflowSource) {
        self.name = name
        self.type = type
        self.description = description
        self.source = source
    }

    /// The id of the workflow with that checksum, or, of one without, that address.
    public static func id(of key: String) -> String { "W-\(SHA256.hex(Array(key.utf8)).prefix(12))" }

    var fields: [JSON.Member] {
        ProvenanceFact.fields([
            "workflow": .string(id), "name": .string(name), "type": .string(type), "description": .string(description),
            "url": .string(source.url), "checksum": source.checksum.map(JSON.string),
            "version": source.version.map(JSON.string), "notebook": .bool(source.isNotebook),
            "commit": source.commit.map(JSON.string),
        ])
    }

    init?(json: JSON) {
        guard let url = json["url"]?.string, let name = json["name"]?.string else { return nil }
        self.init(
            name: name, type: json["type"]?.string ?? WorkflowTypes.standard,
            description: json["description"]?.string ?? "",
            source: WorkflowSource(
                url: url, checksum: json["checksum"]?.string, version: json["version"]?.string,
                isNotebook: json["notebook"]?.bool ?? false, commit: json["commit"]?.string))
    }
}

/// An execution as it was created.
public struct ExecutionEntry: Equatable, Sendable {
    /// Its id.
    public var id: String
    /// The workflow's id.
    public var workflow: String
    /// What it is for.
    public var description: String
    /// The words that were started, with what looks like a secret left out.
    public var argv: [String]
    /// The working folder, the machine and the user.
    public var folder: String, host: String, user: String
    /// The execution that it is a part of, and its place there from 0.
    public var parent: String?, sequence: Int?

    /// Gathers the parts.
    public init(
        id: String, workflow: String, description: String = "", argv: [String], folder: String, host: String,
        user: String, parent: String? = nil, sequence: Int? = nil
    ) {
        self.id = id
        self.workflow = workflow
        self.description = description
        self.argv = argv
        self.folder = folder
        self.host = host
        self.user = user
        self.parent = parent
        self.sequence = sequence
    }

    var fields: [JSON.Member] {
        ProvenanceFact.fields([
            "execution": .string(id), "workflow": .string(workflow), "description": .string(description),
            "argv": .strings(argv), "folder": .string(folder), "host": .string(host), "user": .string(user),
            "parent": parent.map(JSON.string), "sequence": sequence.map { .int($0) },
        ])
    }

    init?(json: JSON) {
        guard let id = json["execution"]?.string else { return nil }
        self.init(
            id: id, workflow: json["workflow"]?.string ?? "", description: json["description"]?.string ?? "",
            argv: (json["argv"]?.array ?? []).compactMap(\.string), folder: json["folder"]?.string ?? "",
            host: json["host"]?.string ?? "", user: json["user"]?.string ?? "", parent: json["parent"]?.string,
            sequence: json["sequence"]?.int.map { Int($0) })
    }
}

/// A move, and what is known with it.
public struct ExecutionMove: Equatable, Sendable {
    /// The execution and where it stands now.
    public var id: String, status: ExecutionStatus
    /// Why it failed, `Type: message`; what its program ended with.
    public var error: String?, exit: Int?, signal: Int?
    /// When its program began and ended; microseconds of the monotonic clock in between.
    public var started: Timestamp?, ended: Timestamp?, duration: Int64?

    /// Makes a move.
    public init(id: String, status: ExecutionStatus) {
        self.id = id
        self.status = status
    }

    var fields: [JSON.Member] {
        ProvenanceFact.fields([
            "execution": .string(id), "status": .string(status.rawValue), "error": error.map(JSON.string),
            "exit": exit.map { .int($0) }, "signal": signal.map { .int($0) },
            "started": started.map { .int($0.microseconds) }, "ended": ended.map { .int($0.microseconds) },
            "us": duration.map { .int($0) },
        ])
    }

    init?(json: JSON) {
        guard let id = json["execution"]?.string,
            let status = json["status"]?.string.flatMap(ExecutionStatus.init(rawValue:))
        else { return nil }
        self.init(id: id, status: status)
        error = json["error"]?.string
        exit = (json["exit"]?.int).map { Int($0) }
        signal = (json["signal"]?.int).map { Int($0) }
        started = (json["started"]?.int).map { Timestamp(microseconds: $0) }
        ended = (json["ended"]?.int).map { Timestamp(microseconds: $0) }
        duration = json["us"]?.int
    }
}

/// A file's content under one of its names.
public struct AssetUse: Equatable, Sendable {
    /// SHA-256 of the content, 64 lower-case hex digits; of a folder that of its list, see docs/provenance.md.
    public var sha256: String
    /// Bytes; of a folder those of all its files.
    public var size: Int64
    /// Where it lay, absolute on the machine of the execution.
    public var path: String
    /// `file`, `folder`, or what whoever records it calls it.
    public var type: String
    /// Anything else, an object.
    public var metadata: [JSON.Member]

    /// Makes a use.
    public init(sha256: String, size: Int64, path: String, type: String = "file", metadata: [JSON.Member] = []) {
        self.sha256 = sha256
        self.size = size
        self.path = path
        self.type = type
        self.metadata = metadata
    }

    /// One object.
    public var json: JSON {
        .object([
            "sha256": .string(sha256), "size": .int(size), "path": .string(path), "type": .string(type),
            "metadata": metadata.isEmpty ? nil : .object(metadata),
        ])
    }

    /// Reads what `json` writes.
    public init?(json: JSON) {
        guard let sha256 = json["sha256"]?.string, let path = json["path"]?.string else { return nil }
        self.init(
            sha256: sha256, size: json["size"]?.int ?? 0, path: path, type: json["type"]?.string ?? "file",
            metadata: json["metadata"]?.members ?? [])
    }
}
