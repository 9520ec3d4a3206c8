import Digest
import Foundation
import MusterCore
import MusterProvenance

/// The content of files and folders by SHA-256. Files are read piece by piece, whatever their size.
enum FileSums {
    /// Digest and bytes of a file.
    static func file(_ path: String) throws -> (sha256: String, size: Int64) {
        let handle = try open(path)
        defer { try? handle.close() }
        var digest = ContentDigest()
        var size: Int64 = 0
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
            digest.update(piece)
            size += Int64(piece.count)
        }
        return (digest.finishHex(), size)
    }

    /// The files of a folder below it, by name; what is neither a file nor a folder, and folders that are links, are left out.
    static func files(in folder: String) throws -> [String] {
        var found: [String] = []
        var open = [""]
        while let next = open.popLast() {
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(next)") {
                let path = next + name
                let item = "\(folder)/\(path)"
                let type = try? FileManager.default.attributesOfItem(atPath: item)[.type] as? FileAttributeType
                if type == .typeDirectory {
                    open.append(path + "/")
                } else if size(of: item) != nil {
                    found.append(path)
                }
            }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Bytes of a file, also behind a link; nil for anything else.
    static func size(of path: String) -> Int64? {
        let real = URL(filePath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: real)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else { return nil }
        return (attributes?[.size] as? NSNumber)?.int64Value
    }

    /// What is at a path, and of a folder also each of its files: the folder's digest is that of the lines
    /// `SHA256  NAME` of its files, as `sha256sum` writes them, in the order of the names' bytes.
    static func uses(at path: String) throws -> [AssetUse] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ExitStatus.usage("there is no '\(path)'")
        }
        guard isFolder.boolValue else {
            let (sha256, size) = try file(path)
            return [AssetUse(sha256: sha256, size: size, path: path)]
        }
        let files = try files(in: path).map { name in
            let (sha256, size) = try file("\(path)/\(name)")
            return (name: name, use: AssetUse(sha256: sha256, size: size, path: "\(path)/\(name)"))
        }
        let list = files.map { "\($0.use.sha256)  \($0.name)\n" }.joined()
        let whole = AssetUse(
            sha256: SHA256.hex(Array(list.utf8)), size: files.reduce(0) { $0 + $1.use.size }, path: path,
            type: "folder",
            metadata: [.init("files", .int(files.count))])
        return [whole] + files.map(\.use)
    }

    /// Git's name of a file's content, of a notebook that of its code; nil where it can't be read.
    static func code(_ path: String) -> String? {
        guard let content = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else { return nil }
        if Notebook.isNotebook(path), let hash = Notebook.hash(content) { return hash }
        return GitBlob.hash(content)
    }

    private static func open(_ path: String) throws -> FileHandle {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ExitStatus(code: 1, text: "error: cannot read '\(path)': \(String(cString: strerror(errno)))")
        }
        return handle
    }
}
