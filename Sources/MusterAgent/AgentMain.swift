import Glibc
import MusterCore

/// The agent's version: that of the project.
public let agentVersion = "0.1.0"

/// What an agent is told on its command line and by its scheduler.
struct AgentOptions {
    var folder = ""
    var element: String
    var restart: Int
    var slots: Int?
    /// Tokens for CUDA_VISIBLE_DEVICES in the form in which they came; empty when none were given.
    var gpus: [String]

    static let usage = """
        usage: muster-agent run --run-folder FOLDER [--slots N] [--element ID] [--restart N] [--gpus LIST]
               muster-agent --version
        """

    init(_ words: ArraySlice<String>) throws(UsageError) {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        let start = ProcessFacts(pid: Int(getpid()))?.start ?? 0
        element = variable("SLURM_JOB_ID") ?? "local-\(getpid())-\(start)"
        if let array = variable("SLURM_ARRAY_JOB_ID"), let task = variable("SLURM_ARRAY_TASK_ID") {
            element = "\(array)_\(task)"
        }
        restart = variable("SLURM_RESTART_COUNT").flatMap { Int($0) } ?? 0
        gpus = (variable("CUDA_VISIBLE_DEVICES") ?? "").split(separator: ",").map(String.init)
        var rest = words
        while let word = rest.popFirst() {
            guard let value = rest.popFirst() else { throw UsageError(message: "'\(word)' needs a value") }
            switch word {
            case "--run-folder": folder = value
            case "--element": element = value
            case "--restart": restart = Int(value) ?? 0
            case "--slots":
                guard let count = Int(value), count > 0 else { throw UsageError(message: "--slots must be 1 or more") }
                slots = count
            case "--gpus": gpus = value.split(separator: ",").map(String.init)
            default: throw UsageError(message: "unknown option '\(word)'")
            }
        }
        guard folder.hasPrefix("/") else { throw UsageError(message: "--run-folder must be an absolute path") }
    }

    struct UsageError: Error {
        var message: String
    }

    /// The GPUs of one slot; nil leaves what the programs see as it is.
    func gpuShare(slot: Int, each: Int) -> [String]? {
        guard each > 0, !gpus.isEmpty else { return nil }
        return Array(gpus.dropFirst(slot * each).prefix(each))
    }
}

/// Runs the agent's command line and returns its exit status: 0 done, 1 could not work, 2 usage.
public func agentMain(_ arguments: [String]) -> Int32 {
    func complain(_ text: String) { try? Disk.write(Array("\(text)\n".utf8), to: STDERR_FILENO) }
    if arguments.dropFirst().first == "--version" {
        print("muster-agent \(agentVersion)")
        return 0
    }
    guard arguments.dropFirst().first == "run" else {
        complain(AgentOptions.usage)
        return 2
    }
    do {
        try Agent(options: AgentOptions(arguments.dropFirst(2))).run()
        return 0
    } catch let error as AgentOptions.UsageError {
        complain("muster-agent: \(error.message)\n\(AgentOptions.usage)")
        return 2
    } catch {
        complain("muster-agent: \(error)")
        return 1
    }
}
