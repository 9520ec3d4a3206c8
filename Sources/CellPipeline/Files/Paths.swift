import Glibc

/// Joins a folder and a name with exactly one slash.
package func joinPath(_ folder: String, _ name: String) -> String {
    if folder.isEmpty { return name }
    return folder.hasSuffix("/") ? folder + name : folder + "/" + name
}

/// The folder and the last part of a path; the folder of a bare name is ".".
func splitPath(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.index(after: slash)...]))
}

/// The last part of a path, trailing slashes left aside.
func lastPart(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
}

/// Whether there is a folder at the path, links followed.
package func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether there is a file that is no folder at the path, links followed.
package func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
}

/// Makes a folder and those above it; one that is there already is no error.
package func makeFolder(_ path: String) throws {
    if path.isEmpty || isFolder(path) { return }
    let parent = splitPath(path).folder
    if parent != path && parent != "." { try makeFolder(parent) }
    if mkdir(path, 0o777) != 0 && !(errno == EEXIST && isFolder(path)) {
        throw PipelineError(cannot: "make the folder", path, systemMessage(errno))
    }
}

/// The names in a folder, sorted as text, without `.` and `..`.
package func namesInFolder(_ path: String) throws -> [String] {
    guard let stream = opendir(path) else {
        throw PipelineError(cannot: "list the folder", path, systemMessage(errno))
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
            tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// All bytes of a file that is meant to be small, like a table or a description.
package func readBytes(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw PipelineError(cannot: "read", path, systemMessage(errno)) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { throw PipelineError(cannot: "read", path, systemMessage(errno)) }
        if count == 0 { return bytes }
        bytes.append(contentsOf: chunk[..<count])
    }
}

/// A small file as text; bytes that are no UTF-8 become replacement characters.
package func readText(_ path: String) throws -> String {
    String(decoding: try readBytes(path), as: UTF8.self)
}

/// The path from the root, with links and dots resolved.
func absolutePath(_ path: String) throws -> String {
    guard let resolved = realpath(path, nil) else { throw PipelineError(cannot: "find", path, systemMessage(errno)) }
    defer { free(resolved) }
    return String(cString: resolved)
}
