import Digest
import Foundation
import MusterCluster
import MusterCore
import MusterProvenance

/// What the scenes hold at home. Sums are kept in `stage-in/home.jsonl` of the state, with sizes and times of the files, so that
/// nothing is read again before it changes.
struct InputManifest {
    /// The data set's folder at home.
    let folder: String

    private static var ledger: HomeLedger { HomeLedger(home: "", path: "\(Places.state)/stage-in/home.jsonl") }

    /// The scenes' files with their sizes; with `sums` their checksums too.
    func read(_ scenes: [String], sums: Bool) async throws -> DatasetContent {
        let place = DatasetPlace(
            cluster: "local", host: LocalHost(), machine: ClientIdentity.host, folder: folder, isHere: true)
        let content = try await DatasetLook(place: place).sizes(of: scenes)
        guard sums else { return content }
        defer { Terminal.endProgress() }
        let ledger = Self.ledger
        var (files, bytes): ([DatasetFile], Int64) = ([], 0)
        for file in content.files {
            files.append(try summed(file, ledger))
            bytes += file.size
            if files.count % 500 == 0 { try ledger.save() }
            Terminal.progress(
                "checksums: \(files.count) of \(content.files.count) files, \(ByteCount(bytes)) of \(ByteCount(content.bytes))"
            )
        }
        try ledger.save()
        return DatasetContent(files)
    }

    /// The file that a name stands for, links followed.
    func path(of file: String) -> String { URL(filePath: "\(folder)/\(file)").resolvingSymlinksInPath().path }

    private func summed(_ file: DatasetFile, _ ledger: HomeLedger) throws -> DatasetFile {
        let path = path(of: file.path)
        let name = String(path.dropFirst())
        if let look = ledger.look(at: name), let sum = look.sum {
            return DatasetFile(path: file.path, size: look.size, sha256: sum)
        }
        errno = 0
        guard let sum = ledger.sum(of: name), let look = ledger.look(at: name) else {
            let reason = errno == 0 ? "it changed while it was read" : String(cString: strerror(errno))
            throw ExitStatus(code: 1, text: "error: cannot read '\(path)': \(reason)")
        }
        return DatasetFile(path: file.path, size: look.size, sha256: sum)
    }
}
