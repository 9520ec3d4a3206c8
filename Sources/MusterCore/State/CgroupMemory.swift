/// The memory counters of a control group, version 1 or 2.
///
/// Version 1 counts a kill in the victim's own group only, while Slurm sets the limit on the step and the job above it;
/// version 2 counts up the tree. Kernel: Documentation/admin-guide/cgroup-v1/memory.rst, cgroup-v2.rst.
public struct CgroupMemory: Equatable, Sendable {
    /// Where a process's counters lie.
    public enum Location: Hashable, Sendable {
        /// Folder below `/sys/fs/cgroup/memory`.
        case v1(String)
        /// Folder below `/sys/fs/cgroup`.
        case v2(String)
    }

    /// Processes that the kernel ended for want of memory, so far.
    public var kills: Int64
    /// The smallest limit on the way up, in bytes; nil for none.
    public var limit: Int64?
    /// The most that was ever charged where the limit is, in bytes; nil when the kernel does not keep it.
    public var peak: Int64?

    /// Makes a reading.
    public init(kills: Int64, limit: Int64?, peak: Int64?) {
        self.kills = kills
        self.limit = limit
        self.peak = peak
    }

    /// Finds the group in the text of `/proc/PID/cgroup`: the memory controller of version 1 when it has a group there,
    /// else the unified hierarchy.
    public static func locate(procCgroup text: String) -> Location? {
        var unified: String?
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let path = String(parts[2])
            if parts[1].split(separator: ",").contains("memory"), path != "/" { return .v1(path) }
            if parts[0] == "0", parts[1].isEmpty { unified = path }
        }
        return unified.map { .v2($0) }
    }

    /// Reads the counters. `read` gives the text of a file, nil when it is not there.
    public init?(at location: Location, read: (String) -> String?) {
        switch location {
        case .v1(let path):
            let root = "/sys/fs/cgroup/memory"
            guard let control = read("\(root)\(path)/memory.oom_control") else { return nil }
            self.init(kills: Self.field("oom_kill", in: control) ?? 0, limit: nil, peak: nil)
            for folder in Self.upwards(path) {
                guard let limit = Self.number(read("\(root)\(folder)/memory.limit_in_bytes")), limit < Self.unlimited
                else { continue }
                if limit < (self.limit ?? .max) {
                    self.limit = limit
                    peak = Self.number(read("\(root)\(folder)/memory.max_usage_in_bytes"))
                }
            }
        case .v2(let path):
            let root = "/sys/fs/cgroup"
            guard let events = read("\(root)\(path)/memory.events") else { return nil }
            self.init(kills: Self.field("oom_kill", in: events) ?? 0, limit: nil, peak: nil)
            peak = Self.number(read("\(root)\(path)/memory.peak"))
            for folder in Self.upwards(path) {
                guard let limit = Self.number(read("\(root)\(folder)/memory.max")) else { continue }
                if limit < (self.limit ?? .max) {
                    self.limit = limit
                    peak = Self.number(read("\(root)\(folder)/memory.peak")) ?? peak
                }
            }
        }
    }

    /// Version 1 says "no limit" with the largest multiple of the page size.
    private static let unlimited = Int64.max - (1 << 20)

    private static func upwards(_ path: String) -> [String] {
        var folders: [String] = []
        var parts = path.split(separator: "/")
        while !parts.isEmpty {
            folders.append("/" + parts.joined(separator: "/"))
            parts.removeLast()
        }
        return folders
    }

    private static func number(_ text: String?) -> Int64? {
        text.flatMap { $0.split(whereSeparator: \.isWhitespace).first }.flatMap { Int64($0) }
    }

    /// The value behind `name` in lines of `name value`.
    static func field(_ name: String, in text: String) -> Int64? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name { return Int64(words[1]) }
        }
        return nil
    }
}
