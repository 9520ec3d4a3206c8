import Glibc
import MusterCore

/// Why a value can't be kept or read.
struct StorageError: Error, CustomStringConvertible {
    var description: String
}

/// A value as JSON in `value.json`.
public struct JSONStorage<Value: JSONConvertible>: ProductStorage {
    public var type: String { "json" }

    /// Refuses what could not be read back, such as infinity, which JSON has no word for: it would be kept and then built
    /// again by every process.
    public func save(_ value: Value, in folder: String) throws -> [String] {
        let json = value.json
        if let place = json.placeNotFinite(under: "value") {
            throw StorageError(description: "JSON has no word for the number at \(place)")
        }
        guard Value(json: try JSON(parsing: json.bytes)) != nil else {
            throw StorageError(description: "it can't be read back from its own JSON")
        }
        try Files.write("\(folder)/value.json", Array((json.line + "\n").utf8))
        return ["value.json"]
    }

    public func load(_ files: [String]) throws -> Value {
        guard files.count == 1, let value = Value(json: try JSON(parsing: try Files.content(files[0]))) else {
            throw StorageError(description: "its JSON is of another kind")
        }
        return value
    }

    public func key(of value: Value) throws -> CacheKey { CacheKey(digestOf: value.json.canonical.bytes) }
}

/// Bytes in a file of a given name.
public struct BytesStorage: ProductStorage {
    let name: String
    public var type: String { "bytes" }

    public func save(_ value: [UInt8], in folder: String) throws -> [String] {
        try Files.write("\(folder)/\(name)", value)
        return [name]
    }

    public func load(_ files: [String]) throws -> [UInt8] {
        guard files.count == 1 else { throw StorageError(description: "expected one file") }
        return try Files.content(files[0])
    }

    public func key(of value: [UInt8]) throws -> CacheKey { CacheKey(digestOf: value) }
}

/// Files that the step writes into its folder (`ProductInputs.folder(for:)`) and names: relative to that folder when it
/// returns them, absolute for those who take them.
public struct FilesStorage: ProductStorage {
    public var type: String { "files" }

    public func save(_ value: [String], in folder: String) throws -> [String] {
        for name in value {
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
                throw StorageError(description: "'\(name)' is no path inside of the product's folder")
            }
            guard let status = try Files.status("\(folder)/\(name)"), status.st_mode & S_IFMT == S_IFREG else {
                throw StorageError(description: "the step did not write '\(name)' as a file into the product's folder")
            }
        }
        return value
    }

    public func load(_ files: [String]) throws -> [String] { files }
    public func moved(_ value: [String], to files: [String]) throws -> [String] { files }

    public func key(of value: [String]) throws -> CacheKey {
        CacheKey(digestOf: Array(try value.map(Files.digest).joined(separator: "\n").utf8))
    }

    public func changeMark(of value: [String]) throws -> String? { try value.map(mark).joined(separator: "\n") }
}

/// A file of the user's, by its path: recorded where it is, never copied, never removed.
public struct FileStorage: ProductStorage {
    public var type: String { "file" }

    public func save(_ value: String, in folder: String) throws -> [String] {
        let path = try absolute(value)
        guard let status = try Files.target(path), status.st_mode & S_IFMT == S_IFREG else {
            throw StorageError(description: "there is no file \(path)")
        }
        return [path]
    }

    public func load(_ files: [String]) throws -> String {
        guard files.count == 1 else { throw StorageError(description: "expected one file") }
        return files[0]
    }

    public func moved(_ value: String, to files: [String]) throws -> String { try load(files) }
    public func key(of value: String) throws -> CacheKey { CacheKey(digestOf: Array(try Files.digest(value).utf8)) }
    public func changeMark(of value: String) throws -> String? { try mark(value) }

    /// The path from the root: a relative one means something else to the next process.
    private func absolute(_ path: String) throws -> String {
        if path.hasPrefix("/") { return path }
        guard let folder = getcwd(nil, 0) else { throw Files.failure("getcwd", path) }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }
}

/// Size, time of change and number of a file, which together tell most changes without reading it.
private func mark(_ path: String) throws -> String {
    guard let status = try Files.target(path) else {
        throw ProductError.system(SystemCall(name: "stat", subject: path, code: ENOENT))
    }
    return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino) \(status.st_dev)"
}
