import Glibc
import MusterCore

/// A process with all that came from it, at one moment.
struct ProcessTree {
    /// The processes and their resident memory in bytes.
    var sizes: [Int: Int64] = [:]
    /// Bytes that they and their reaped children read from storage and wrote to it.
    var read: Int64 = 0, written: Int64 = 0
    /// CPU time of the live processes and of their reaped children, in microseconds.
    var cpu: Int64 = 0

    /// Walks `/proc/PID/task/*/children` down from `root`.
    init(root: Int) {
        var open = [root]
        while let pid = open.popLast() {
            guard sizes[pid] == nil, let stat = ProcessStat(pid: pid), stat.state != "Z" else { continue }
            sizes[pid] = stat.pages * Self.pageSize
            cpu += stat.ticks * 1_000_000 / Self.ticksPerSecond
            if let storage = Self.storage(of: pid) {
                read += storage.read
                written += storage.written
            }
            let tasks = stat.threads == 1 ? ["\(pid)"] : Files.names(in: "/proc/\(pid)/task") ?? []
            for task in tasks { open += ProcFile.numbers("/proc/\(pid)/task/\(task)/children") }
        }
    }

    /// What a process and its reaped children read from storage and wrote to it; nil when it may not be known.
    static func storage(of pid: Int) -> (read: Int64, written: Int64)? {
        ProcFile.with("/proc/\(pid)/io") { ProcessCounters.storage(in: $0) }
    }

    /// Sum of the proportional set sizes in bytes: shared pages count once. Slow: the kernel walks all pages.
    var proportional: Int64? {
        let sizes = sizes.keys.compactMap { pid in
            ProcFile.with("/proc/\(pid)/smaps_rollup") { ProcessCounters.pss(in: $0) }
        }
        return sizes.isEmpty ? nil : sizes.reduce(0, +)
    }

    /// Sum of resident memory in bytes; shared pages count once for each process.
    var resident: Int64 { sizes.values.reduce(0, +) }

    private static let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
    private static let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
}
