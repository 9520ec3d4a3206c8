import Glibc
import SSH
import Subprocess
import SystemPackage
import Threading

/// A program of this machine whose streams are read and written beside other work.
///
/// They are sockets, so that writing to a program that reads no more is no signal to this process (send(2), MSG_NOSIGNAL).
final class ProgramProcess: Sendable {
    /// How it came to an end.
    enum Ending: Equatable {
        case ended(ExecStatus)
        /// It was never started, for this reason.
        case missing(String)
    }

    /// Our ends of its streams; none of them blocks.
    let input: Int32, output: Int32, errors: Int32
    /// Readable once the program has ended.
    let over: Int32
    /// Starting one does not wait behind other work.
    private static let thread = TaskThread(name: "programs")
    private let gate = Gate<Ending?>(nil)
    private let task: Task<Void, Never>

    /// How it ended; nil while it runs.
    var ending: Ending? { gate.current }

    /// Starts a program found on PATH, or by its path. One that can't be started ends as `missing`.
    init(_ words: [String]) throws(SSHError) {
        var (input, output, errors, over) = ([Int32](), [Int32](), [Int32](), [Int32]())
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        func pair(_ ends: inout [Int32]) -> Int32 {
            ends = [-1, -1]
            return socketpair(AF_UNIX, kind, 0, &ends)
        }
        let codes = [pair(&input), pair(&output), pair(&errors), pair(&over)]
        guard codes.allSatisfy({ $0 == 0 }) else {
            let text = String(cString: strerror(errno))
            for descriptor in input + output + errors + over where descriptor >= 0 { Glibc.close(descriptor) }
            throw SSHError(.channelFailed, "start", host: words[0], code: errno, text: text)
        }
        (self.input, self.output, self.errors, self.over) = (input[0], output[0], errors[0], over[0])
        for descriptor in [input[0], output[0], errors[0]] {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        }
        let (theirs, bell) = ([input[1], output[1], errors[1]].map { FileDescriptor(rawValue: $0) }, over[1])
        task = Task.detached(executorPreference: Self.thread) { [gate] in
            let ending = await Self.run(words, theirs)
            gate.change { $0 = ending }
            Glibc.close(bell)
        }
    }

    deinit { for descriptor in [input, output, errors, over] { Glibc.close(descriptor) } }

    /// Ends it at once.
    func kill() { task.cancel() }

    private static func run(_ words: [String], _ streams: [FileDescriptor]) async -> Ending {
        do {
            let result = try await Subprocess.run(
                words[0].contains("/") ? .path(FilePath(words[0])) : .name(words[0]),
                arguments: Arguments(Array(words.dropFirst())),
                input: .fileDescriptor(streams[0], closeAfterSpawningProcess: true),
                output: .fileDescriptor(streams[1], closeAfterSpawningProcess: true),
                error: .fileDescriptor(streams[2], closeAfterSpawningProcess: true))
            return switch result.terminationStatus {
            case .exited(let code): .ended(.exited(Int32(code)))
            case .signaled(let signal): .ended(.signalled("\(signal)"))
            }
        } catch {
            return .missing("\(error)")
        }
    }
}
