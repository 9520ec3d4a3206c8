import Glibc

/// A system call on a local file that failed.
struct LocalFileError: Error, Equatable {
    let operation: String
    let path: String
    let code: Int32

    var text: String { String(cString: strerror(code)) }
    var description: String { "\(operation) \(path): \(text)" }
}

/// Whole small files of this machine: configuration, keys, known hosts.
enum LocalFile {
    static func read(_ path: String) throws(LocalFileError) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY | O_CLOEXEC)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = try file.read(into: &buffer)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Facts about the path itself, not about what a link points to.
    static func facts(_ path: String) throws(LocalFileError) -> stat {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { throw LocalFileError(operation: "look at", path: path, code: errno) }
        return facts
    }

    /// The names in a folder, sorted.
    static func names(in folder: String) throws(LocalFileError) -> [String] {
        guard let stream = opendir(folder) else {
            throw LocalFileError(operation: "list", path: folder, code: errno)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func linkTarget(_ path: String) throws(LocalFileError) -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { chars in
                chars.baseAddress.map { readlink(path, $0, chars.count) } ?? -1
            }
        }
        guard count >= 0 else { throw LocalFileError(operation: "read the link", path: path, code: errno) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}

/// An open file descriptor with one owner; destroying it closes it.
struct Descriptor: ~Copyable {
    let number: Int32
    let path: String

    init(_ number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    deinit { close(number) }

    /// SHUT_RDWR of shutdown(2), a C enumerator that Swift does not see.
    static let bothDirections: Int32 = 2

    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(LocalFileError) -> Descriptor {
        let number = Glibc.open(path, flags, mode)
        guard number >= 0 else { throw LocalFileError(operation: "open", path: path, code: errno) }
        return Descriptor(number, path: path)
    }

    /// Fills the buffer from its start; 0 at the end of the file.
    func read(into buffer: inout [UInt8]) throws(LocalFileError) -> Int {
        while true {
            let count = Glibc.read(number, &buffer, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw LocalFileError(operation: "read", path: path, code: errno) }
        }
    }

    /// Writes everything.
    func write(_ bytes: UnsafeRawBufferPointer) throws(LocalFileError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(number, rest.baseAddress, rest.count)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            } else if errno != EINTR {
                throw LocalFileError(operation: "write", path: path, code: errno)
            }
        }
    }

    func write(_ bytes: [UInt8]) throws(LocalFileError) {
        let result = bytes.withUnsafeBytes { bytes in Result { () throws(LocalFileError) in try write(bytes) } }
        try result.get()
    }
}
