import CShims
import Digest
import Foundation
import MusterCore
import MusterProvenance

/// Contents of files at home, each once, under its SHA-256: laid out as the stores of inputs on clusters are, so that either can
/// be the other's remote.
///
/// `objects/ab/abcdef...` are the contents, which nobody may write to; `incoming/` is what is on its way. A content has its name
/// only when it is whole, on the disk, and was read. What there is, is what lies there: no list of it is kept.
struct ContentStore {
    let folder: String

    init(_ folder: String = Places.store) { self.folder = folder }

    /// A content that is there.
    struct Stored: Equatable {
        /// SHA-256 and bytes; -1 for what is no file.
        var sum: String, size: Int64
        /// When it came, by this machine's clock.
        var came: Timestamp
    }

    /// What became of a file that was added.
    struct Added: Equatable {
        /// Its SHA-256 and bytes.
        var sum: String, size: Int64
        /// It was not there before.
        var isNew: Bool
    }

    /// Where a content lies.
    func object(_ sum: String) -> String { "\(folder)/objects/\(sum.prefix(2))/\(sum)" }

    /// Its bytes; nil where it is not there.
    func size(_ sum: String) -> Int64? {
        FileLook(object(sum)).flatMap { $0.isFile ? $0.mark.size : nil }
    }

    /// Makes the folders for a content.
    private func prepare(_ sum: String? = nil) throws(ContentCopy.Failure) {
        do {
            let files = FileManager.default
            if !files.fileExists(atPath: folder) {
                // What is in it may be known to its owner alone.
                try files.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
            let path = "\(folder)/objects" + (sum.map { "/\($0.prefix(2))" } ?? "")
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ContentCopy.Failure(text: "cannot make a folder in '\(folder)': \(error.localizedDescription)")
        }
    }

    /// Puts a file's content into the store; nothing is written where it is there.
    ///
    /// - Parameter expected: The SHA-256 that it must have.
    @discardableResult
    func add(_ path: String, expected: String? = nil) throws(ContentCopy.Failure) -> Added {
        let real = URL(filePath: path).resolvingSymlinksInPath().path
        // What is there need not be written to find that out.
        if let expected, let size = size(expected), FileLook(real)?.mark.size == size {
            return Added(sum: expected, size: size, isNew: false)
        }
        if expected == nil, let digest = FileDigest(path: real), size(digest.sha256) == digest.mark.size {
            return Added(sum: digest.sha256, size: digest.mark.size, isNew: false)
        }
        try prepare()
        let copy = try ContentCopy(of: real, in: "\(folder)/objects", mode: 0o444)
        guard expected == nil || copy.sum == expected else {
            throw ContentCopy.Failure(text: "'\(path)' has another content than was recorded")
        }
        try prepare(copy.sum)
        let object = object(copy.sum)
        if try copy.name(object) { return Added(sum: copy.sum, size: copy.size, isNew: true) }
        // Another one was quicker; or what lies there was cut, which its size tells.
        guard size(copy.sum) != copy.size else { return Added(sum: copy.sum, size: copy.size, isNew: false) }
        let aside = "\(folder)/objects/.\(copy.sum).\(UUID().uuidString)"
        guard try copy.name(aside), rename(aside, object) == 0 else {
            throw ContentCopy.Failure("cannot write '\(object)'")
        }
        return Added(sum: copy.sum, size: copy.size, isNew: true)
    }

    /// Gives a file that came onto the store's file system, and was read, its name; with `replaces` in the place of what is there.
    func adopt(_ path: String, as sum: String, replaces: Bool) throws(ContentCopy.Failure) {
        try prepare(sum)
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw ContentCopy.Failure("cannot read '\(path)'") }
        defer { close(file) }
        guard fchmod(file, 0o444) == 0, fsync(file) == 0 else { throw ContentCopy.Failure("cannot write '\(path)'") }
        let object = object(sum)
        if replaces ? rename(path, object) != 0 : cshims_rename_new(path, object) != 0 {
            guard errno == EEXIST else { throw ContentCopy.Failure("cannot write '\(object)'") }
            unlink(path)
        }
        ContentCopy.sync("\(folder)/objects/\(sum.prefix(2))")
    }
}
