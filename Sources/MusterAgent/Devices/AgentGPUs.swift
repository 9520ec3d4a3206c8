import MusterCore

/// The GPUs that an agent was given, in the words of whoever gave them.
struct AgentGPUs: Equatable {
    /// The variable that programs of most vendors heed.
    static let main = "CUDA_VISIBLE_DEVICES"

    /// The variables that name them, each with its words.
    var variables: [String: [String]]
    /// The node's own numbers of them, as Slurm tells; nil where it doesn't.
    var numbers: [Int]?

    /// Reads the environment.
    init(_ environment: [String: String]) {
        variables = [:]
        for name in GPUVariables.names { variables[name] = environment[name].map(GPUShare.tokens) }
        numbers = (environment["SLURM_STEP_GPUS"] ?? environment["SLURM_JOB_GPUS"]).flatMap { text in
            let tokens = GPUShare.tokens(text)
            let numbers = tokens.compactMap { Int($0) }
            return numbers.isEmpty || numbers.count != tokens.count ? nil : numbers
        }
    }

    /// What is shared among the slots: the words of the first variable that is there; nil when none were given.
    var tokens: [String]? { GPUVariables.names.lazy.compactMap { variables[$0] }.first }

    /// What each slot sees of them.
    func share(slots: Int, asked: Resources) -> DeviceWatch.Share {
        let shares = tokens.map { tokens in
            (0..<slots).map { slot in
                GPUShare.share(slot: slot, perJob: asked.gpus, sharing: asked.sharing, tokens: tokens)
                    .map(GPUShare.tokens) ?? []
            }
        }
        return DeviceWatch.Share(tokens: shares, all: tokens ?? [], numbers: numbers, slots: slots)
    }
}
