import MusterCore
public import MusterSlurm

/// What a run's batch script says, as values.
///
/// The script's contract: it starts the agent and nothing else of consequence, the agent's exit code is the element's
/// verdict, and options given to sbatch or words given to the script behind it override its own.
public struct BatchScript: Sendable {
    /// The run's id, for the reader of the script.
    public var run: String
    /// Options for the scheduler.
    public var options: SbatchOptions
    /// The run's folder, absolute.
    public var folder: String
    /// The agent's executable, absolute.
    public var agent: String
    /// Jobs that one agent runs side by side.
    public var slots: Int
    /// The class of sizes that the element is made for.
    public var size: Int
    /// Agents that the element starts: one, or one on each of its nodes.
    public var agents: Int
    /// Modules to load first.
    public var modules: [String]
    /// Lines of the site, taken as they are.
    public var prologue: String

    /// Makes a script's description.
    public init(
        run: String, options: SbatchOptions, folder: String, agent: String, slots: Int, size: Int = 0, agents: Int = 1,
        modules: [String] = [],
        prologue: String = ""
    ) {
        self.run = run
        self.options = options
        self.folder = folder
        self.agent = agent
        self.slots = slots
        self.size = size
        self.agents = agents
        self.modules = modules
        self.prologue = prologue
    }

    /// Seconds that the agent has, an empty text without a limit. What Slurm needs to end a job is left to it.
    private var timeLeft: String {
        guard case .seconds(let seconds)? = options.timeLimit else { return "" }
        return String(ElementRequest.timeLeft(of: Int64(seconds)))
    }

    /// The script's text.
    ///
    /// - Throws: ``SbatchOptionError`` for a value that Slurm could not read back, ``ScriptTemplateError`` for a
    ///   template that does not render.
    public func render(_ template: ScriptTemplate) throws -> String {
        let directives = try options.directives().joined(separator: "\n")
        return try template.render([
            "directives": directives, "run": ShellWord.quote(run), "prologue": prologue,
            "modules": modules.map { ShellWord.quote($0) }.joined(separator: " "),
            "run_folder": ShellWord.quote(folder), "agent": ShellWord.quote(agent), "slots": String(slots),
            "size": size == 0 ? "" : String(size),
            "cpus": String(max(1, (options.cpusPerTask ?? 1))), "many_nodes": agents > 1,
            "time_left": timeLeft,
        ])
    }
}
