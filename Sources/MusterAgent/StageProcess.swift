import CShims
import Glibc
import MusterCore

/// A stage's program while it runs: a process group of its own that dies with the agent.
struct StageProcess {
    let pid: Int
    let started: Int64
    /// Highest sum of resident memory over the tree, in bytes.
    var peak: Int64 = 0
    /// CPU time of the tree, in microseconds.
    var cpu: Int64 = 0
    /// Kills counted in the control group before it started.
    let killsBefore: Int64

    /// Why a program could not be started.
    struct StartFailure: Error {
        var message: String
    }

    /// Starts `words`; its output goes to the file `log`, which is emptied.
    static func start(
        _ words: [String], environment: [String], directory: String, log: String, killsBefore: Int64
    ) throws(StartFailure) -> StageProcess {
        let output = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o644)
        guard output >= 0 else {
            throw StartFailure(message: "cannot make \(log): \(String(cString: strerror(errno)))")
        }
        defer { close(output) }
        guard let program = resolve(words[0], environment: environment, directory: directory) else {
            throw StartFailure(
                message:
                    "the program '\(words[0])' was not found on \(Machine.node); PATH is \(value("PATH", in: environment) ?? "not set")"
            )
        }
        var result = cshims_spawn_result()
        let descriptors: [Int32] = [-1, output, output]
        let code = withCStrings(words) { arguments in
            withCStrings(environment) { variables in
                program.withCString { program in
                    directory.withCString { directory in
                        descriptors.withUnsafeBufferPointer { descriptors in
                            var request = cshims_spawn_request(
                                program: program, arguments: arguments, environment: variables, directory: directory,
                                descriptors: descriptors.baseAddress, descriptor_count: 3, oom_score_adj: 500, flags: 0)
                            return cshims_spawn(&request, &result)
                        }
                    }
                }
            }
        }
        guard code == 0 else {
            let step = String(cString: cshims_spawn_step_name(result.step))
            throw StartFailure(
                message:
                    "cannot start '\(words[0])' in \(directory): \(step): \(String(cString: strerror(result.code)))")
        }
        return StageProcess(pid: Int(result.pid), started: Machine.monotonic, killsBefore: killsBefore)
    }

    /// Sends a signal to the whole group.
    func signal(_ number: Int32) { kill(pid_t(-pid), number) }

    /// Reads memory and CPU time of the tree.
    mutating func measure() -> Int64 {
        let sums = ProcessFacts.sums(below: pid)
        peak = max(peak, sums.resident)
        cpu = max(cpu, sums.cpu)
        return sums.resident
    }

    private static func value(_ name: String, in environment: [String]) -> String? {
        environment.last { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// The program's path, sought in the child's own PATH as a shell would.
    private static func resolve(_ name: String, environment: [String], directory: String) -> String? {
        if name.contains("/") { return name.hasPrefix("/") ? name : "\(directory)/\(name)" }
        return (value("PATH", in: environment) ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
            .map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}

/// Calls `body` with a NULL-terminated array of C strings.
func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("an array with a NULL at its end has a base") }
        return body(base)
    }
}
