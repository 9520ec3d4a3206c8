import Glibc
import MusterCore

/// The folder that this agent alone writes to: facts, samples, logs. Agents that follow on the node use it again.
final class Lane {
    /// `NODE.K`.
    let name: String
    /// Its files.
    let paths: LanePaths
    /// Kept open: the lock lives as long as the descriptor.
    private let lock: Int32

    private init(name: String, paths: LanePaths, lock: Int32) {
        self.name = name
        self.paths = paths
        self.lock = lock
    }

    deinit {
        close(lock)
        if runningFile >= 0 { close(runningFile) }
    }

    /// The file of what runs now, open, and its size.
    private var runningFile: Int32 = -1, runningSize = 0
    /// Up to this size a write is done or not done when the process is killed: the kernel looks for signals between pages.
    private static let page = 4096

    /// Writes down what runs now; with every job, so what is short is written over what was.
    func write(running json: [UInt8]) throws(SystemError) {
        if runningFile < 0 || max(json.count, runningSize) > Self.page {
            if runningFile >= 0 { close(runningFile) }
            try Files.replace(running, with: json)
            runningFile = Glibc.open(running, O_WRONLY | O_CLOEXEC)
            runningSize = json.count
            return
        }
        let padded = json + [UInt8](repeating: UInt8(ascii: " "), count: max(0, runningSize - json.count))
        runningSize = padded.count
        let count = padded.withUnsafeBytes { pwrite(runningFile, $0.baseAddress, $0.count, 0) }
        guard count == padded.count else { throw .last("write", running) }
    }

    /// Takes the first lane of the node that nobody holds.
    ///
    /// Where the file system knows no locks (Lustre without `flock`), the lane is one that nobody else can have.
    static func acquire(_ run: RunPaths, node: String, source: String) throws(SystemError) -> Lane {
        for number in 0..<10_000 {
            let name = "\(node).\(number)"
            guard let lane = try open(run, name, locking: true) else { continue }
            return lane
        }
        guard let lane = try open(run, "\(node).s\(source.prefix(12))", locking: false) else {
            throw SystemError(operation: "lock", subject: run.lanes, code: ENOLCK)
        }
        return lane
    }

    private static func open(_ run: RunPaths, _ name: String, locking: Bool) throws(SystemError) -> Lane? {
        let paths = run.lane(name)
        try Files.makeFolders(paths.folder)
        let descriptor = Glibc.open(paths.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .last("open", paths.lock) }
        guard locking, flock(descriptor, LOCK_EX | LOCK_NB) != 0 else {
            return Lane(name: name, paths: paths, lock: descriptor)
        }
        let code = errno
        close(descriptor)
        switch code {
        case EWOULDBLOCK: return nil
        case ENOSYS, ENOTSUP, ENOLCK: return try open(run, "\(name).\(getpid())", locking: false)
        default: throw SystemError(operation: "flock", subject: paths.lock, code: code)
        }
    }

    /// Output of a running program, before it is packed into the log.
    func spool(_ number: Int) -> String { "\(paths.folder)/spool.\(number)" }

    /// What runs now, so that a successor can end what outlived this agent.
    var running: String { "\(paths.folder)/running.json" }
}
