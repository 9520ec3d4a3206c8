import Foundation
import Glibc
import MusterCore
import MusterHistory
import MusterProvenance

/// Moves of executions that people make.
enum ExecutionAbort {
    /// Gives an execution up.
    static func abort(_ name: String) throws {
        let (record, ledger, status) = try open(name)
        let execution = execution(record.id, status, ledger)
        try execution.move(to: .aborted, error: "Aborted: by \(ClientIdentity.user)")
        Terminal.complain("\(record.id) is Aborted")
        guard let process = ledger.folder.read()?.process, status == .running else { return }
        if process.machine != ClientIdentity.process.machine || process.space != ClientIdentity.process.space {
            Terminal.complain(
                "its program runs on \(record.host ?? "another machine"): end it there (process \(process.pid))")
        } else if !ClientIdentity.isGone(process) {
            kill(pid_t(process.pid), SIGTERM)
            Terminal.complain("its program was asked to end (process \(process.pid))")
        }
    }

    /// Records the outputs of an execution that ended without that.
    static func recover(_ name: String, push: String?, keeps: Bool) async throws {
        let (record, ledger, status) = try open(name)
        guard let local = ledger.folder.read() else {
            throw ExitStatus.usage(
                "this machine has no record of \(record.id): what it was to make is known on \(record.host ?? "the other") alone"
            )
        }
        if status == .running, let process = local.process, !ClientIdentity.isGone(process) {
            throw ExitStatus.usage(
                "\(record.id) runs (process \(process.pid) on \(record.host ?? "?")); wait for its end")
        }
        let execution = execution(record.id, status, ledger)
        let missing = local.outputs.filter { !FileManager.default.fileExists(atPath: $0) }
        guard missing.isEmpty else {
            throw ExitStatus.incomplete(
                "error: there is no \(missing.joined(separator: ", no ")); to give it up: muster execution abort \(record.id)"
            )
        }
        if status != .pendingUpload { try execution.move(to: .pendingUpload) }
        // What it read was told when it began.
        var uses = try RunRecord.openHistory().assetUses(of: record.id).filter { $0.role == .input }.map {
            (
                role: $0.role,
                use: AssetUse(sha256: $0.asset.sha256, size: $0.asset.size, path: $0.path, type: $0.asset.type)
            )
        }
        for output in local.outputs {
            let made = try FileSums.uses(at: output)
            try ledger.used(.output, made)
            uses += made.map { (.output, $0) }
        }
        var keeping = keeps ? local.keeping : Keeping()
        keeping.push = push ?? keeping.push
        let problems = await keeping.finish(uses)
        guard problems.isEmpty else {
            Keeping.warn(record.id, problems)
            throw ExitStatus.someFailed
        }
        try execution.move(to: .uploaded)
        Terminal.complain("\(record.id) is Uploaded, with \(local.outputs.count) outputs")
    }

    private static func open(_ name: String) throws -> (ExecutionRecord, ProgramLedger, ExecutionStatus) {
        let history = try RunRecord.openHistory()
        let record = try history.execution(name)
        guard record.kind == .program else {
            throw ExitStatus.usage(
                "\(record.id) is a \(record.kind.rawValue), whose status follows from what it does; to end it: muster cancel \(record.parent ?? record.id)"
            )
        }
        let ledger = ProgramLedger(record.id, catalog: Catalog())
        // An execution of another machine has no record here: the catalog's word counts, and is told of alone.
        let local = ledger.folder.read()?.move.status
        guard let status = local ?? ExecutionStatus(rawValue: record.status) else {
            throw ExitStatus(
                code: 1, text: "error: the history says '\(record.status)' of \(record.id), which is no status")
        }
        return (record, ledger, status)
    }

    private static func execution(_ id: String, _ status: ExecutionStatus, _ ledger: ProgramLedger) -> Execution {
        Execution(
            id: id, status: status, ledger: ledger, now: { .now },
            monotonic: { Int64(ProcessInfo.processInfo.systemUptime * 1_000_000) })
    }
}

/// Executions of which this machine's record and the history can't both be right, or whose process is gone.
enum ExecutionProblems {
    struct Problem {
        var id: String, local: String, catalog: String, what: String, advice: String
    }

    static func find() throws -> [Problem] {
        let catalog = Catalog()
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: ExecutionFolder.all)) ?? []).filter {
            ResourceID($0) != nil
        }
        return try names.sorted().compactMap { id in
            let folder = ExecutionFolder(id: id)
            guard let local = folder.read() else {
                return Problem(
                    id: id, local: "?", catalog: word(catalog.answer(id)),
                    what: "\(folder.path)/execution.json can't be read",
                    advice: "restore the file, or remove the folder")
            }
            try folder.change { record in record = record.map { Reconciling.compare($0, catalog) } }
            let now = folder.read() ?? local
            let answer = catalog.answer(id)
            if let text = now.problem {
                let advice =
                    now.move.status.next.contains(.aborted)
                    ? "muster execution abort \(id)" : "muster execution show \(id)"
                return Problem(
                    id: id, local: now.move.status.rawValue, catalog: word(answer), what: text, advice: advice)
            }
            if now.isPending {
                return Problem(
                    id: id, local: now.move.status.rawValue, catalog: word(answer),
                    what: "the history has not taken \(now.untold.count) facts: \(catalog.refusal ?? "not now")",
                    advice: "nothing: the next command tries again")
            }
            if now.move.status == .pendingUpload, now.process.map(ClientIdentity.isGone) ?? true {
                return Problem(
                    id: id, local: now.move.status.rawValue, catalog: word(answer),
                    what: "not all of its outputs are recorded, or contents kept",
                    advice: "muster execution recover \(id)")
            }
            if now.move.status == .running, let process = now.process, ClientIdentity.isGone(process) {
                return Problem(
                    id: id, local: now.move.status.rawValue, catalog: word(answer), what: "its process is gone",
                    advice: "muster execution recover \(id), or abort")
            }
            return nil
        }
    }

    static func list(json: Bool) throws {
        let problems = try find()
        if json {
            let rows = problems.map { problem in
                JSON.object([
                    "id": .string(problem.id), "local": .string(problem.local), "catalog": .string(problem.catalog),
                    "problem": .string(problem.what), "advice": .string(problem.advice),
                ])
            }
            return Terminal.print(JSON.object(["schema": 1, "problems": .array(rows)]).line)
        }
        guard !problems.isEmpty else { return Terminal.complain("nothing: records and history agree") }
        var table = Table(header: ["EXECUTION", "HERE", "HISTORY", "WHAT", "TO DO"])
        table.rows = problems.map { [$0.id, $0.local, $0.catalog, $0.what, $0.advice] }
        Terminal.print(table.text)
        throw ExitStatus.someFailed
    }

    private static func word(_ answer: CatalogAnswer) -> String {
        switch answer {
        case .unreachable: "unreachable"
        case .missing: "-"
        case .status(let word, _): word
        }
    }
}
