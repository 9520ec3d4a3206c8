import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

/// A program with an execution around it.
struct ProgramExecution {
    let start: ProgramStart
    let catalog: Catalog
    private let id: String
    private let ledger: ProgramLedger

    init(_ start: ProgramStart, catalog: Catalog) {
        self.start = start
        self.catalog = catalog
        var random = SystemRandomNumberGenerator()
        id = "\(ResourceID.make(using: &random))"
        ledger = ProgramLedger(id, catalog: catalog)
    }

    /// Records, runs, records. Returns how the program ended, which is this process's end too.
    func run() async throws -> Child.End {
        var inputs = try start.inputs.map { try FileSums.uses(at: $0) }
        let local = local()
        // What a person needs who looks at a crash lies there before the program starts.
        try await keepFiles(local)
        if start.keeping.policy.keepsInputs { inputs.append(try evidence(besides: inputs.flatMap(\.self))) }
        try ledger.create(local, registers: !start.isRegistered)
        saveIDs()
        for uses in inputs {
            try ledger.used(.input, uses)
            try tie(uses)
        }
        // Now, for the program may change what it reads. What can't be kept now is tried again behind its end.
        if start.keeping.policy.keepsInputs { _ = start.keeping.store(inputs.flatMap(\.self)) }
        let execution = Execution(
            id: id, ledger: ledger, now: { .now },
            monotonic: { Int64(ProcessInfo.processInfo.systemUptime * 1_000_000) })
        let end = try runProgram(execution)
        if end == .exited(0) { await recordOutputs(execution, inputs: inputs.flatMap(\.self)) }
        return end
    }

    private func runProgram(_ execution: Execution) throws -> Child.End {
        var environment = start.environment
        environment["MUSTER_EXECUTION"] = id
        try execution.move(to: .running)
        let end: Child.End
        do {
            end = try Child.run(start.command, environment: environment)
        } catch {
            let words = (ExitStatus(error)?.text ?? "\(error)").replacing("error: ", with: "")
            try? execution.move(to: .failed, error: "NotStarted: \(words)")
            throw error
        }
        // Somebody may have given it up meanwhile: that stands.
        execution.heed()
        guard execution.status == .running else { return end }
        switch end {
        case .exited(0): attempt { try execution.move(to: .stopped, exit: 0) }
        case .exited(let code):
            attempt { try execution.move(to: .failed, error: "ExitStatus: \(code)", exit: Int(code)) }
        case .signalled(let number):
            attempt { try execution.move(to: .failed, error: "Signal: \(number)", signal: Int(number)) }
        }
        return end
    }

    /// The outputs with their checksums, and what is to be kept. What goes wrong makes the execution failed, or leaves it pending
    /// where only the store could not be had; the program's own end is not changed.
    private func recordOutputs(_ execution: Execution, inputs: [AssetUse]) async {
        guard execution.status == .stopped else { return }
        var uses = inputs.map { (role: AssetRole.input, use: $0) }
        attempt {
            try execution.move(to: .pendingUpload)
            do {
                for output in start.outputs {
                    guard FileManager.default.fileExists(atPath: output) else { throw MissingOutput(path: output) }
                    let made = try FileSums.uses(at: output)
                    try ledger.used(.output, made)
                    uses += made.map { (.output, $0) }
                }
                if !start.keeping.isAsked { try execution.move(to: .uploaded) }
            } catch {
                let words = ExitStatus(error)?.text?.replacing("error: ", with: "") ?? "\(error)"
                Terminal.complain("warning: \(words)")
                try execution.move(to: .failed, error: "\(type(of: error)): \(words)")
            }
        }
        guard execution.status == .pendingUpload else { return }
        let problems = await start.keeping.finish(uses)
        guard problems.isEmpty else { return Keeping.warn(id, problems) }
        attempt { try execution.move(to: .uploaded) }
    }

    /// What is kept beside the record and, of the code, the script where it lies: another machine has them by the store alone.
    private func evidence(besides inputs: [AssetUse]) throws -> [AssetUse] {
        var uses: [AssetUse] = []
        func add(_ path: String, _ kind: KeptEvidence) throws {
            let (sum, size) = try FileSums.file(path)
            uses.append(AssetUse(sha256: sum, size: size, path: path, type: kind.rawValue))
        }
        for name in ledger.folder.files {
            let path = "\(ledger.folder.path)/\(name)"
            if let kind = KeptEvidence(file: name) {
                try add(path, kind)
            } else if let script = start.script, name.hasPrefix("script-"),
                !inputs.contains(where: { $0.path == script })
            {
                try add(script, .script)
            }
        }
        return uses
    }

    private struct MissingOutput: Error, CustomStringConvertible {
        var path: String
        var description: String { "the program ended well and made no '\(path)', which --out names" }
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch {
            Terminal.complain("warning: \(id): \(ExitStatus(error)?.text ?? "\(error)")")
        }
    }

    private func local() -> LocalExecution {
        let environment = start.environment
        let job = environment["MUSTER_RUN"].flatMap { run in environment["MUSTER_JOB"].map { "\(run)/\($0)" } }
        let parent = environment["MUSTER_EXECUTION"].flatMap { $0.isEmpty ? nil : $0 } ?? job
        let before = parent.flatMap { try? catalog.history?.executions(within: $0).count }
        let entry = ExecutionEntry(
            id: id, workflow: start.workflowID, description: start.description, argv: Secrets.redacted(start.command),
            folder: FileManager.default.currentDirectoryPath, host: ClientIdentity.host, user: ClientIdentity.user,
            parent: parent, sequence: parent == nil ? nil : before ?? 0)
        var local = LocalExecution(entry: entry, workflow: start.workflow)
        local.process = ClientIdentity.process
        local.outputs = start.outputs
        local.keeping = start.keeping
        return local
    }

    private func keepFiles(_ local: LocalExecution) async throws {
        var configuration = ExecutionConfiguration()
        configuration.workflow = start.workflowID
        configuration.description = start.description
        configuration.argv = local.entry.argv
        configuration.assets =
            start.inputs.map { AssetSpec($0) } + start.outputs.map { AssetSpec($0, role: .output) }
        try ledger.folder.write("configuration.json", configuration.json.pretty + "\n")
        var system = utsname()
        uname(&system)
        let record = EnvironmentRecord(start.environment)
        try ledger.folder.write(
            "environment.json", record.json(system: Self.members(system), taken: .now).pretty + "\n")
        if let script = start.script, let content = FileManager.default.contents(atPath: script),
            content.count <= 4 << 20,
            !content.prefix(4).elementsEqual([0x7F, 0x45, 0x4C, 0x46])
        {
            try ledger.folder.write("script-\(URL(filePath: script).lastPathComponent)", content)
        }
        if let root = start.workflow.source.root, !start.workflow.source.changed.isEmpty {
            try ledger.folder.write("code.diff", try await CodeEvidence.difference(root: root, on: LocalHost()))
        }
    }

    private static func members(_ system: utsname) -> [JSON.Member] {
        func text<T>(_ field: T) -> JSON {
            withUnsafeBytes(of: field) { .string(String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)) }
        }
        return [
            .init("system", text(system.sysname)), .init("release", text(system.release)),
            .init("version", text(system.version)), .init("machine", text(system.machine)),
        ]
    }

    /// A file of a job's result is from now on known to be one.
    private func tie(_ uses: [AssetUse]) throws {
        guard let history = catalog.history else { return }
        for use in uses {
            let isMade = try history.assetUses(ofContent: use.sha256).contains { $0.role == .output }
            guard !isMade, let place = try ResultPlace.find(use.path, history) else { continue }
            try ledger.used(.output, [use], of: place.execution)
        }
    }

    /// The ids, for whoever asked for them in a file.
    private func saveIDs() {
        for name in ["MUSTER_SAVE_EXECUTION", "DERIVA_ML_SAVE_EXECUTION_RID"] {
            guard let path = start.environment[name], !path.isEmpty else { continue }
            let ids: JSON = .object([
                "hostname": .string(ClientIdentity.host), "catalog_id": .string("\(Places.state)/history.sqlite"),
                "workflow_rid": .string(start.workflowID), "execution_rid": .string(id),
            ])
            do {
                try Data((ids.pretty + "\n").utf8).write(to: URL(filePath: Places.absolute(path)), options: .atomic)
            } catch {
                Terminal.complain("warning: \(name): \(path) was not written: \(error.localizedDescription)")
            }
        }
    }
}
