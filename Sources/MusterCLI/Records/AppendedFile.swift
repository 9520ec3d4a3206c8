import Foundation
import MusterCore

/// A log that several processes append to.
enum AppendedFile {
    /// Appends what `text` makes of the file as it is, with nobody else writing meanwhile, and waits until the disk has it.
    ///
    /// `text` gets the content only where it asks for it, since such a file may grow long; nil leaves the file as it is.
    static func append(to path: String, _ text: (_ isEmpty: Bool, _ content: () -> Data) -> String?) throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw ExitStatus.failed("open", path) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Where the file system knows no locks, a single write to the end has to do.
        while flock(descriptor, LOCK_EX) != 0, ![ENOLCK, ENOTSUP, ENOSYS].contains(errno) {
            guard errno == EINTR else { throw ExitStatus.failed("flock", path) }
        }
        let length = try file.seekToEnd()
        let content = {
            try? file.seek(toOffset: 0)
            return (try? file.readToEnd()) ?? Data()
        }
        if let text = text(length == 0, content) {
            try file.write(contentsOf: Data(text.utf8))
            try file.synchronize()
        }
        try file.close()
    }
}

extension ExitStatus {
    /// A call of the system that has just failed.
    fileprivate static func failed(_ call: String, _ path: String) -> ExitStatus {
        ExitStatus(code: 1, text: "\(call) \(path): \(String(cString: strerror(errno)))")
    }
}
