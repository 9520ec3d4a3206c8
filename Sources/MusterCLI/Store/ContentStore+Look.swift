import Digest
import Foundation
import MusterCore
import MusterProvenance

/// What a store has, and what is wrong with it.
extension ContentStore {
    /// What is there, by name. What has no content's name is none.
    func contents() throws -> [Stored] {
        let objects = "\(folder)/objects"
        guard FileManager.default.fileExists(atPath: objects) else { return [] }
        var found: [Stored] = []
        for part in try FileManager.default.contentsOfDirectory(atPath: objects).sorted() where part.utf8.count == 2 {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(objects)/\(part)"))?.sorted() ?? [] {
                guard let sum = ContentName.inStore("objects/\(part)/\(name)") else { continue }
                var status = stat()
                guard lstat(object(sum), &status) == 0 else { continue }
                // A change of its name's time: what came keeps the time of its original.
                let came = Int64(status.st_ctim.tv_sec) * 1_000_000 + Int64(status.st_ctim.tv_nsec) / 1000
                found.append(
                    Stored(
                        sum: sum, size: status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : -1,
                        came: Timestamp(microseconds: came)))
            }
        }
        return found
    }

    /// What is wrong with a content, in words; nil where it is what its name says.
    func damage(_ sum: String) -> String? {
        errno = 0
        guard let digest = FileDigest(path: object(sum)) else {
            return errno == 0 ? "it changed while it was read" : String(cString: strerror(errno))
        }
        return digest.sha256 == sum ? nil : "its checksum is \(digest.sha256.prefix(16))..."
    }

    /// Takes a content away.
    func remove(_ sum: String) throws(ContentCopy.Failure) {
        guard unlink(object(sum)) == 0 || errno == ENOENT else {
            throw ContentCopy.Failure("cannot remove '\(object(sum))'")
        }
    }

    /// Takes away what was on its way. Nobody may be putting anything into the store.
    func clear() throws {
        let files = FileManager.default
        try? files.removeItem(atPath: "\(folder)/incoming")
        for name in (try? files.contentsOfDirectory(atPath: "\(folder)/objects")) ?? [] where name.hasPrefix(".") {
            try files.removeItem(atPath: "\(folder)/objects/\(name)")
        }
    }
}
