import Glibc

/// A process with all that came from it, at one moment.
struct ProcessTree {
    /// The processes and their resident memory in bytes.
    var sizes: [Int: Int64] = [:]
    /// CPU time of the live processes and of their reaped children, in microseconds.
    var cpu: Int64 = 0

    /// Walks `/proc/PID/task/*/children` down from `root`.
    init(root: Int) {
        var open = [root]
        while let pid = open.popLast() {
            guard sizes[pid] == nil, let stat = ProcessStat(pid: pid), stat.state != "Z" else { continue }
            sizes[pid] = stat.pages * Self.pageSize
            cpu += stat.ticks * 1_000_000 / Self.ticksPerSecond
            for task in Files.names(in: "/proc/\(pid)/task") ?? [] {
                let children = Files.text("/proc/\(pid)/task/\(task)/children") ?? ""
                open += children.split(separator: " ").compactMap { Int($0) }
            }
        }
    }

    /// Sum of resident memory in bytes; shared pages count once for each process.
    var resident: Int64 { sizes.values.reduce(0, +) }

    private static let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
    private static let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
}
