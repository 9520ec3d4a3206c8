import Foundation
import MusterCore

/// This process, as others are told of it.
enum ClientIdentity {
    /// The user's name and the machine's.
    static var user: String { NSUserName() }
    static var host: String { ProcessInfo.processInfo.hostName.split(separator: ".").first.map(String.init) ?? "?" }

    /// This process.
    static let process = ProcessIdentity(
        machine: line("/etc/machine-id") ?? host, boot: line("/proc/sys/kernel/random/boot_id") ?? "",
        space: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? "",
        pid: Int(getpid()), start: start(of: Int(getpid())) ?? 0)

    /// Whether a process has surely ended, as far as can be known here.
    static func isGone(_ other: ProcessIdentity) -> Bool { other.isGone(observer: process, startOf: start) }

    private static func line(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// The start of a live process in ticks since boot; nil when there is none, or only its remains.
    private static func start(of pid: Int) -> Int64? {
        // The name in parentheses may hold blanks.
        guard let text = line("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return Int64(fields[19])
    }
}
