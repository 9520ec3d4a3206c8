import CShims
import Glibc
import MusterCore

/// The machine's clocks and what identifies this process on it.
enum Machine {
    static var now: Timestamp { Timestamp(microseconds: microseconds(CLOCK_REALTIME)) }
    /// Microseconds since some moment; it never jumps.
    static var monotonic: Int64 { microseconds(CLOCK_MONOTONIC) }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// The node's name without its domain, as Slurm names nodes.
    static var node: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, 255) == 0 else { return "unknown" }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(name.prefix { $0 != "." })
    }

    /// The kernel's id of this boot: with it a pid and a start time name a process for good.
    static var boot: String {
        String((Disk.text("/proc/sys/kernel/random/boot_id") ?? "").prefix { !$0.isWhitespace })
    }

    /// 128 random bits as hex digits.
    static func randomSource() -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = bytes.count
        guard cshims_random(&bytes, count) == 0 else {
            return Hex.text(SHA256.hex(Array("\(getpid())-\(monotonic)".utf8)).utf8.prefix(16))
        }
        return Hex.text(bytes)
    }
}

/// What /proc tells of a process.
struct ProcessFacts {
    var parent: Int
    var group: Int
    /// Clock ticks since boot.
    var start: Int64
    /// Microseconds of CPU time, its own and that of children it waited for.
    var cpu: Int64
    /// Bytes.
    var resident: Int64
    var isZombie: Bool

    /// Nil when there is no such process. Fields: proc(5), /proc/PID/stat.
    init?(pid: Int) {
        guard let text = Disk.text("/proc/\(pid)/stat"), let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 21 else { return nil }
        func number(_ index: Int) -> Int64 { Int64(fields[index]) ?? 0 }
        isZombie = fields[0] == "Z" || fields[0] == "X"
        parent = Int(number(1))
        group = Int(number(2))
        start = number(19)
        cpu = (number(11) + number(12) + number(13) + number(14)) * (1_000_000 / Int64(sysconf(Int32(_SC_CLK_TCK))))
        resident = number(21) * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Sums over a process and all below it.
    static func sums(below root: Int) -> (resident: Int64, cpu: Int64) {
        var (resident, cpu): (Int64, Int64) = (0, 0)
        var pending = [root]
        while let pid = pending.popLast() {
            guard let facts = ProcessFacts(pid: pid) else { continue }
            resident += facts.resident
            cpu += facts.cpu
            for thread in Disk.names(in: "/proc/\(pid)/task") {
                let children = Disk.text("/proc/\(pid)/task/\(thread)/children") ?? ""
                pending += children.split(separator: " ").compactMap { Int($0) }
            }
        }
        return (resident, cpu)
    }
}
