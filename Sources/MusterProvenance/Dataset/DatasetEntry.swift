public import MusterCore

/// A version of a data set as it was registered.
public struct DatasetEntry: Equatable, Sendable {
    /// The data set's name and the version.
    public var name: String, version: DatasetSpec.Version
    /// What it is.
    public var description: String
    /// The digest of its content; how many files and bytes that is.
    public var content: String, fileCount: Int, bytes: Int64
    /// Where it lay: the cluster's name (`local` for this machine), the machine, the folder there.
    public var cluster: String, host: String, folder: String
    /// Who registered it.
    public var user: String

    /// Gathers the parts.
    public init(
        name: String, version: DatasetSpec.Version, description: String = "", content: String, fileCount: Int,
        bytes: Int64, cluster: String = "local", host: String, folder: String, user: String
    ) {
        self.name = name
        self.version = version
        self.description = description
        self.content = content
        self.fileCount = fileCount
        self.bytes = bytes
        self.cluster = cluster
        self.host = host
        self.folder = folder
        self.user = user
    }

    /// Name and version.
    public var reference: String { "\(name)@\(version)" }
    /// As an execution's configuration names it.
    public var spec: DatasetSpec { DatasetSpec(rid: .dataset(name), version: version) }

    /// As the fact's fields.
    public var fields: [JSON.Member] {
        ProvenanceFact.fields([
            "dataset": .string(name), "version": .string("\(version)"), "description": .string(description),
            "content": .string(content), "count": .int(fileCount), "bytes": .int(bytes),
            "cluster": .string(cluster), "host": .string(host), "folder": .string(folder), "user": .string(user),
        ])
    }

    /// Reads the fields; nil where what makes it a version is missing.
    public init?(json: JSON) {
        guard let name = json["dataset"]?.string, DatasetReference(name: name) != nil,
            let version = json["version"].flatMap(DatasetSpec.Version.init(json:)),
            let content = json["content"]?.string
        else { return nil }
        self.init(
            name: name, version: version, description: json["description"]?.string ?? "", content: content,
            fileCount: json["count"]?.int.map { Int($0) } ?? 0, bytes: json["bytes"]?.int ?? 0,
            cluster: json["cluster"]?.string ?? "local", host: json["host"]?.string ?? "",
            folder: json["folder"]?.string ?? "", user: json["user"]?.string ?? "")
    }
}
