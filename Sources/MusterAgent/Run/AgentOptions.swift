import Glibc
import MusterCore

/// What the agent was started with: its arguments, and what Slurm says in the environment.
struct AgentOptions: Equatable {
    /// The run's folder.
    var runFolder: String
    /// The allocation's element; nil without Slurm and without `--element`.
    var element: String?
    /// How often Slurm restarted the element before.
    var restart = 0
    /// Jobs side by side; nil takes the plan's number.
    var slots: Int?
    /// The class of sizes that the allocation was made for.
    var size = 0
    /// Seconds until the allocation ends; nil is without end.
    var timeLeft: Int64?
    /// Whether Slurm started the element, and this agent alone for it.
    var isAlone = false
    /// The GPUs to share among the slots.
    var gpus: AgentGPUs

    /// Why the arguments can't be used.
    struct Mistake: Error, Equatable {
        /// One sentence.
        var text: String
    }

    static let usage = """
        usage: muster-agent run --run-folder DIR [--element ID] [--restart N] [--slots N] [--size N] [--time-left SECONDS] [--gpus LIST]
               muster-agent products [--makers] [--invalidate] <TABLE
               muster-agent --version

        Runs the jobs of a run folder: claims blocks, runs their stages and publishes results until nothing is left.
        Element and restart count come from SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_JOB_ID and
        SLURM_RESTART_COUNT where Slurm set them; GPUs from CUDA_VISIBLE_DEVICES, ROCR_VISIBLE_DEVICES,
        HIP_VISIBLE_DEVICES or ZE_AFFINITY_MASK. Of an option that is given twice the last one counts.
        Ends with 0 when nothing is left to do or it was told to end (what became of the jobs stands in the outbox),
        2 for wrong arguments, 3 when the run folder can't be used.

        'products' reads a plan and a job table, one JSON value a line, and prints how it stands with what the stages of
        each row make, with --makers also who made it; with --invalidate the keys in the plan's "invalidate" stop counting.

        """

    /// Reads the words behind `run`.
    init(_ words: some Sequence<String>, environment: [String: String]) throws(Mistake) {
        var folder: String?
        var words = words.makeIterator()
        func number(_ name: String, _ text: String) throws(Mistake) -> Int {
            guard let value = Int(text), value >= 0 else {
                throw Mistake(text: "\(name) takes a number, not '\(text)'")
            }
            return value
        }
        element = Self.element(environment)
        restart = environment["SLURM_RESTART_COUNT"].flatMap { Int($0) } ?? 0
        isAlone =
            environment["SLURM_JOB_ID"] != nil && (environment["SLURM_JOB_NUM_NODES"].flatMap { Int($0) } ?? 1) == 1
        gpus = AgentGPUs(environment)
        while let name = words.next() {
            guard let value = words.next() else { throw Mistake(text: "\(name) needs a value") }
            switch name {
            case "--run-folder": folder = value
            case "--element": element = value
            case "--restart": restart = try number(name, value)
            case "--slots": slots = max(1, try number(name, value))
            case "--size": size = try number(name, value)
            case "--time-left": timeLeft = Int64(try number(name, value))
            case "--gpus": gpus.variables[AgentGPUs.main] = GPUShare.tokens(value)
            default: throw Mistake(text: "unknown option '\(name)'")
            }
        }
        guard var folder, !folder.isEmpty else { throw Mistake(text: "--run-folder is missing") }
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        runFolder = folder
    }

    /// Slurm's name of the element: `ARRAYJOB_TASK`, or the job's id; nil outside of Slurm.
    private static func element(_ environment: [String: String]) -> String? {
        if let array = environment["SLURM_ARRAY_JOB_ID"], let task = environment["SLURM_ARRAY_TASK_ID"] {
            return "\(array)_\(task)"
        }
        return environment["SLURM_JOB_ID"]
    }
}
