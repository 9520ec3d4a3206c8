import CShims
import Digest
import Foundation

/// A file's content under a new name, whose SHA-256 is taken of what was written and not of what was to be written.
///
/// The copy has no name until it is whole, so that nothing is left of one that was interrupted. It shares its blocks with the
/// original where the file system can do that; it is never a hard link, by which the original's owner could change it.
struct ContentCopy: ~Copyable {
    /// SHA-256 and bytes of what was written.
    let sum: String, size: Int64
    private let file: Int32
    /// The name that it has meanwhile where the file system knows no files without one.
    private let temporary: String?

    /// What could not be read or written, for people.
    struct Failure: Error, CustomStringConvertible {
        var description: String
        init(_ what: String, code: Int32 = errno) { description = "\(what): \(String(cString: strerror(code)))" }
        init(text: String) { description = text }
    }

    private static let part = 1 << 20

    /// Copies the file at `source`, links followed, onto the file system of `folder`.
    init(of source: String, in folder: String, mode: mode_t) throws(Failure) {
        let original = open(source, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard original >= 0 else { throw Failure("cannot read '\(source)'") }
        defer { close(original) }
        var before = stat(), after = stat()
        guard fstat(original, &before) == 0 else { throw Failure("cannot read '\(source)'") }
        guard before.st_mode & S_IFMT == S_IFREG else { throw Failure(text: "'\(source)' is no file") }
        var name: String?
        var file = cshims_file_unnamed(folder, mode)
        if file < 0, [EOPNOTSUPP, EISDIR, EINVAL, ENOENT].contains(errno) {
            let path = "\(folder)/.muster-copy-\(UUID().uuidString)"
            name = path
            file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        }
        guard file >= 0 else { throw Failure("cannot write to '\(folder)'") }
        let made: (sum: String, size: Int64)
        do throws(Failure) {
            let isClone = cshims_file_clone(file, original) == 0
            made = try Self.fill(isClone ? nil : file, from: isClone ? file : original, source, folder)
            guard isClone || (fstat(original, &after) == 0 && FileDigest.Mark(after) == FileDigest.Mark(before)) else {
                throw Failure(text: "'\(source)' changed while it was read")
            }
            guard fsync(file) == 0 else { throw Failure("cannot write to '\(folder)'") }
        } catch {
            close(file)
            if let name { unlink(name) }
            throw error
        }
        (sum, size, self.file, temporary) = (made.sum, made.size, file, name)
    }

    /// Reads one file to its end, and writes it to another one.
    private static func fill(
        _ target: Int32?, from original: Int32, _ source: String, _ folder: String
    ) throws(Failure) -> (sum: String, size: Int64) {
        var digest = ContentDigest()
        var size: Int64 = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: part, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = pread(original, buffer.baseAddress, part, off_t(size))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure("cannot read '\(source)'") }
            if count == 0 { break }
            digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            var done = 0
            while let target, done < count {
                let written = write(target, buffer.baseAddress?.advanced(by: done), count - done)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw Failure("cannot write to '\(folder)'") }
                done += written
            }
            size += Int64(count)
        }
        return (digest.finishHex(), size)
    }

    /// Gives it its name on the same file system, and has that on the disk; false where something has the name.
    func name(_ path: String) throws(Failure) -> Bool {
        let result = temporary.map { cshims_rename_new($0, path) } ?? cshims_file_name(file, path)
        guard result == 0 else {
            if errno == EEXIST { return false }
            throw Failure("cannot write '\(path)'")
        }
        Self.sync(URL(filePath: path).deletingLastPathComponent().path)
        return true
    }

    /// Has the names in a folder on the disk.
    static func sync(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    deinit {
        close(file)
        if let temporary { unlink(temporary) }
    }
}
