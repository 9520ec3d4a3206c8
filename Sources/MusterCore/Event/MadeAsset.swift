/// A file or folder of a job's result that its program named as something to keep in mind: a table, a figure, a model.
public struct MadeAsset: Hashable, Sendable {
    /// Relative to the job's folder; no part of it is `..`.
    public var path: String
    /// What it is, in one word of the pipeline's; `file` where nobody said.
    public var type: String
    /// What else the program said of it.
    public var metadata: [JSON.Member]
    /// Bytes and SHA-256 (64 hex digits) of a file; nil before they are known, and for a folder.
    public var size: Int64?, sum: String?

    /// What a word may have, and all metadata, in bytes.
    private static let longest = 200, mostMetadata = 16384

    /// Names one.
    public init(
        path: String, type: String = "file", metadata: [JSON.Member] = [], size: Int64? = nil, sum: String? = nil
    ) {
        (self.path, self.type, self.metadata) = (path, type, metadata)
        (self.size, self.sum) = (size, sum)
    }

    /// Reads a line of the progress file with the key `asset`; nil for one without.
    ///
    /// `{"asset":"traces.csv","type":"table","metadata":{"frames":180}}`: the path is relative to `MUSTER_OUT`, which is
    /// `folder`, or an absolute one below it.
    ///
    /// - Throws: ``Mistake`` for a line that names nothing in the folder.
    public init?(progressLine line: some Collection<UInt8>, folder: String) throws(Mistake) {
        guard line.first == UInt8(ascii: "{"), let json = try? JSON(parsing: line), let value = json["asset"] else {
            return nil
        }
        guard var path = value.string, !path.isEmpty, !path.contains("\0") else {
            throw Mistake(text: "'asset' must be a path, but is \(value.line.prefix(100))")
        }
        if path.hasPrefix(folder + "/") { path = String(path.dropFirst(folder.count + 1)) }
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !path.hasPrefix("/"), !parts.isEmpty, !parts.contains(".."), parts[0] != ".muster" else {
            throw Mistake(text: "the asset '\(path.prefix(200))' lies outside of MUSTER_OUT")
        }
        let type = json["type"]?.string ?? "file"
        guard !type.isEmpty, type.utf8.count <= Self.longest else {
            throw Mistake(text: "the type of the asset '\(path.prefix(200))' must have 1 to \(Self.longest) bytes")
        }
        let metadata = json["metadata"]?.members ?? []
        guard JSON.object(metadata).line.utf8.count <= Self.mostMetadata else {
            throw Mistake(
                text: "the metadata of the asset '\(path.prefix(200))' has more than \(Self.mostMetadata) bytes")
        }
        self.init(path: parts.joined(separator: "/"), type: type, metadata: metadata)
    }

    /// What is wrong with a line.
    public struct Mistake: Error, Equatable {
        /// In words.
        public var text: String
    }

    /// `{"path","type","metadata","size","sha256"}`, without what is not known.
    public var json: JSON { .object(fields) }

    var fields: [JSON.Member] {
        JSON.object([
            "path": .string(path), "type": .string(type), "metadata": metadata.isEmpty ? nil : .object(metadata),
            "size": size.map { .int($0) }, "sha256": sum.map(JSON.string),
        ]).members ?? []
    }

    /// Reads what `json` writes; nil without a path.
    public init?(json: JSON) {
        guard let path = json["path"]?.string else { return nil }
        self.init(
            path: path, type: json["type"]?.string ?? "file", metadata: json["metadata"]?.members ?? [],
            size: json["size"]?.int, sum: json["sha256"]?.string)
    }
}
