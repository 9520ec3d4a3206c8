import CShims
import Digest
import Foundation
import MusterCore

/// A file that is to come home.
struct Errand: Hashable {
    /// The job's id, for people.
    var job: String
    /// The file, and its absolute path on the cluster.
    var file: ResultFile, there: String
    /// Its path below the results' folder at home.
    var name: String
    /// What lies in its place is replaced.
    var replaces: Bool

    static func == (left: Errand, right: Errand) -> Bool { left.name == right.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The failure to bring it, for the report.
    func failure(_ reason: String) -> CollectReport.Failure {
        CollectReport.Failure(job: job, path: file.path, reason: reason)
    }
}

/// Puts files that have come into their places.
struct Placing {
    let ledger: HomeLedger
    private var home: String { ledger.home }

    /// A place that could not be taken.
    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    /// Checks a file that has come to `path`, and gives it its name and the time of its original.
    ///
    /// - Returns: False where its content is not what the agent saw.
    func place(_ path: String, for errand: Errand) throws -> Bool {
        guard let digest = FileDigest(path: path) else {
            throw Refusal(description: "'\(path)' can't be read: \(Self.words(errno))")
        }
        guard digest.mark.size == errand.file.size, errand.file.sum.map({ $0 == digest.sha256 }) ?? true else {
            return false
        }
        let target = "\(home)/\(errand.name)"
        try FileManager.default.createDirectory(
            at: URL(filePath: target).deletingLastPathComponent(), withIntermediateDirectories: true)
        FileLook.setTime(path, to: errand.file.changed)
        // What somebody put there meanwhile stays.
        guard errand.replaces ? rename(path, target) == 0 : cshims_rename_new(path, target) == 0 else {
            throw Refusal(description: "it can't be put to '\(target)': \(Self.words(errno))")
        }
        guard let look = FileLook(target) else { throw Refusal(description: "'\(target)': \(Self.words(errno))") }
        ledger.remember(
            errand.name, HomeFile(size: look.mark.size, changed: look.mark.changed, sum: digest.sha256))
        return true
    }

    private static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}
