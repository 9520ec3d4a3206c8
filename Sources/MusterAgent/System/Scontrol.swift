import CShims
import Glibc

/// Asking Slurm from a node.
enum Scontrol {
    /// How long an answer is waited for, in microseconds.
    private static let patience: Int64 = 20_000_000

    /// Asks for an element to be started again; why that was refused, when it was.
    static func requeue(_ element: String, environment: [String]) -> String? {
        run(["scontrol", "requeue", element], environment: environment)
    }

    /// Runs a program to its end; the last line of its complaint when it fails.
    static func run(_ words: [String], environment: [String]) -> String? {
        var ends: [Int32] = [-1, -1]
        guard cshims_pipe(&ends) == 0, fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 else { return "no pipe" }
        defer { close(ends[0]) }
        let pid: Int
        do {
            defer { close(ends[1]) }
            pid = try Child.start(words, environment: environment, directory: "/", output: ends[1])
        } catch {
            return error.text
        }
        let deadline = Machine.monotonic + patience
        while Machine.monotonic < deadline {
            var status: Int32 = 0
            if waitpid(pid_t(pid), &status, WNOHANG) == pid_t(pid) {
                if status == 0 { return nil }
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = max(0, read(ends[0], &buffer, buffer.count))
                let text = String(decoding: buffer[..<count], as: UTF8.self)
                return text.split(separator: "\n").last.map(String.init) ?? "\(words[0]) failed"
            }
            usleep(20_000)
        }
        Child.signal(group: pid, SIGKILL)
        return "\(words[0]) did not answer"
    }
}
