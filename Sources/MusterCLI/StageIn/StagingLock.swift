import Foundation
import MusterCore

/// Keeps two processes of this machine from sending to one store at a time: the second one waits, and finds there what the first one
/// sent. Let go with the last reference, or the process.
final class StagingLock {
    private let file: Int32

    /// Takes the lock at `path`. Where the file system has no locks nobody is kept out.
    init(_ path: String, for folder: String, doing: String = "sends scenes to") async throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        var hasTold = false
        while file >= 0, flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            if !hasTold { Terminal.complain("another muster \(doing) \(folder); waiting for its end") }
            hasTold = true
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    deinit { if file >= 0 { close(file) } }
}
