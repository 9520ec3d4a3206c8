import Glibc
import MusterCore

/// This machine's zone.
enum LocalClock {
    /// The present.
    static var now: LocalTime { at(Machine.now) }

    /// A moment in the zone that `TZ` or the machine names.
    static func at(_ time: Timestamp) -> LocalTime {
        var seconds = time_t(time.microseconds / 1_000_000)
        var parts = tm()
        tzset()
        guard localtime_r(&seconds, &parts) != nil else { return LocalTime(time, offset: 0) }
        return LocalTime(time, offset: Int64(parts.tm_gmtoff))
    }
}

extension Machine {
    /// What uname(2) says, with the keys of Python's `platform`.
    static var system: [JSON.Member] {
        var names = utsname()
        guard uname(&names) == 0 else { return [] }
        func text<Field>(_ field: Field) -> JSON {
            withUnsafeBytes(of: field) { .string(String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)) }
        }
        return [
            .init("system", text(names.sysname)), .init("release", text(names.release)),
            .init("version", text(names.version)), .init("machine", text(names.machine)),
        ]
    }
}
