public import MusterCore

/// What an execution is to work on, written down before it begins.
public struct ExecutionConfiguration: Equatable, Sendable {
    /// Data sets that it reads.
    public var datasets: [DatasetSpec] = []
    /// Files and folders that it reads.
    public var assets: [AssetSpec] = []
    /// The workflow's id, once it is known.
    public var workflow: String?
    /// What it is for.
    public var description = ""
    /// The words that started the process; what a file says of them does not count.
    public var argv: [String] = []
    /// What was chosen of several, by name.
    public var choices: [JSON.Member] = []

    /// Nothing to work on yet.
    public init() {}

    /// One object.
    public var json: JSON {
        .object([
            "schema": 1, "datasets": .array(datasets.map(\.json)), "assets": .array(assets.map(\.json)),
            "workflow": workflow.map(JSON.string), "description": .string(description),
            "argv": .strings(argv), "config_choices": .object(choices),
        ])
    }

    /// Reads what `json` writes; `argv` takes the place of what stands there. nil where a data set or an asset is none.
    public init?(json: JSON, argv: [String]) {
        let sets = (json["datasets"]?.array ?? []).map(DatasetSpec.init(json:))
        let files = (json["assets"]?.array ?? []).map(AssetSpec.init(json:))
        guard json.members != nil, !sets.contains(nil), !files.contains(nil) else { return nil }
        datasets = sets.compactMap(\.self)
        assets = files.compactMap(\.self)
        workflow = json["workflow"]?.string
        description = json["description"]?.string ?? ""
        self.argv = argv
        choices = json["config_choices"]?.members ?? []
    }
}

/// A data set in one of its versions.
public struct DatasetSpec: Equatable, Sendable {
    /// A version: what breaks, what is added, what is mended.
    public struct Version: Hashable, Comparable, Sendable, CustomStringConvertible {
        /// Its parts.
        public var major: Int, minor: Int, patch: Int

        /// Makes a version.
        public init(_ major: Int, _ minor: Int, _ patch: Int) {
            self.major = major
            self.minor = minor
            self.patch = patch
        }

        /// `1.2.3`; nil for anything else.
        public init?(_ text: String) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2],
                min(major, minor, patch) >= 0
            else { return nil }
            self.init(major, minor, patch)
        }

        /// A text, an object with its parts, or a list of three.
        public init?(json: JSON) {
            if let text = json.string {
                self.init(text)
                return
            }
            let parts = json.array.map { $0.map(\.int) } ?? ["major", "minor", "patch"].map { json[$0]?.int }
            guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2],
                min(major, minor, patch) >= 0
            else { return nil }
            self.init(Int(major), Int(minor), Int(patch))
        }

        public var description: String { "\(major).\(minor).\(patch)" }

        public static func < (left: Version, right: Version) -> Bool {
            (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
    }

    /// Its identifier and version.
    public var rid: ResourceID, version: Version
    /// Its files are brought here, and not only their names.
    public var materialize = true
    /// What it is for.
    public var description = ""
    /// Tables of it that are not wanted.
    public var excludeTables: [String] = []

    /// Names a data set.
    public init(rid: ResourceID, version: Version) {
        self.rid = rid
        self.version = version
    }

    /// One object; the version in its parts.
    public var json: JSON {
        .object([
            "rid": .string("\(rid)"),
            "version": .object([
                "major": .int(version.major), "minor": .int(version.minor), "patch": .int(version.patch),
            ]),
            "materialize": .bool(materialize), "description": .string(description),
            "exclude_tables": excludeTables.isEmpty ? nil : .strings(excludeTables),
        ])
    }

    /// Reads an object. A version must be there: a data set without one is not the same tomorrow.
    public init?(json: JSON) {
        guard let rid = json["rid"]?.string.flatMap(ResourceID.init),
            let version = json["version"].flatMap(Version.init(json:))
        else { return nil }
        self.init(rid: rid, version: version)
        materialize = json["materialize"]?.bool ?? true
        description = json["description"]?.string ?? ""
        excludeTables = (json["exclude_tables"]?.array ?? []).compactMap(\.string)
    }
}

/// A file or folder that an execution reads or makes.
public struct AssetSpec: Equatable, Sendable {
    /// Its identifier in a catalog, or its path here.
    public var name: String
    /// What the execution does with it.
    public var role: AssetRole
    /// A copy is kept for later executions.
    public var cache: Bool

    /// Names an asset.
    public init(_ name: String, role: AssetRole = .input, cache: Bool = false) {
        self.name = name
        self.role = role
        self.cache = cache
    }

    /// One object.
    public var json: JSON {
        .object(["rid": .string(name), "asset_role": .string(role.rawValue), "cache": .bool(cache)])
    }

    /// Reads an object, or a text that is the name.
    public init?(json: JSON) {
        if let name = json.string, !name.isEmpty {
            self.init(name)
            return
        }
        guard let name = json["rid"]?.string, !name.isEmpty,
            let role = AssetRole(rawValue: json["asset_role"]?.string ?? AssetRole.input.rawValue)
        else { return nil }
        self.init(name, role: role, cache: json["cache"]?.bool ?? false)
    }
}

/// What an execution does with an asset.
public enum AssetRole: String, CaseIterable, Sendable {
    /// It reads it.
    case input = "Input"
    /// It makes it.
    case output = "Output"
}
