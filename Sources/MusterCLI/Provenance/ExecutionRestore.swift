import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

/// Puts what an execution was started with into a folder, and says how to start it again.
enum ExecutionRestore {
    static func restore(_ name: String?, to folder: String?, outputs: Bool) async throws {
        let history = try RunRecord.openHistory()
        let record = try history.execution(name ?? only(history))
        let target = Places.absolute(folder ?? record.id.replacing("/", with: "_"))
        let kept = ExecutionFolder(id: record.kind == .job ? record.parent ?? record.id : record.id)
        let own = kept.files.filter { $0 != "execution.json" }
        let run = record.kind == .program ? nil : record.parent ?? record.id
        let ofRun = run == nil ? [] : ["config.yaml", "plan.json", "jobs.jsonl", "job.sh"]
        let taken = (own + ofRun).filter { FileManager.default.fileExists(atPath: "\(target)/\($0)") }
        guard taken.isEmpty else {
            throw ExitStatus.usage(
                "\(target) has \(taken.joined(separator: ", ")) already; name another folder: --to FOLDER")
        }
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        for file in own {
            try FileManager.default.copyItem(atPath: "\(kept.path)/\(file)", toPath: "\(target)/\(file)")
        }
        if let run {
            let record = try await RunRecord.open(run)
            // Scripts of further sizes lie beside the first one's; those that there are come along.
            try await record.site.host.download(ofRun, from: record.summary.folder, to: target)
        }
        if !(own + ofRun).isEmpty {
            Terminal.complain("put into \(target): \((own + ofRun).joined(separator: ", "))")
        }
        let isComplete = try contents(of: record, history, to: target, outputs: outputs, besides: own)
        if !["", FileManager.default.currentDirectoryPath].contains(record.folder ?? ""), record.kind == .program {
            Terminal.complain("it ran in \(record.folder ?? "") on \(record.host ?? "?")")
        }
        // On another machine its record is what the store gave back.
        Terminal.print(command(record, kept.exists ? kept.path : target, restored: target))
        if !isComplete { throw ExitStatus.someFailed }
    }

    /// Puts what it read, and with `outputs` what it made, from the store; false where something else is in the way. What the store
    /// does not have is told, and no failure: whoever did not ask for it to be kept has it elsewhere.
    private static func contents(
        of record: ExecutionRecord, _ history: History, to target: String, outputs: Bool, besides own: [String]
    ) throws -> Bool {
        let kinds = Set(own.compactMap { KeptEvidence(file: $0) }.map(\.rawValue))
        let evidence = try history.assetUses(of: record.id).filter { kinds.contains($0.asset.type) }.map(\.path)
        let named = try StoreNames.files(of: record, history).filter { named in
            (outputs || named.role == .input) && !evidence.contains(named.path ?? "")
        }
        guard !named.isEmpty else { return true }
        let came = ContentGiving(store: ContentStore(), target: target).give(named)
        Terminal.complain(came.words)
        if outputs, !came.missing.isEmpty {
            Terminal.complain("to bring what another store has: muster store pull PLACE \(record.id)")
        }
        return came.refused.isEmpty
    }

    /// The only execution of a program that this machine has a record of.
    private static func only(_ history: History) throws -> String {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: ExecutionFolder.all)) ?? []).filter {
            ResourceID($0) != nil
        }
        guard let name = names.first, names.count == 1 else {
            throw ExitStatus.usage(
                "name the execution: this machine has records of \(names.count); muster execution list")
        }
        return name
    }

    private static func command(_ record: ExecutionRecord, _ kept: String, restored target: String) -> String {
        switch record.kind {
        case .run, .job:
            let run = record.parent ?? record.id
            let isFailed = record.kind == .job && record.status == ExecutionStatus.failed.rawValue
            let job = record.id.dropFirst(run.count + 1)
            return isFailed ? "muster retry \(run) \(ShellWord.quote(String(job)))" : "muster resume \(run)"
        case .program:
            let content = FileManager.default.contents(atPath: "\(kept)/configuration.json")
            let configuration = content.flatMap { try? JSON(parsing: $0) }.flatMap {
                ExecutionConfiguration(json: $0, argv: record.argv)
            }
            // Where its folder is not, its files are below the one that they were put into.
            let isHere = record.folder.map { FileManager.default.fileExists(atPath: $0) } ?? true
            let files = (configuration?.assets ?? []).flatMap { asset in
                let name = isHere ? asset.name : RestoredName.of(asset.name, from: record.folder) ?? asset.name
                return [asset.role == .input ? "--in" : "--out", ShellWord.quote(name)]
            }
            let words = record.argv.map(ShellWord.quote)
            let folder = (isHere ? record.folder : target).map { "cd \(ShellWord.quote($0)) && " } ?? ""
            return folder + (["muster", "exec"] + files + ["--"] + words).joined(separator: " ")
        }
    }
}
