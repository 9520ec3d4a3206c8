/// Where a program runs: what is set up before it starts.
public struct ProgramEnvironment: Hashable, Sendable {
    /// Working directory; nil is the attempt's folder. May hold placeholders.
    public var cwd: String?
    /// Variables to set, in order. Values may hold placeholders.
    public var variables: [Variable]
    /// Environment modules to load.
    public var modules: [String]
    /// A conda environment, by name or prefix.
    public var conda: String?
    /// A Python virtual environment's folder.
    public var venv: String?
    /// A container image, run with apptainer.
    public var container: String?

    /// One variable.
    public struct Variable: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Its value, which may hold placeholders.
        public var value: String
        /// Makes a variable.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Makes a description; the default sets up nothing.
    public init(
        cwd: String? = nil, variables: [Variable] = [], modules: [String] = [], conda: String? = nil,
        venv: String? = nil, container: String? = nil
    ) {
        self.cwd = cwd
        self.variables = variables
        self.modules = modules
        self.conda = conda
        self.venv = venv
        self.container = container
    }

    /// `inner` on top of this one: its single values win, its variables and modules are added behind.
    public func merged(with inner: ProgramEnvironment) -> ProgramEnvironment {
        ProgramEnvironment(
            cwd: inner.cwd ?? cwd, variables: variables + inner.variables, modules: modules + inner.modules,
            conda: inner.conda ?? conda, venv: inner.venv ?? venv, container: inner.container ?? container)
    }

    /// An object with the keys of the config; absent ones are left out.
    public var json: JSON {
        .object([
            "cwd": cwd.map(JSON.string),
            "env": variables.isEmpty ? nil : .object(variables.map { JSON.Member($0.name, .string($0.value)) }),
            "modules": modules.isEmpty ? nil : .strings(modules), "conda": conda.map(JSON.string),
            "venv": venv.map(JSON.string), "container": container.map(JSON.string),
        ])
    }

    /// Reads what `json` writes.
    public init(json: JSON) {
        self.init(
            cwd: json["cwd"]?.string,
            variables: (json["env"]?.members ?? []).map { Variable($0.key, $0.value.string ?? "") },
            modules: (json["modules"]?.array ?? []).compactMap(\.string), conda: json["conda"]?.string,
            venv: json["venv"]?.string, container: json["container"]?.string)
    }
}

/// A pipeline: its stages in the order in which they run.
public struct PipelineSpec: Hashable, Sendable {
    /// Name of the preset, or `inline`.
    public var name: String
    /// The stages, ordered.
    public var stages: [StageSpec]
    /// File patterns that `collect` brings home when the config names none.
    public var summaries: [String]
    /// Record files besides muster's own; nil for none.
    public var records: RecordStyle?

    /// Makes a pipeline.
    public init(name: String, stages: [StageSpec], summaries: [String] = []) {
        self.name = name
        self.stages = stages
        self.summaries = summaries
    }
}
