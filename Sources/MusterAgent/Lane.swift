import Glibc
import MusterCore

/// A lane that this agent holds: its folder and the lock on it, which the kernel gives back however the agent ends.
struct Lane {
    let name: String
    let paths: LanePaths
    private let lock: Int32

    /// Takes the first free lane of this node.
    init(in run: RunPaths, node: String) throws {
        for number in 0..<1000 {
            let name = "\(node).\(number)"
            let paths = run.lane(name)
            try Disk.makeFolders(paths.folder)
            let fd = open(paths.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard fd >= 0 else { throw Disk.Failure(what: "open \(paths.lock)", code: errno) }
            if flock(fd, LOCK_EX | LOCK_NB) == 0 {
                (self.name, self.paths, lock) = (name, paths, fd)
                endLeftovers()
                return
            }
            close(fd)
        }
        throw Disk.Failure(what: "find a free lane in \(run.lanes)", code: EBUSY)
    }

    private var running: String { "\(paths.folder)/running.json" }

    /// Notes the process groups that run now, so that a successor can end what outlives this agent.
    func note(groups: [Int]) {
        let entries = groups.map { pid in
            JSON.array([.int(pid), .int(ProcessFacts(pid: pid)?.start ?? 0)])
        }
        let record = JSON.object(["boot": .string(Machine.boot), "groups": .array(entries)])
        try? Disk.replace(running, with: record.bytes)
    }

    /// Ends what an agent before left running: members of its groups, told from strangers by boot and start time.
    private func endLeftovers() {
        guard let record = Disk.json(running), record["boot"]?.string == Machine.boot else { return }
        var groups: [Int: Int64] = [:]
        for entry in record["groups"]?.array ?? [] {
            guard let pair = entry.array, pair.count == 2, let pid = pair[0].int, pid > 1 else { continue }
            groups[Int(pid)] = pair[1].int ?? 0
        }
        guard !groups.isEmpty else { return }
        for name in Disk.names(in: "/proc") {
            guard let pid = Int(name), let facts = ProcessFacts(pid: pid), !facts.isZombie,
                let start = groups[facts.group], facts.start >= start
            else { continue }
            // A group's number is not used again while it has members; a leader of another start is a stranger.
            if let leader = ProcessFacts(pid: facts.group), leader.start != start { continue }
            kill(pid_t(pid), SIGKILL)
        }
    }
}
