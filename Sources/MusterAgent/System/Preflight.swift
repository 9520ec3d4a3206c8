import Glibc
import MusterCore

/// What an agent looks at before it begins anything: whether the node can do what every job needs.
enum Preflight {
    /// Why results or temporary files can't be written on this node; nil when they can, or when that is nobody's fault here:
    /// a full disk is waited for, and a lack of rights is the config's.
    static func sickness(results: String, temporary: String?, name: String) -> String? {
        if let error = failure(below: results, name: name), isNodes(error.code) {
            return "results can't be written: \(error)"
        }
        let folders = [temporary, "/tmp"].compactMap(\.self)
        let failures = folders.compactMap { failure(writing: name, in: $0) }
        // One that is not there is for the programs that want it to tell.
        guard failures.count == folders.count, let last = failures.last, isNodes(last.code) || last.code == EACCES
        else {
            return nil
        }
        return "temporary files can't be written: \(last)"
    }

    /// Whether an error is one of a file system that this node can't use.
    static func isNodes(_ code: Int32) -> Bool {
        [EROFS, EIO, ESTALE, ENOTCONN, ENODEV, ENXIO, ESHUTDOWN, EHOSTDOWN, ETIMEDOUT, EREMOTEIO].contains(code)
    }

    /// A folder is written to; where it does not exist yet, its nearest parent is only asked.
    private static func failure(below folder: String, name: String) -> SystemError? {
        if access(folder, F_OK) == 0 { return failure(writing: name, in: folder) }
        var folder = folder
        while access(folder, F_OK) != 0 {
            guard errno == ENOENT || errno == ENOTDIR else { return .last("access", folder) }
            guard let slash = folder.lastIndex(of: "/"), folder != "/" else { return nil }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
        return access(folder, W_OK) == 0 ? nil : .last("access", folder)
    }

    private static func failure(writing name: String, in folder: String) -> SystemError? {
        let path = "\(folder)/\(name)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return .last("open", path) }
        defer {
            close(descriptor)
            unlink(path)
        }
        do {
            try Files.writeAll(descriptor, [UInt8(ascii: "\n")], path)
            return nil
        } catch {
            return error
        }
    }
}
