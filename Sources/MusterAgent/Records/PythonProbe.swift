import Glibc
import MusterCore

/// A Python that is asked of itself beside the agent's first stage; nobody waits for it.
///
/// Its process is reaped with the agent's other children, and dies with the agent.
final class PythonProbe {
    /// How long it may take, in microseconds.
    static let patience: Int64 = 10_000_000

    let pid: Int
    private let start: Int64?
    private let until: Int64
    private var descriptor: Int32
    private var output: [UInt8] = []

    /// Starts the program of `launch` with `CUDA_VISIBLE_DEVICES` as it was given to the agent; nil when that is not possible.
    init?(_ launch: StageLaunch, gpus: [String]?) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        defer { close(ends[1]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        var variables = EnvironmentTable(launch.environment)
        if let gpus { variables["CUDA_VISIBLE_DEVICES"] = gpus.joined(separator: ",") }
        do throws(Child.Failure) {
            pid = try Child.start(
                launch.words, environment: variables.list, directory: launch.directory, output: ends[1])
        } catch {
            close(ends[0])
            return nil
        }
        start = Machine.start(of: pid)
        until = Machine.monotonic + Self.patience
        descriptor = ends[0]
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Takes in what it has said so far, and ends it when it takes too long.
    func look(now: Int64) {
        guard descriptor >= 0 else { return }
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &part, part.count)
            if count > 0 {
                output += part[..<count]
            } else if count == 0 || errno != EAGAIN && errno != EINTR {
                return stop()
            } else if errno == EAGAIN {
                break
            }
        }
        guard now >= until || output.count > 1 << 20 else { return }
        // A number that is another process's by now is left alone.
        if let start, Machine.start(of: pid) == start { Child.signal(group: pid, SIGKILL) }
        stop()
    }

    private func stop() {
        close(descriptor)
        descriptor = -1
    }

    /// What is known so far.
    var facts: PythonFacts { PythonFacts(output: output) }
}
