import CShims
import Foundation
import Glibc

/// Starts programs and takes their time and memory.
struct Program {
    /// What a program took.
    struct Use {
        /// Seconds from its start to its end.
        var seconds: Double
        /// Seconds of CPU, its own and those of the children that it waited for.
        var cpu: Double
        /// The most resident memory of it or of one of these, in bytes.
        var peak: Double
        var output: [UInt8]
    }

    struct Failed: Error, CustomStringConvertible { var description: String }

    let words: [String]
    var folder: String? = nil
    var environment: [String: String] = [:]

    init(_ words: [String], in folder: String? = nil, environment: [String: String] = [:]) {
        (self.words, self.folder, self.environment) = (words, folder, environment)
    }

    /// Whether a program of that name is there.
    static func isThere(_ name: String) -> Bool { path(name) != nil }

    private static func path(_ name: String) -> String? {
        if name.contains("/") { return access(name, X_OK) == 0 ? name : nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Runs it to its end; throws where that is not 0.
    @discardableResult
    func run() throws -> Use {
        let place = FileManager.default.temporaryDirectory.path
        let (out, err) = ("\(place)/bench.\(getpid()).out", "\(place)/bench.\(getpid()).err")
        defer { for file in [out, err] { unlink(file) } }
        guard let path = Self.path(words[0]) else { throw Failed(description: "there is no program '\(words[0])'") }
        let files = [out, err].map { (file: String) -> Int32 in
            open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        }
        defer { for file in files { close(file) } }
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let arguments = words.map { strdup($0) } + [nil]
        let settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + settings { free(text) } }
        let begin = ContinuousClock.now
        let pid = try Self.spawn(path, arguments, settings, in: folder ?? ".", [-1] + files)
        var (status, usage) = (Int32(0), rusage())
        while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
        let seconds = (ContinuousClock.now - begin).seconds
        guard status == 0 else {
            let said = (try? String(contentsOfFile: err, encoding: .utf8)) ?? ""
            throw Failed(
                description: "\(words.joined(separator: " ")) ended with status \(status): \(said.suffix(2000))")
        }
        func of(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return Use(
            seconds: seconds, cpu: of(usage.ru_utime) + of(usage.ru_stime),
            peak: Double(usage.ru_maxrss) * 1024, output: Array(FileManager.default.contents(atPath: out) ?? Data()))
    }

    private static func spawn(
        _ path: String, _ arguments: [UnsafeMutablePointer<CChar>?], _ variables: [UnsafeMutablePointer<CChar>?],
        in folder: String, _ descriptors: [Int32]
    ) throws -> pid_t {
        var result = cshims_spawn_result()
        let status = path.withCString { path in
            folder.withCString { folder in
                arguments.withUnsafeBufferPointer { arguments in
                    variables.withUnsafeBufferPointer { variables in
                        descriptors.withUnsafeBufferPointer { descriptors -> Int32 in
                            guard let words = arguments.baseAddress, let settings = variables.baseAddress else {
                                return -1
                            }
                            var request = cshims_spawn_request(
                                program: path, arguments: words, environment: settings, directory: folder,
                                descriptors: descriptors.baseAddress, descriptor_count: Int32(descriptors.count),
                                oom_score_adj: 0, flags: 0, cpus: nil, cpu_count: 0)
                            return cshims_spawn(&request, &result)
                        }
                    }
                }
            }
        }
        guard status == 0 else { throw Failed(description: "can't start \(path)") }
        return pid_t(result.pid)
    }

    /// The use of the quickest of several runs.
    func best(of count: Int, before prepare: () throws -> Void = {}) throws -> Use {
        var best: Use?
        for _ in 0..<count {
            try prepare()
            let use = try run()
            if use.seconds < best?.seconds ?? .infinity { best = use }
        }
        guard let best else { throw Failed(description: "nothing was run") }
        return best
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// A folder of its own that goes with the session.
final class Scratch {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "muster-bench-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ name: String, _ text: String) throws {
        let path = URL(filePath: "\(folder)/\(name)")
        try FileManager.default.createDirectory(
            at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: path)
    }

    /// muster, with a state of its own here.
    func muster(_ words: [String], state: String = "state") -> Program {
        Program(["\(Bench.programs)/muster"] + words, in: folder, environment: ["MUSTER_STATE": "\(folder)/\(state)"])
    }
}
