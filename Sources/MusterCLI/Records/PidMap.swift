import Foundation
import MusterCore

/// `logs/run_pid_map.csv`: which process was started for which config, and where its output went.
enum PidMap {
    private static let columns = ["timestamp", "pid", "stdout_target", "command", "config"]

    static func path(in folder: String) -> String { "\(folder)/logs/run_pid_map.csv" }

    /// The row of this process.
    static func row(config: String, time: LocalTime) -> [String] {
        [
            time.iso, "\(ProcessInfo.processInfo.processIdentifier)", outputTarget,
            CommandLine.arguments.map(ShellWord.quote).joined(separator: " "), config,
        ]
    }

    /// Appends a row, behind the header where the file is new.
    static func append(_ row: [String], in folder: String) throws {
        try AppendedFile.append(to: path(in: folder)) { isEmpty, _ in
            (isEmpty ? CSV.line(columns) : "") + CSV.line(row)
        }
    }

    /// What standard output is: `pipe:[...]`, `socket:[...]` or a path; `unknown` where the system does not say.
    private static var outputTarget: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/1")) ?? "unknown"
    }
}
