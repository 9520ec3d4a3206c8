/// One process for all time: a number alone is given again to others.
public struct ProcessIdentity: Hashable, Sendable {
    /// The machine: the content of `/etc/machine-id`, or the host's name where there is none.
    public var machine: String
    /// The kernel's `boot_id`: another one means that every process of before is gone.
    public var boot: String
    /// The pid name space, as `readlink /proc/self/ns/pid` says it: numbers of another one mean nothing here.
    public var space: String
    /// The process's number.
    public var pid: Int
    /// Its start in clock ticks since boot, field 22 of `/proc/PID/stat`.
    public var start: Int64

    /// Names a process.
    public init(machine: String, boot: String, space: String, pid: Int, start: Int64) {
        self.machine = machine
        self.boot = boot
        self.space = space
        self.pid = pid
        self.start = start
    }

    /// The identity as a JSON object.
    public var json: JSON {
        .object([
            "machine": .string(machine), "boot": .string(boot), "space": .string(space), "pid": .int(pid),
            "start": .int(start),
        ])
    }

    /// Reads what `json` writes; nil when a part is missing.
    public init?(json: JSON) {
        guard let machine = json["machine"]?.string, let boot = json["boot"]?.string,
            let space = json["space"]?.string, let pid = json["pid"]?.int, let start = json["start"]?.int
        else { return nil }
        self.init(machine: machine, boot: boot, space: space, pid: Int(clamping: pid), start: start)
    }

    /// Whether this process has surely ended, as far as `observer` can know: the same machine was booted anew, or no
    /// process of that number and start is in the name space that both share. `startOf` answers the start of a live
    /// process, nil when there is none.
    public func isGone(observer: ProcessIdentity, startOf: (Int) -> Int64?) -> Bool {
        guard machine == observer.machine else { return false }
        guard boot == observer.boot else { return true }
        guard space == observer.space else { return false }
        return startOf(pid) != start
    }
}
