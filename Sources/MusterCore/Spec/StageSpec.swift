/// One step of a pipeline.
public struct StageSpec: Hashable, Sendable {
    /// Its name, unique in the pipeline.
    public var name: String
    /// Its program.
    public var command: Command
    /// Products of other stages that must be there; they give the order.
    public var requires: [String]
    /// What it makes.
    public var produces: [String]
    /// Parameters of the stage, for `{stage.KEY}`, in order.
    public var parameters: [JSON.Member]
    /// What is set up before its program starts.
    public var environment: ProgramEnvironment
    /// What is set up instead on clusters of these names; empty once a cluster was chosen.
    public var clusters: [String: ProgramEnvironment]
    /// How its program's own output tells progress; nil for one that tells none there.
    public var progress: ProgressPattern?
    /// Nodes that its program runs on: srun starts it on each where there are several.
    public var nodes = 1
    /// Files and folders that each product consists of, where that is declared, relative to the job's folder.
    public var files: [String: [PathPattern]] = [:]
    /// Values that make its products, by name; nil for those that ``StageIdentity`` finds.
    public var identity: [String]?
    /// What its program's own files are recognised by.
    public var fingerprint: Fingerprint?
    /// The digest of those files on the cluster, once they were looked at.
    public var program: String?
    /// The items that it goes through, by several programs; nil for one program that does all.
    public var items: ItemSpec?
    /// It runs behind all others, whatever became of them.
    public var always = false
    /// How jobs with an equal key share its products.
    public var sharing = Sharing.link
    /// How it goes on after an allocation's end; nil for a program that can't.
    public var checkpoint: CheckpointSpec?

    /// Makes a stage.
    public init(
        name: String, command: Command, requires: [String] = [], produces: [String] = [],
        parameters: [JSON.Member] = [], environment: ProgramEnvironment = ProgramEnvironment(),
        clusters: [String: ProgramEnvironment] = [:], progress: ProgressPattern? = nil
    ) {
        self.name = name
        self.command = command
        self.requires = requires
        self.produces = produces
        self.parameters = parameters
        self.environment = environment
        self.clusters = clusters
        self.progress = progress
    }

    /// The stage as it runs on `cluster`.
    public func on(_ cluster: String) -> StageSpec {
        var stage = self
        stage.environment = clusters[cluster] ?? environment
        stage.clusters = [:]
        return stage
    }

    /// An object with the keys of the config, for a cluster that was chosen.
    public var json: JSON {
        .object([
            "name": .string(name), "command": command.json, "requires": .strings(requires),
            "produces": .strings(produces), "parameters": .object(parameters), "environment": environment.json,
            "progress": (progress?.text).map(JSON.string), "items": items?.json, "always": always ? true : nil,
            "nodes": nodes == 1 ? nil : .int(nodes),
            "files": files.isEmpty
                ? nil
                : .object(
                    files.sorted { $0.key < $1.key }.map { .init($0.key, .strings($0.value.map(\.text))) }),
            "identity": identity.map { .strings($0) }, "program": program.map(JSON.string),
            "share": sharing == .link ? nil : .string(sharing.rawValue), "checkpoint": checkpoint?.json,
        ])
    }

    /// Reads what `json` writes; nil without a name or a command.
    public init?(json: JSON) {
        guard let name = json["name"]?.string, let command = json["command"].flatMap(Command.init(json:)) else {
            return nil
        }
        self.init(
            name: name, command: command, requires: (json["requires"]?.array ?? []).compactMap(\.string),
            produces: (json["produces"]?.array ?? []).compactMap(\.string),
            parameters: json["parameters"]?.members ?? [],
            environment: ProgramEnvironment(json: json["environment"] ?? .object([])),
            progress: (json["progress"]?.string).flatMap { ProgressPattern($0) })
        items = json["items"].map(ItemSpec.init(json:))
        always = json["always"]?.bool ?? false
        nodes = Int(json["nodes"]?.int ?? 1)
        for member in json["files"]?.members ?? [] {
            files[member.key] = (member.value.array ?? []).compactMap(\.string).compactMap(PathPattern.init)
        }
        identity = (json["identity"]?.array)?.compactMap(\.string)
        program = json["program"]?.string
        sharing = (json["share"]?.string).flatMap(Sharing.init(rawValue:)) ?? .link
        checkpoint = json["checkpoint"].map(CheckpointSpec.init(json:))
    }

    /// Whether the files of all its products are declared: only then is it known what it made while others ran beside it.
    public var declaresFiles: Bool { !produces.isEmpty && produces.allSatisfy { files[$0]?.isEmpty == false } }

    /// Every text of it that may hold placeholders.
    var texts: [String] {
        let around = [environment.cwd, environment.conda, environment.venv, environment.container].compactMap { $0 }
        return command.texts + around + environment.variables.map(\.value) + (items?.count?.texts ?? [])
    }
}

extension StageSpec {
    /// How jobs with an equal key share a stage's products.
    public enum Sharing: String, CaseIterable, Sendable {
        /// One stage run for all; large files are linked, so a stage behind it must not change them in place.
        case link
        /// One stage run for all; each job gets copies.
        case copy
        /// Each job runs it itself.
        case never
    }

    /// What shows that a stage's program has changed: the content of files, and what a command prints.
    public struct Fingerprint: Hashable, Sendable {
        /// Paths and patterns of the shell, on the cluster.
        public var files: [String]
        /// A line for bash, on the cluster.
        public var command: String?

        /// Describes it.
        public init(files: [String] = [], command: String? = nil) {
            self.files = files
            self.command = command
        }
    }
}
