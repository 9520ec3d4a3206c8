import Foundation
import MusterCore
import MusterHistory
import MusterProvenance

/// Which contents a person means.
struct StoreNames {
    let history: History
    let store: ContentStore

    /// A content by one of its names.
    struct Named: Equatable {
        /// Its SHA-256.
        var sum: String
        /// Where it lay; nil where nobody knows a name of it.
        var path: String?
        /// What an execution did with it; nil where it was not named by one.
        var role: AssetRole?
        /// What it is called below a folder that it is put into.
        var name: String
        /// It is the code that an execution ran.
        var isScript = false
    }

    /// The contents that a name stands for: the beginning of a SHA-256, an execution (a program's, a run, `RUN/JOB`), or where
    /// a file or folder lay as the history knows it.
    ///
    /// - Parameter roles: What of an execution is meant.
    func find(_ name: String, roles: Set<AssetRole> = Set(AssetRole.allCases)) throws -> [Named] {
        if let sum = try digest(name) { return try contents(of: sum) }
        if let record = try execution(name) {
            let found = try Self.files(of: record, history).filter { roles.contains($0.role ?? .input) }
            guard !found.isEmpty else {
                let what = roles == [.output] ? "outputs; for what it read: --inputs" : "files"
                throw ExitStatus.usage("the history knows of no \(record.id)'s \(what)")
            }
            return found
        }
        let path = Places.absolute(name)
        if let use = try history.assetUses(atPath: path).first { return try contents(of: use) }
        throw ExitStatus.usage(
            "'\(name)' is no content that the store or the history knows, no execution, and no file that one used\n"
                + "  to see what there is: muster store list, muster execution list")
    }

    /// The SHA-256 that begins so; nil where none does.
    private func digest(_ name: String) throws -> String? {
        guard ContentName.isBeginning(name) else { return nil }
        var found = Set(try history.contents(beginning: name, limit: 6).map(\.sha256))
        if ContentName.isWhole(name) {
            if store.size(name) != nil || !found.isEmpty { return name }
        } else {
            found.formUnion(try store.contents().map(\.sum).filter { $0.hasPrefix(name) })
            if found.isEmpty, let folder = try history.asset(beginning: name) { return folder.sha256 }
        }
        guard found.count < 2 else {
            throw ExitStatus.usage(
                "'\(name)' is the beginning of several: \(found.sorted().prefix(6).joined(separator: ", "))")
        }
        return try found.first ?? (ContentName.isWhole(name) ? history.asset(name)?.sha256 : nil)
    }

    private func execution(_ name: String) throws -> ExecutionRecord? {
        do {
            return try history.execution(name)
        } catch let error as HistoryError {
            if case .ambiguousExecution = error { throw error }
            if case .ambiguousRun = error { throw error }
            return nil
        }
    }

    private func contents(of sum: String) throws -> [Named] {
        let uses = try history.assetUses(ofContent: sum)
        if let folder = uses.last(where: { $0.asset.type == "folder" }) { return try contents(of: folder) }
        let path = uses.first?.path
        return [Named(sum: sum, path: path, name: path.flatMap { Self.last($0) } ?? sum)]
    }

    private func contents(of use: AssetUseRecord) throws -> [Named] {
        guard use.asset.type == "folder" else {
            return [Named(sum: use.asset.sha256, path: use.path, name: Self.last(use.path) ?? use.asset.sha256)]
        }
        let parent = URL(filePath: use.path).deletingLastPathComponent().path
        return try history.assetUses(of: use.execution, below: use.path).filter { $0.role == use.role }.map {
            Named(
                sum: $0.asset.sha256, path: $0.path,
                name: RestoredName.of($0.path, from: parent) ?? $0.asset.sha256)
        }
    }

    private static func last(_ path: String) -> String? {
        RestoredName.of(path, from: URL(filePath: path).deletingLastPathComponent().path)
    }

    /// The files of an execution, with the names that they have below its folder: a program's is the one that it was started in,
    /// a run's or a job's the deepest that holds them all. What lay elsewhere has its whole path.
    static func files(of record: ExecutionRecord, _ history: History) throws -> [Named] {
        let all =
            try history.assetUses(of: record.id)
            + (record.kind == .run ? history.assetUses(ofJobsIn: record.id) : [])
        let files = all.filter { $0.asset.type != "folder" && ContentName.isWhole($0.asset.sha256) }
        let outputs = files.filter { $0.role == .output }.map(\.path)
        let folder = record.kind == .program ? record.folder : RestoredName.common(outputs)
        return files.map { use in
            let evidence = KeptEvidence(rawValue: use.asset.type)
            let isApart = evidence.map { $0 != .script } ?? false
            let name = isApart ? last(use.path) : RestoredName.of(use.path, from: folder)
            return Named(
                sum: use.asset.sha256, path: use.path, role: use.role, name: name ?? use.asset.sha256,
                isScript: evidence == .script)
        }
    }
}
