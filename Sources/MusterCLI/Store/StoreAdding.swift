import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

/// Puts files into the store because a person says so. That is an execution as any other: who did it, when and on which machine is
/// what is known of a file that came from elsewhere.
struct StoreAdding {
    let type: String
    let description: String

    func add(_ files: [String]) throws {
        let paths = files.map { Places.absolute($0) }
        let missing = paths.filter { !FileManager.default.fileExists(atPath: $0) }
        guard missing.isEmpty else {
            throw ExitStatus.usage("there is no '\(missing.joined(separator: "', no '"))'; nothing was added")
        }
        guard !type.isEmpty, type != "folder", KeptEvidence(rawValue: type) == nil else {
            throw ExitStatus.usage("--type '\(type)' has a meaning of its own; choose another word")
        }
        let store = ContentStore()
        var uses: [AssetUse] = []
        for path in paths {
            for var use in try FileSums.uses(at: path) {
                if use.type == "file" {
                    use.type = type
                    let added = try Self.words { () throws(ContentCopy.Failure) in
                        try store.add(use.path, expected: use.sha256)
                    }
                    Terminal.print("\(added.sum)  \(store.object(added.sum))")
                }
                uses.append(use)
            }
        }
        try record(uses, arguments: files)
    }

    /// What went wrong, as the command's end.
    static func words<Value>(_ body: () throws(ContentCopy.Failure) -> Value) throws -> Value {
        do { return try body() } catch { throw ExitStatus(code: 1, text: "error: \(error)") }
    }

    private func record(_ uses: [AssetUse], arguments: [String]) throws {
        var random = SystemRandomNumberGenerator()
        let id = "\(ResourceID.make(using: &random))"
        let workflow = WorkflowEntry(
            name: "muster store add", type: "Preparation",
            source: WorkflowSource(url: "muster:store/add", version: musterVersion))
        let catalog = Catalog()
        let ledger = ProgramLedger(id, catalog: catalog)
        let entry = ExecutionEntry(
            id: id, workflow: workflow.id, description: description, argv: ["muster", "store", "add"] + arguments,
            folder: FileManager.default.currentDirectoryPath, host: ClientIdentity.host, user: ClientIdentity.user)
        var local = LocalExecution(entry: entry, workflow: workflow)
        local.process = ClientIdentity.process
        let isKnown = try catalog.history?.workflow(of: workflow.source) != nil
        try ledger.create(local, registers: !isKnown)
        let execution = Execution(
            id: id, ledger: ledger, now: { .now },
            monotonic: { Int64(ProcessInfo.processInfo.systemUptime * 1_000_000) })
        for status in [ExecutionStatus.running, .stopped, .pendingUpload] { try execution.move(to: status) }
        try ledger.used(.input, uses)
        try execution.move(to: .uploaded)
    }
}
