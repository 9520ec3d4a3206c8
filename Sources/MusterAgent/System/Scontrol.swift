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

    /// What the controller knows of a job and its tasks, a line each; nil where it does not say.
    static func show(_ job: String, environment: [String]) -> String? {
        let answer = call(["scontrol", "-o", "show", "job", job], environment: environment)
        return answer.reason == nil ? answer.text : nil
    }

    /// Keeps jobs that wait away from nodes; why that was refused, when it was.
    static func exclude(_ nodes: String, jobs: String, environment: [String]) -> String? {
        run(["scontrol", "update", "JobId=\(jobs)", "ExcNodeList=\(nodes)"], environment: environment)
    }

    /// Asks for an element to be started again away from nodes; why the first was refused, when it was.
    ///
    /// Once Slurm has agreed it ends all processes of the element; what asks it to keep away lives on.
    static func requeue(_ element: String, awayFrom nodes: String, environment: [String]) -> String? {
        let script = """
            trap '' TERM
            scontrol requeue "$1" || exit 1
            for muster_try in 1 2 3 4 5 6 7 8 9 10; do
                scontrol update "JobId=$1" "ExcNodeList=$2" >/dev/null 2>&1 && exit 0
                sleep 0.3
            done
            exit 0
            """
        return run(["/bin/sh", "-c", script, "scontrol", element, nodes], environment: environment)
    }

    /// Runs a program to its end; the last line of its complaint when it fails.
    static func run(_ words: [String], environment: [String]) -> String? {
        call(words, environment: environment).reason
    }

    /// Runs a program to its end: what it printed, and the last line of that as a reason when it failed.
    private static func call(_ words: [String], environment: [String]) -> (text: String, reason: String?) {
        var ends: [Int32] = [-1, -1]
        guard cshims_pipe(&ends) == 0, fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 else { return ("", "no pipe") }
        defer { close(ends[0]) }
        let pid: Int
        do {
            defer { close(ends[1]) }
            pid = try Child.start(words, environment: environment, directory: "/", output: ends[1])
        } catch {
            return ("", error.text)
        }
        let deadline = Machine.monotonic + patience
        var bytes: [UInt8] = []
        while Machine.monotonic < deadline {
            var status: Int32 = 0
            let hasEnded = waitpid(pid_t(pid), &status, WNOHANG) == pid_t(pid)
            var buffer = [UInt8](repeating: 0, count: 65536)
            while case let count = read(ends[0], &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
            if hasEnded {
                let text = String(decoding: bytes, as: UTF8.self)
                if status == 0 { return (text, nil) }
                return (text, text.split(separator: "\n").last.map(String.init) ?? "\(words[0]) failed")
            }
            usleep(20_000)
        }
        Child.signal(group: pid, SIGKILL)
        return ("", "\(words[0]) did not answer")
    }
}
