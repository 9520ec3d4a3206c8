import Glibc
import MusterCore

/// Processes that stages left behind: those that made themselves independent of their group come to the agent when their
/// parents end, since it reaps what is orphaned below it (prctl(2), PR_SET_CHILD_SUBREAPER).
enum Orphans {
    /// One of them.
    struct Orphan: Equatable {
        var pid: Int
        /// The job and stage that its variables name; nil where they can't be read or name none.
        var job: String?
        var stage: String?
        /// What it calls itself.
        var name: String
    }

    // One thread of the agent asks.
    nonisolated(unsafe) private static var own = KeptFile("/proc/self/task/\(getpid())/children")

    /// The agent's children other than `known` that live: those of the main thread, which starts all programs and inherits
    /// what is orphaned, as the first that lives (exit(2) of the kernel, find_new_reaper); of all threads where
    /// `everywhere`.
    static func living(besides known: Set<Int>, everywhere: Bool) -> [Orphan] {
        var pids = own.numbers()
        if everywhere {
            for task in Files.names(in: "/proc/self/task") ?? [] where task != "\(getpid())" {
                pids += ProcFile.numbers("/proc/self/task/\(task)/children")
            }
        }
        return pids.filter { !known.contains($0) }.compactMap(orphan)
    }

    private static func orphan(_ pid: Int) -> Orphan? {
        guard let stat = ProcessStat(pid: pid), stat.state != "Z", stat.state != "X" else { return nil }
        var found = Orphan(
            pid: pid, name: (Files.text("/proc/\(pid)/comm") ?? "").split(separator: "\n").first.map(String.init) ?? "")
        for variable in (Files.text("/proc/\(pid)/environ") ?? "").split(separator: "\0") {
            if variable.hasPrefix("MUSTER_JOB=") { found.job = String(variable.dropFirst(11)) }
            if variable.hasPrefix("MUSTER_STAGE=") { found.stage = String(variable.dropFirst(13)) }
        }
        return found
    }

    /// Kills one, with the group that it leads or is in.
    static func end(_ orphan: Orphan) {
        if let group = ProcessStat(pid: orphan.pid)?.group, group > 1, group != Int(getpgrp()) {
            Child.signal(group: group, SIGKILL)
        }
        kill(pid_t(orphan.pid), SIGKILL)
    }
}

extension Agent {
    /// How often in a row what comes up is ended: killing one may bring up its children.
    private static let rounds = 20

    /// Ends what stages that have ended left behind, and of unknown origin once nothing runs at all; their names.
    @discardableResult
    func endOrphans(everywhere: Bool = false) -> [String] {
        var names: [String] = []
        for _ in 0..<Self.rounds {
            let running = programs
            let others = running.compactMap(\.helper) + [keeper?.probe?.pid].compactMap { $0 }
            let known = Set(running.map(\.pid)).union(others)
            let left = Orphans.living(besides: known, everywhere: everywhere).filter { orphan in
                guard let job = orphan.job, let stage = orphan.stage else { return running.isEmpty }
                return !jobs.values.contains { run in
                    run.row.id == job && run.runs.contains { $0.name == stage && !$0.programs.isEmpty }
                }
            }
            guard !left.isEmpty else { return names }
            for orphan in left {
                Orphans.end(orphan)
                names.append(orphan.name)
            }
            // What was killed goes away at its own pace.
            usleep(1000)
        }
        return names
    }
}
