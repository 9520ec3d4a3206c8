/// The files of a result in short.
public struct MadeFiles: Hashable, Sendable {
    /// How many there are, and their bytes.
    public var count: Int, bytes: Int64
    /// SHA-256 of the list of them that lies with the result (`.muster/files.json`), as 64 hex digits: by it the list is known
    /// to be the one that was published, and by the list each file.
    public var list: String

    /// Describes them.
    public init(count: Int, bytes: Int64, list: String) { (self.count, self.bytes, self.list) = (count, bytes, list) }

    /// `{"files","bytes","list"}`.
    public var json: JSON { .object(["files": .int(count), "bytes": .int(bytes), "list": .string(list)]) }

    /// Reads what `json` writes; nil for anything else.
    public init?(json: JSON) {
        guard let count = json["files"]?.int, let bytes = json["bytes"]?.int, let list = json["list"]?.string else {
            return nil
        }
        self.init(count: Int(clamping: count), bytes: bytes, list: list)
    }
}
