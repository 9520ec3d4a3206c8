public import MusterCore

/// A file of a data set.
public struct DatasetFile: Hashable, Sendable {
    /// Its name below the data set's folder, `/` between the parts.
    public var path: String
    /// Bytes.
    public var size: Int64
    /// SHA-256 of the content, 64 lower-case hex digits; empty where only the size was looked at.
    public var sha256: String

    /// Describes a file.
    public init(path: String, size: Int64, sha256: String = "") {
        self.path = path
        self.size = size
        self.sha256 = sha256
    }

    /// The member that it belongs to: the first part of its name, which is the scene's, or a file beside the scenes.
    public var member: String { String(decoding: path.utf8.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self) }

    /// One object.
    public var json: JSON {
        .object(["path": .string(path), "size": .int(size), "sha256": .string(sha256)])
    }

    /// Reads what `json` writes; nil where something is missing.
    public init?(json: JSON) {
        guard let path = json["path"]?.string, let size = json["size"]?.int, let sum = json["sha256"]?.string else {
            return nil
        }
        self.init(path: path, size: size, sha256: sum)
    }
}

/// All files of one version of a data set.
public struct DatasetContent: Equatable, Sendable {
    /// The files in the order of their names' bytes.
    public let files: [DatasetFile]

    /// Puts files in order.
    public init(_ files: some Sequence<DatasetFile>) {
        self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Bytes of all files.
    public var bytes: Int64 { files.reduce(0) { $0 + $1.size } }

    /// Scenes, and files beside them, in order, each with its files: these stand side by side.
    public var parts: [(member: String, files: ArraySlice<DatasetFile>)] {
        var parts: [(member: String, files: ArraySlice<DatasetFile>)] = []
        var start = files.startIndex
        while start < files.endIndex {
            let member = files[start].member
            let end = files[start...].firstIndex { !$0.member.utf8.elementsEqual(member.utf8) } ?? files.endIndex
            parts.append((member, files[start..<end]))
            start = end
        }
        return parts
    }

    /// The names of scenes, and of files beside them, in order.
    public var members: [String] { parts.map(\.member) }

    /// SHA-256 of the lines `SHA256  NAME` of the files in order: that of a folder, see docs/provenance.md, with line
    /// ends and `%` of names written as in a bag, so that no name can pass for two files.
    public var digest: String {
        var digest = SHA256()
        for file in files { digest.update(Array("\(file.sha256)  \(BagPath.encode(file.path))\n".utf8)) }
        return Hex.text(digest.finish())
    }

    /// The files of some members.
    public func only(_ members: some Sequence<String>) -> DatasetContent {
        let wanted = Set(members.map { Array($0.utf8) })
        return DatasetContent(files.filter { wanted.contains(Array($0.member.utf8)) })
    }
}
