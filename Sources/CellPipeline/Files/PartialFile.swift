import Glibc

/// A file being written, which appears under its name only when it is complete.
///
/// The bytes go to `.NAME.PID.partial` in the same folder; `publish` renames it. Whoever finds the name
/// finds a whole file, also after the program was killed half way. A value destroyed before `publish`
/// removes its temporary file.
struct PartialFile: ~Copyable {
    let path: String
    private let temporaryPath: String
    private var descriptor: Int32
    private var isPublished = false
    private var pending: [UInt8] = []

    private static let bufferSize = 1 << 16

    init(path: String) throws {
        self.path = path
        temporaryPath = partialPath(path)
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        if descriptor < 0 {
            throw PipelineError(cannot: "write", path, systemMessage(errno))
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isPublished { unlink(temporaryPath) }
    }

    /// Appends raw bytes, after what is still buffered.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        try flush()
        try writeNow(bytes)
    }

    /// Appends text, which is buffered.
    mutating func append(_ text: String) throws {
        pending.append(contentsOf: text.utf8)
        if pending.count >= Self.bufferSize { try flush() }
    }

    /// Gives the complete file its name, replacing a file of that name.
    mutating func publish() throws {
        try flush()
        let closed = close(descriptor)
        descriptor = -1
        // A network file system may report a full quota only here.
        if closed != 0 { throw PipelineError(cannot: "write", path, systemMessage(errno)) }
        try renameIntoPlace(temporaryPath, path)
        isPublished = true
    }

    private mutating func flush() throws {
        if pending.isEmpty { return }
        let bytes = pending
        pending.removeAll(keepingCapacity: true)
        try bytes.withUnsafeBytes { try writeNow($0) }
    }

    private func writeNow(_ bytes: UnsafeRawBufferPointer) throws {
        if let code = writeAll(descriptor, bytes) {
            throw PipelineError(cannot: "write", path, systemMessage(code))
        }
    }
}

/// The name beside its final one of a file that is being written.
func partialPath(_ path: String) -> String {
    let parts = splitPath(path)
    return joinPath(parts.folder, ".\(parts.name).\(getpid()).partial")
}

/// Gives a complete file its name.
func renameIntoPlace(_ temporaryPath: String, _ path: String) throws {
    if rename(temporaryPath, path) != 0 {
        throw PipelineError(cannot: "rename into place", path, systemMessage(errno))
    }
}

/// Writes a small text file as a whole or not at all.
func writeText(_ text: String, to path: String) throws {
    var file = try PartialFile(path: path)
    try file.append(text)
    try file.publish()
}
