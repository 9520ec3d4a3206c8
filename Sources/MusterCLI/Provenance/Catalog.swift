import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

/// The history as the catalog of executions, from a process that must go on when it can't be written.
final class Catalog {
    /// Seconds for which a program's start waits for whoever writes the history.
    static let patience = 2.0

    private var voice = ProvenanceVoice()
    /// The history; nil where it can't be opened, and why.
    let history: History?
    private(set) var refusal: String?

    init() {
        do {
            history = try History(folder: Places.state, patience: Self.patience)
        } catch {
            history = nil
            refusal = ExitStatus(error)?.text ?? "\(error)"
        }
    }

    /// The facts as events of this process, told in this order.
    func events(_ facts: [ProvenanceFact], at time: Timestamp = .now) -> [Event] { voice.events(facts, at: time) }

    /// Tells the catalog; false where it can't be told now.
    func take(_ events: [Event]) -> Bool {
        guard let history else { return false }
        do {
            try history.append(events)
            return true
        } catch {
            refusal = ExitStatus(error)?.text ?? "\(error)"
            return false
        }
    }

    /// What it says of an execution.
    func answer(_ id: String) -> CatalogAnswer { (try? history?.catalogAnswer(id)) ?? .unreachable }
}

/// Keeps a program's execution: in its folder, then in the catalog.
final class ProgramLedger: ExecutionLedger {
    let folder: ExecutionFolder
    let catalog: Catalog
    private var isWarned = false

    init(_ id: String, catalog: Catalog) {
        folder = ExecutionFolder(id: id)
        self.catalog = catalog
    }

    /// Writes the record of a new execution, and tells of it and its workflow.
    func create(_ local: LocalExecution, registers: Bool) throws {
        let facts: [ProvenanceFact] =
            (registers ? [.workflowRegistered(local.workflow)] : []) + [.executionCreated(local.entry)]
        let events = catalog.events(facts)
        try folder.change { record in
            record = local
            record?.untold = events
        }
        flush()
    }

    func keep(_ move: ExecutionMove) throws {
        let events = catalog.events([.executionMoved(move)])
        try folder.change { record in
            guard let known = record else { return }
            // What is known of the program's end stays with later moves.
            var move = move
            move.started = move.started ?? known.move.started
            move.ended = move.ended ?? known.move.ended
            move.duration = move.duration ?? known.move.duration
            move.exit = move.exit ?? known.move.exit
            move.signal = move.signal ?? known.move.signal
            record?.move = move
            record?.untold += events
        }
    }

    func tell(_ move: ExecutionMove) { flush() }

    func status() -> ExecutionStatus? { folder.read()?.move.status }

    /// Tells of files that the execution read or made.
    func used(_ role: AssetRole, _ uses: [AssetUse], of execution: String? = nil) throws {
        let events = catalog.events(History.facts(of: execution ?? folder.id, role, uses))
        try folder.change { $0?.untold += events }
        flush()
    }

    /// Tells the catalog what it has not heard. Where that can't be done the record says so, and a later command does it.
    func flush() {
        do {
            try folder.change { record in
                guard let reconciled = record.map({ Reconciling.flush($0, catalog) }) else { return }
                record = reconciled
            }
        } catch {
            Terminal.complain("warning: \(ExitStatus(error)?.text ?? "\(error)")")
        }
        guard !isWarned, let local = folder.read(), local.isPending else { return }
        isWarned = true
        Terminal.complain(
            "warning: the history can't be written now"
                + (catalog.refusal.map { " (\($0))" } ?? "")
                + "; \(folder.id) is kept in \(folder.path) and told to it by a later command")
    }
}

/// Brings a local record and the catalog together.
enum Reconciling {
    /// The record after what it has to tell was told, as far as that can be done and may be done.
    static func flush(_ local: LocalExecution, _ catalog: Catalog) -> LocalExecution {
        var local = local
        guard local.isPending else { return local }
        let answer = catalog.answer(local.entry.id)
        let decision = Reconcile.flush(local: local.move.status, base: local.synced, catalog: answer)
        switch decision {
        case .nothing where answer == .unreachable: return local
        case .nothing, .push:
            guard catalog.take(local.untold) else { return local }
            settle(&local, local.move.status)
        case .adopt(let status, let error):
            // What was read and made is told all the same; where it stands is not.
            guard catalog.take(local.untold.filter { $0.body.kind != "execution.moved" }) else { return local }
            local.move.status = status
            local.move.error = error ?? local.move.error
            settle(&local, status)
        case .problem(let text): local.problem = text
        }
        return local
    }

    /// Looks at a record that waits for nothing.
    static func compare(_ local: LocalExecution, _ catalog: Catalog) -> LocalExecution {
        var local = local
        guard !local.isPending else { return flush(local, catalog) }
        switch Reconcile.decide(local: local.move.status, catalog: catalog.answer(local.entry.id)) {
        case .nothing: local.problem = nil
        case .adopt(let status, let error):
            local.move.status = status
            local.move.error = error ?? local.move.error
            settle(&local, status)
        case .push:
            guard catalog.take(catalog.events([.executionMoved(local.move)])) else { return local }
            settle(&local, local.move.status)
        case .problem(let text): local.problem = text
        }
        return local
    }

    private static func settle(_ local: inout LocalExecution, _ status: ExecutionStatus) {
        local.untold = []
        local.synced = status
        local.problem = nil
    }

    /// Tells what earlier commands could not. Costs one look into a folder where nothing waits.
    static func flushAll() {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: ExecutionFolder.pending), !names.isEmpty
        else { return }
        let catalog = Catalog()
        guard catalog.history != nil else { return }
        for name in names.sorted() {
            try? ExecutionFolder(id: name).change { record in
                guard let local = record else { return }
                record = flush(local, catalog)
            }
        }
    }
}
