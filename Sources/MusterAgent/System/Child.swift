import CShims
import Glibc

/// Starting the programs of stages.
enum Child {
    /// Why a program did not start.
    struct Failure: Error {
        /// In words: the step, the subject and the system's answer.
        var text: String
        /// As a shell would report it: 127 not found, 126 not to be run.
        var exitCode: Int
    }

    /// How much rather than the agent the kernel should take the stage when memory is short (oom_score_adj).
    static let oomScore: Int32 = 500

    /// Starts `words` with its output to `output`, and answers its pid, which is also its process group.
    ///
    /// `cpus` are those that it may run on, of those that the agent may.
    ///
    /// It is killed when the calling thread ends, so this is called on the main thread.
    static func start(
        _ words: [String], environment: [String], directory: String, output: Int32, cpus: [Int]? = nil
    ) throws(Failure) -> Int {
        guard let name = words.first, !name.isEmpty else {
            throw Failure(text: "the command is empty", exitCode: 127)
        }
        guard !(words + environment + [directory]).contains(where: { $0.utf8.contains(0) }) else {
            throw Failure(
                text: "an argument of '\(name)' holds a NUL byte, which no program can be given", exitCode: 126)
        }
        guard let program = resolve(name, environment: environment) else {
            throw Failure(text: "program '\(name)' was not found in PATH", exitCode: 127)
        }
        let arguments = words.map { strdup($0) } + [nil]
        let variables = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var result = cshims_spawn_result()
        let chosen = (cpus ?? []).map { Int32($0) }
        let status = program.withCString { program in
            directory.withCString { directory in
                arguments.withUnsafeBufferPointer { arguments in
                    variables.withUnsafeBufferPointer { variables in
                        [-1, output, output].withUnsafeBufferPointer { descriptors -> Int32 in
                            guard let words = arguments.baseAddress, let settings = variables.baseAddress else {
                                return -1
                            }
                            return chosen.withUnsafeBufferPointer { chosen in
                                var request = cshims_spawn_request(
                                    program: program, arguments: words, environment: settings, directory: directory,
                                    descriptors: descriptors.baseAddress, descriptor_count: 3,
                                    oom_score_adj: oomScore, flags: 0, cpus: chosen.baseAddress,
                                    cpu_count: Int32(chosen.count))
                                return cshims_spawn(&request, &result)
                            }
                        }
                    }
                }
            }
        }
        guard status == 0 else {
            let step = String(cString: cshims_spawn_step_name(result.step))
            let subject = result.step == CSHIMS_SPAWN_DIRECTORY ? directory : program
            throw Failure(
                text: "can't start '\(subject)': \(step): \(SystemError.words(result.code))",
                exitCode: result.code == ENOENT ? 127 : 126)
        }
        return Int(result.pid)
    }

    /// The path of a program's name, searched for in the PATH that the child will have.
    private static func resolve(_ name: String, environment: [String]) -> String? {
        if name.contains("/") { return name }
        let path = environment.last { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) } ?? usualPath
        if let known = found["\(path):\(name)"], access(known, X_OK) == 0 { return known }
        for folder in path.split(separator: ":") where access("\(folder)/\(name)", X_OK) == 0 {
            found["\(path):\(name)"] = "\(folder)/\(name)"
            return "\(folder)/\(name)"
        }
        return nil
    }

    private static let usualPath = "/usr/local/bin:/usr/bin:/bin"
    // Programs are started on the main thread: where names were found, by PATH and name.
    nonisolated(unsafe) private static var found: [String: String] = [:]

    /// Sends a signal to all of a stage's processes; one that has ended is no error.
    static func signal(group: Int, _ signal: Int32) { kill(pid_t(-group), signal) }
}
