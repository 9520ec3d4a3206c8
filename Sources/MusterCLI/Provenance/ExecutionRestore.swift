import Foundation
import MusterCluster
import MusterCore
import MusterHistory
import MusterProvenance

/// Puts what an execution was started with into a folder, and says how to start it again.
enum ExecutionRestore {
    static func restore(_ name: String?, to folder: String?) async throws {
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
        Terminal.complain("put into \(target): \((own + ofRun).joined(separator: ", "))")
        if !["", FileManager.default.currentDirectoryPath].contains(record.folder ?? ""), record.kind == .program {
            Terminal.complain("it ran in \(record.folder ?? "") on \(record.host ?? "?")")
        }
        Terminal.print(command(record, kept))
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

    private static func command(_ record: ExecutionRecord, _ kept: ExecutionFolder) -> String {
        switch record.kind {
        case .run, .job:
            let run = record.parent ?? record.id
            let isFailed = record.kind == .job && record.status == ExecutionStatus.failed.rawValue
            let job = record.id.dropFirst(run.count + 1)
            return isFailed ? "muster retry \(run) \(ShellWord.quote(String(job)))" : "muster resume \(run)"
        case .program:
            let content = FileManager.default.contents(atPath: "\(kept.path)/configuration.json")
            let configuration = content.flatMap { try? JSON(parsing: $0) }.flatMap {
                ExecutionConfiguration(json: $0, argv: record.argv)
            }
            let files = (configuration?.assets ?? []).flatMap { asset in
                [asset.role == .input ? "--in" : "--out", ShellWord.quote(asset.name)]
            }
            let words = record.argv.map(ShellWord.quote)
            let folder = record.folder.map { "cd \(ShellWord.quote($0)) && " } ?? ""
            return folder + (["muster", "exec"] + files + ["--"] + words).joined(separator: " ")
        }
    }
}
