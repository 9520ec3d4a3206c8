import Foundation

/// A program started by a test, killed with the last reference unless it has ended.
final class Program: Sendable {
    let process: pid_t

    /// Starts a program found on PATH, its input empty and both outputs in one file.
    init(_ words: [String], environment: [String: String] = [:], output: String = "/dev/null") throws {
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var arguments = words.map { (word: String) in strdup(word) } + [nil]
        var settings = variables.map { (name, value) in strdup("\(name)=\(value)") } + [nil]
        defer { (arguments + settings).forEach { free($0) } }
        var child = pid_t()
        let code = posix_spawnp(&child, words[0], &actions, nil, &arguments, &settings)
        guard code == 0 else { throw ToolFailure(words: words, text: String(cString: strerror(code))) }
        process = child
    }

    deinit {
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// Waits for its end and returns the wait status.
    func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        return status
    }
}

/// Runs a program to its end and returns what it printed; throws that if it fails.
@discardableResult
func runTool(_ words: [String], environment: [String: String] = [:]) throws -> String {
    let folder = try TemporaryFolder()
    let output = try folder.write("", to: "output")
    let status = try Program(words, environment: environment, output: output).wait()
    let text = try folder.read("output")
    guard status == 0 else { throw ToolFailure(words: words, text: text) }
    return text
}

/// Looks at a condition until it holds; false if it never does within ten seconds.
func holdsSoon(_ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        poll(nil, 0, 2)
    }
    return false
}

struct ToolFailure: Error {
    let words: [String]
    let text: String
}
