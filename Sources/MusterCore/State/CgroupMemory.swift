/// Where the kernel counts this process's memory, and what those files say (cgroups(7), the kernel's
/// `cgroup-v1/memory` and `cgroup-v2` pages).
///
/// In version 1 a kill is counted in the victim's own group only, while the limit stands in a group above it (Slurm's
/// step and job); in version 2 counts are summed upwards. The smallest limit on the way up is the one in force.
public struct CgroupMemory: Hashable, Sendable {
    /// Which of the two file layouts.
    public enum Version: Sendable { case v1, v2 }

    /// The layout.
    public var version: Version
    /// The group's path below the mount, beginning with `/`.
    public var path: String

    /// Reads `/proc/self/cgroup`: the memory controller's own line, else the unified one; nil when there is neither.
    public init?(processFile text: String) {
        var unified: String?
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[1].split(separator: ",").contains("memory") {
                self.init(version: .v1, path: String(parts[2]))
                return
            }
            if parts[0] == "0", parts[1].isEmpty { unified = String(parts[2]) }
        }
        guard let unified else { return nil }
        self.init(version: .v2, path: unified)
    }

    /// Names a group.
    public init(version: Version, path: String) {
        self.version = version
        self.path = path
    }

    /// What the files say now.
    public struct Reading: Hashable, Sendable {
        /// Processes that the kernel has killed for want of memory so far.
        public var kills: Int64
        /// The smallest limit in force, in bytes.
        public var limit: Int64?
        /// The highest use so far of the group with that limit, in bytes; it includes the page cache. Without a limit that
        /// of the process's own group.
        public var peak: Int64?
        /// What that group uses now, in bytes; without a limit what the process's own group uses.
        public var current: Int64?

        /// Makes a reading.
        public init(kills: Int64 = 0, limit: Int64? = nil, peak: Int64? = nil, current: Int64? = nil) {
            self.kills = kills
            self.limit = limit
            self.peak = peak
            self.current = current
        }
    }

    /// The group and those above it, nearest first, as folders; the last one is the mount itself.
    public var folders: [String] {
        let mount = version == .v1 ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup"
        var parts = path.split(separator: "/").map(String.init)
        var folders: [String] = []
        while !parts.isEmpty {
            folders.append("\(mount)/\(parts.joined(separator: "/"))")
            parts.removeLast()
        }
        return folders + [mount]
    }

    /// Puts a reading together; `read` gives a file's text, nil when it isn't there.
    ///
    /// Inside a container the path may not be visible: the nearest group that has the counters is taken.
    public func reading(read: (String) -> String?) -> Reading {
        let names = version == .v1 ? Names.v1 : Names.v2
        var reading = Reading()
        var counted = false
        for folder in folders {
            if !counted, let events = read("\(folder)/\(names.events)") {
                reading.kills = Self.counter("oom_kill", in: events) ?? 0
                counted = true
            }
            guard let limit = read("\(folder)/\(names.limit)").flatMap(Self.limit) else { continue }
            if limit < reading.limit ?? .max {
                reading.limit = limit
                reading.peak = read("\(folder)/\(names.peak)").flatMap(Self.number)
                reading.current = read("\(folder)/\(names.current)").flatMap(Self.number)
            }
        }
        // The root's numbers are the whole machine's.
        if reading.limit == nil, folders.count > 1 {
            reading.peak = read("\(folders[0])/\(names.peak)").flatMap(Self.number)
            reading.current = read("\(folders[0])/\(names.current)").flatMap(Self.number)
        }
        return reading
    }

    /// The file that counts kills in the nearest group that has one; nil where none can be read.
    public func counts(read: (String) -> String?) -> String? {
        let names = version == .v1 ? Names.v1 : Names.v2
        return folders.map { "\($0)/\(names.events)" }.first { read($0) != nil }
    }

    /// Kills by that file's content.
    public static func kills(in text: String) -> Int64 { counter("oom_kill", in: text) ?? 0 }

    private struct Names {
        var events: String
        var limit: String
        var peak: String
        var current: String

        static let v1 = Names(
            events: "memory.oom_control", limit: "memory.limit_in_bytes", peak: "memory.max_usage_in_bytes",
            current: "memory.usage_in_bytes")
        static let v2 = Names(
            events: "memory.events", limit: "memory.max", peak: "memory.peak", current: "memory.current")
    }

    /// The value of the line `name VALUE`.
    static func counter(_ name: String, in text: String) -> Int64? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name { return Int64(words[1]) }
        }
        return nil
    }

    /// A limit; nil for `max` and for version 1's way to say none, the largest number of whole pages.
    static func limit(_ text: String) -> Int64? {
        number(text).flatMap { $0 < Int64.max - 65536 ? $0 : nil }
    }

    private static func number(_ text: String) -> Int64? {
        text.split(whereSeparator: { $0 == "\n" || $0 == " " }).first.flatMap { Int64($0) }
    }
}
