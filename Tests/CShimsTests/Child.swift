import CShims
import Glibc
import Testing

/// A child started through `cshims_spawn`, with its output on a pipe; killed and reaped when it is let go.
final class Child {
    let pid: pid_t
    /// The errno of writing oom_score_adj, 0 when it went well.
    let oomCode: Int32
    private var output: Int32
    private var ended: cshims_ended?

    struct Failed: Error, Equatable {
        let step: String
        let code: Int32
    }

    /// Tests run on threads that may end at any time, so the children may outlive them unless `flags` says otherwise.
    init(
        _ program: String, _ arguments: [String] = [], environment: [String] = [], directory: String? = nil,
        oomScore: Int32 = CSHIMS_OOM_SCORE_KEEP, flags: UInt32 = CSHIMS_SPAWN_MAY_OUTLIVE, cpus: [Int32] = []
    ) throws {
        var ends: [Int32] = [0, 0]
        guard cshims_pipe(&ends) == 0 else { throw Failed(step: "pipe", code: errno) }
        defer { close(ends[1]) }
        let result = try Child.start(
            [program] + arguments, environment, directory, descriptors: [-1, ends[1], ends[1]], oomScore, flags, cpus)
        guard result.step == CSHIMS_SPAWN_STARTED else {
            close(ends[0])
            #expect(result.pid == -1)
            throw Failed(step: String(cString: cshims_spawn_step_name(result.step)), code: result.code)
        }
        pid = result.pid
        oomCode = result.oom_code
        output = ends[0]
    }

    deinit {
        close(output)
        if ended == nil {
            kill(pid, SIGKILL)
            _ = try? end()
        }
    }

    /// All that the child writes until it and its descendants have closed their output.
    func readOutput() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }

    /// Waits for the child's end.
    @discardableResult
    func end() throws -> cshims_ended {
        var status = cshims_ended()
        guard cshims_wait4(pid, true, &status) == pid else { throw Failed(step: "wait4", code: errno) }
        ended = status
        return status
    }

    private static func start(
        _ arguments: [String], _ environment: [String], _ directory: String?, descriptors: [Int32], _ oomScore: Int32,
        _ flags: UInt32, _ cpus: [Int32] = []
    ) throws -> cshims_spawn_result {
        let argv = arguments.map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        let folder = directory.map { strdup($0) } ?? nil
        defer { (argv + envp + [folder]).forEach { free($0) } }
        var result = cshims_spawn_result()
        try argv.withUnsafeBufferPointer { argv in
            try envp.withUnsafeBufferPointer { envp in
                try descriptors.withUnsafeBufferPointer { descriptors in
                    try cpus.withUnsafeBufferPointer { cpus in
                        var request = cshims_spawn_request(
                            program: try #require(argv[0]), arguments: try #require(argv.baseAddress),
                            environment: try #require(envp.baseAddress), directory: folder,
                            descriptors: descriptors.baseAddress, descriptor_count: Int32(descriptors.count),
                            oom_score_adj: oomScore, flags: flags, cpus: cpus.baseAddress,
                            cpu_count: Int32(cpus.count))
                        let status = cshims_spawn(&request, &result)
                        #expect(status == (result.step == CSHIMS_SPAWN_STARTED ? 0 : -1))
                    }
                }
            }
        }
        return result
    }
}

/// The trimmed text of a small file.
func text(of path: String) throws -> String {
    let fd = open(path, O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else { throw Child.Failed(step: "open \(path)", code: errno) }
    defer { close(fd) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(fd, &buffer, buffer.count)
    return String(decoding: buffer[..<max(count, 0)].filter { $0 != 10 }, as: UTF8.self)
}
