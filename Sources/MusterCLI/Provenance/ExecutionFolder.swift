import Foundation
import Glibc
import MusterCore
import MusterProvenance

/// What is kept at home of an execution: `execution.json` and, beside it, what it was started with. This is the local record;
/// the history is the catalog.
struct ExecutionFolder {
    let id: String

    /// Folder of all executions.
    static var all: String { "\(Places.state)/executions" }
    /// Names of those that the history has not heard all of.
    static var pending: String { "\(all)/.pending" }

    /// Its folder; slashes of jobs' ids can't stand in a name.
    var path: String { "\(Self.all)/\(id.replacing("/", with: "_"))" }
    var exists: Bool { FileManager.default.fileExists(atPath: "\(path)/execution.json") }

    /// Reads the record; nil where there is none.
    func read() -> LocalExecution? {
        FileManager.default.contents(atPath: "\(path)/execution.json").flatMap { try? JSON(parsing: $0) }
            .flatMap(LocalExecution.init(json:))
    }

    /// Changes the record with nobody else changing it meanwhile; it is whole on the disk when this returns.
    @discardableResult func change<Value>(_ body: (inout LocalExecution?) throws -> Value) throws -> Value {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let lock = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw Self.failure("\(path)/lock") }
        defer { close(lock) }
        while flock(lock, LOCK_EX) != 0, ![ENOLCK, ENOTSUP, ENOSYS].contains(errno) {
            guard errno == EINTR else { throw Self.failure("\(path)/lock") }
        }
        var record = read()
        let before = record
        let value = try body(&record)
        if let record, record != before {
            try write("execution.json", record.json.pretty + "\n")
            mark(record.isPending)
        }
        return value
    }

    /// Writes a file beside the record, whole or not at all, readable by its owner only.
    func write(_ name: String, _ content: some Collection<UInt8>) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let temporary = "\(path)/.\(name).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(temporary) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(content))
            try file.synchronize()
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, "\(path)/\(name)") == 0 else { throw Self.failure("\(path)/\(name)") }
    }

    func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    private func mark(_ isPending: Bool) {
        let mark = "\(Self.pending)/\(id.replacing("/", with: "_"))"
        if isPending {
            try? FileManager.default.createDirectory(atPath: Self.pending, withIntermediateDirectories: true)
            _ = FileManager.default.createFile(atPath: mark, contents: nil)
        } else {
            unlink(mark)
        }
    }

    private static func failure(_ path: String) -> ExitStatus {
        ExitStatus(
            code: 1, text: "error: cannot write \(path): \(String(cString: strerror(errno))); nothing was started")
    }
}

/// The local record of an execution.
struct LocalExecution: Equatable {
    /// As it was created, and the workflow as it was found.
    var entry: ExecutionEntry, workflow: WorkflowEntry
    /// The latest move, with all that is known of the program's end.
    var move: ExecutionMove
    /// What the catalog said when it was last told; nil when it never was.
    var synced: ExecutionStatus?
    /// Facts that the catalog has not taken yet, in their order.
    var untold: [Event] = []
    /// What only a person can decide.
    var problem: String?
    /// The process that runs it.
    var process: ProcessIdentity?
    /// Outputs that were announced, absolute.
    var outputs: [String] = []
    /// What of its files comes into the store.
    var keeping = Keeping()

    /// `sync_pending`: the catalog has not heard all of it.
    var isPending: Bool { !untold.isEmpty }

    var json: JSON {
        .object([
            "schema": 1, "id": .string(entry.id), "status": .string(move.status.rawValue),
            "error": move.error.map(JSON.string), "sync_pending": .bool(isPending),
            "synced": synced.map { .string($0.rawValue) }, "problem": problem.map(JSON.string),
            "entry": .object(members(.executionCreated(entry))),
            "workflow": .object(members(.workflowRegistered(workflow))),
            "move": .object(members(.executionMoved(move))), "outputs": .strings(outputs), "process": process?.json,
            "keep": keeping.json,
            "untold": untold.isEmpty ? nil : .array(untold.map(\.json)),
        ])
    }

    private func members(_ fact: ProvenanceFact) -> [JSON.Member] { fact.body.provenanceFields }

    init(entry: ExecutionEntry, workflow: WorkflowEntry) {
        self.entry = entry
        self.workflow = workflow
        move = ExecutionMove(id: entry.id, status: .created)
    }

    init?(json: JSON) {
        func fact(_ kind: String, _ key: String) -> ProvenanceFact? {
            json[key]?.members.flatMap { ProvenanceFact(.provenance(kind: kind, fields: $0)) }
        }
        guard case .executionCreated(let entry) = fact("execution.created", "entry"),
            case .workflowRegistered(let workflow) = fact("workflow.registered", "workflow"),
            case .executionMoved(let move) = fact("execution.moved", "move")
        else { return nil }
        self.init(entry: entry, workflow: workflow)
        self.move = move
        synced = json["synced"]?.string.flatMap(ExecutionStatus.init(rawValue:))
        problem = json["problem"]?.string
        process = json["process"].flatMap(ProcessIdentity.init(json:))
        outputs = (json["outputs"]?.array ?? []).compactMap(\.string)
        keeping = Keeping(json: json["keep"])
        untold = (json["untold"]?.array ?? []).compactMap { try? Event(json: $0) }
    }
}

extension EventBody {
    fileprivate var provenanceFields: [JSON.Member] {
        if case .provenance(_, let fields) = self { fields } else { [] }
    }
}
