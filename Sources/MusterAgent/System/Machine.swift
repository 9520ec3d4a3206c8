import CShims
import Glibc
import MusterCore

/// This machine and this process.
enum Machine {
    /// The host's name up to the first dot, as Slurm names nodes; never empty and without slashes.
    static var node: String {
        var buffer = [CChar](repeating: 0, count: 256)
        gethostname(&buffer, buffer.count - 1)
        let name = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let short = name.prefix { $0 != "." && $0 != "/" }
        return short.isEmpty ? "node" : String(short)
    }

    /// The wall clock.
    static var now: Timestamp { Timestamp(microseconds: microseconds(CLOCK_REALTIME)) }

    /// Microseconds of the monotonic clock.
    static var monotonic: Int64 { microseconds(CLOCK_MONOTONIC) }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// Numbers of the CPUs that this process may run on; empty when that can't be told.
    static var cpus: [Int] {
        var numbers = [Int32](repeating: 0, count: 4096)
        let count = Int(cshims_cpus(&numbers, Int32(numbers.count)))
        return numbers.prefix(max(0, min(count, numbers.count))).map { Int($0) }
    }

    /// 32 random hex digits.
    static func randomSource() -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        if cshims_random(&bytes, bytes.count) != 0 {
            var generator = SystemRandomNumberGenerator()
            for index in bytes.indices { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
        }
        return Hex.text(bytes)
    }

    /// The start of a live process in ticks since boot; nil when there is no such process, or only its remains.
    static func start(of pid: Int) -> Int64? {
        guard let fields = ProcessStat(pid: pid), fields.state != "Z", fields.state != "X" else { return nil }
        return fields.start
    }

    // Belongs to the agent's one thread.
    nonisolated(unsafe) private static var knownPeak: Int64 = 0

    /// Whether a peak is higher than this process's own.
    static func isBeyondOwn(_ peak: Int64) -> Bool {
        guard peak > knownPeak else { return false }
        knownPeak = ownPeak
        return peak > knownPeak
    }

    /// The most resident memory that this process had since its exec, in bytes. Not ru_maxrss: that one also counts
    /// whoever started it, up to the exec.
    static var ownPeak: Int64 {
        for line in (Files.text("/proc/self/status") ?? "").split(separator: "\n") where line.hasPrefix("VmHWM:") {
            return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int64($0) }.map {
                $0 * 1024
            } ?? 0
        }
        return 0
    }

    /// This process.
    static func identity() -> ProcessIdentity {
        func line(_ path: String) -> String? {
            Files.text(path)?.split(separator: "\n").first.map(String.init)
        }
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = buffer.withUnsafeMutableBytes { space -> Int in
            guard let start = space.baseAddress else { return 0 }
            return readlink("/proc/self/ns/pid", start.assumingMemoryBound(to: CChar.self), space.count)
        }
        let pid = Int(getpid())
        return ProcessIdentity(
            machine: line("/etc/machine-id") ?? node, boot: line("/proc/sys/kernel/random/boot_id") ?? "",
            space: String(decoding: buffer.prefix(max(0, length)), as: UTF8.self), pid: pid, start: start(of: pid) ?? 0)
    }
}

/// What `/proc/PID/stat` says (proc(5)).
struct ProcessStat {
    /// One letter; `Z` has ended and waits to be reaped.
    var state: Character
    /// Process group.
    var group: Int
    /// Own CPU time and that of reaped children, in ticks.
    var ticks: Int64
    /// Ticks from boot to start.
    var start: Int64
    /// Resident pages.
    var pages: Int64
    /// Threads.
    var threads: Int64

    /// nil when there is no such process.
    init?(pid: Int) {
        guard let stat = ProcFile.with("/proc/\(pid)/stat", { Self(bytes: $0) }) else { return nil }
        self = stat
    }

    /// Reads the file's content; nil when something is missing in it.
    private init?(bytes: UnsafeRawBufferPointer) {
        // Behind the name, which may hold anything, the third field comes first.
        guard let name = bytes.lastIndex(of: UInt8(ascii: ")")), bytes.count > name + 2 else { return nil }
        state = Character(Unicode.Scalar(bytes[name + 2]))
        var numbers: [Int64] = []
        numbers.reserveCapacity(22)
        var value: Int64 = 0
        for byte in bytes[(name + 4)...] {
            if byte >= 0x30, byte <= 0x39 {
                value = value &* 10 &+ Int64(byte - 0x30)
            } else if byte == UInt8(ascii: " ") {
                numbers.append(value)
                value = 0
                if numbers.count == 21 { break }
            }
        }
        guard numbers.count == 21 else { return nil }
        func number(_ field: Int) -> Int64 { numbers[field - 4] }
        group = Int(number(5))
        ticks = number(14) + number(15) + number(16) + number(17)
        threads = number(20)
        start = number(22)
        pages = number(24)
    }
}
