import Glibc
import MusterCore

/// Who made something: enough to ask the right person, or to see that nobody is at it any more.
public struct Maker: Hashable, Sendable {
    /// The machine's name.
    public var host: String
    /// The process on it.
    public var pid: Int32
    /// The program's file name.
    public var program: String

    /// Names a process.
    public init(host: String, pid: Int32, program: String) {
        (self.host, self.pid, self.program) = (host, pid, program)
    }

    /// This process.
    public static let current: Maker = {
        var name = [CChar](repeating: 0, count: 256)
        let host = gethostname(&name, name.count - 1) == 0 ? text(name) : "unknown"
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let program = length > 0 ? text(path).split(separator: "/").last.map(String.init) : nil
        return Maker(host: host, pid: getpid(), program: program ?? "unknown")
    }()

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// True when the process was of this machine and is not there any more.
    var isSurelyGone: Bool {
        host == Maker.current.host && pid > 0 && kill(pid, 0) != 0 && errno == ESRCH
    }
}

extension Timestamp {
    /// Now.
    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// The moment as its text can tell it.
    var inMilliseconds: Timestamp { Timestamp(microseconds: microseconds / 1000 * 1000) }
}
