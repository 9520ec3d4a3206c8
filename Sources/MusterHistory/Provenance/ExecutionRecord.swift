public import MusterCore
public import MusterProvenance

/// An execution as the history knows it: of a program, of a run, or of a job within a run.
public struct ExecutionRecord: Equatable, Sendable {
    /// What it is the execution of.
    public enum Kind: String, Sendable {
        /// `muster exec`, or code that made one.
        case program
        /// A run.
        case run
        /// A job of a run.
        case job
    }

    /// Its id, and what it is of.
    public var id: String, kind: Kind
    /// The execution that it is a part of, and its place there from 0.
    public var parent: String?, sequence: Int?
    /// The workflow's id.
    public var workflow: String?
    /// Where it stands, in the word that was told, which may be one that this version does not know.
    public var status: String
    /// Why it failed.
    public var error: String?
    /// What it is for.
    public var description: String
    /// What was started, where, and by whom.
    public var argv: [String] = [], folder: String?, host: String?, user: String?
    /// When it was written down, when its program began and ended; microseconds in between.
    public var created: Timestamp?, started: Timestamp?, ended: Timestamp?, duration: Int64?
    /// What the program ended with.
    public var exit: Int?, signal: Int?
    /// Of a job: nothing was run, the result of an earlier run was taken.
    public var isCached = false

    /// As a JSON object.
    public var json: JSON {
        .object([
            "id": .string(id), "kind": .string(kind.rawValue), "parent": parent.map(JSON.string),
            "sequence": sequence.map { .int($0) }, "workflow": workflow.map(JSON.string), "status": .string(status),
            "error": error.map(JSON.string), "description": .string(description), "argv": .strings(argv),
            "folder": folder.map(JSON.string), "host": host.map(JSON.string), "user": user.map(JSON.string),
            "created": created.map { .string("\($0)") }, "started": started.map { .string("\($0)") },
            "ended": ended.map { .string("\($0)") }, "duration_s": duration.map { .double(Double($0) / 1e6) },
            "exit": exit.map { .int($0) }, "signal": signal.map { .int($0) }, "cached": isCached ? true : nil,
        ])
    }
}

/// A workflow as the history knows it.
public struct WorkflowRecord: Equatable, Sendable {
    /// Its id.
    public var id: String
    /// As it was registered, with what people said of it since.
    public var entry: WorkflowEntry
    /// When it was registered.
    public var registered: Timestamp?

    /// As a JSON object.
    public var json: JSON {
        .object([
            "id": .string(id), "name": .string(entry.name), "type": .string(entry.type),
            "description": .string(entry.description), "url": .string(entry.source.url),
            "checksum": entry.source.checksum.map(JSON.string), "version": entry.source.version.map(JSON.string),
            "notebook": .bool(entry.source.isNotebook), "commit": entry.source.commit.map(JSON.string),
            "registered": registered.map { .string("\($0)") },
        ])
    }
}

/// A file or folder by its content.
public struct AssetRecord: Equatable, Sendable {
    /// SHA-256 of the content and its bytes.
    public var sha256: String, size: Int64
    /// Where it was first known to lie, and what it is.
    public var path: String, type: String
}

/// Who used an asset, and how.
public struct AssetUseRecord: Equatable, Sendable {
    /// The execution, what it did with the asset, and under which name.
    public var execution: String, role: AssetRole, path: String
    /// The asset.
    public var asset: AssetRecord
    /// When that was recorded first.
    public var time: Timestamp

    /// As a JSON object.
    public var json: JSON {
        .object([
            "execution": .string(execution), "role": .string(role.rawValue), "path": .string(path),
            "sha256": .string(asset.sha256), "size": .int(asset.size), "type": .string(asset.type),
        ])
    }
}
