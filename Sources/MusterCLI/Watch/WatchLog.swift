import Foundation
import MusterCore

/// The last lines of a log that grows.
struct WatchLog {
    /// The most lines that are kept.
    static let most = 5000
    private(set) var lines: [String] = []
    private var rest: [UInt8] = []

    /// Adds output. What a program wrote over (a carriage return) is left out.
    mutating func add(_ bytes: some Sequence<UInt8>) {
        rest += bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            append(Self.text(rest[..<end]))
            rest.removeFirst(end + 1)
        }
    }

    /// Adds a line about what follows.
    mutating func head(_ text: String) {
        if !rest.isEmpty { append(Self.text(rest[...])) }
        rest = []
        append(text)
    }

    /// With the line that has no end yet.
    var shown: [String] { rest.isEmpty ? lines : lines + [Self.text(rest[...])] }

    private mutating func append(_ line: String) {
        lines.append(line)
        if lines.count > Self.most { lines.removeFirst(lines.count - Self.most) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
        let last = line.lastIndex(of: UInt8(ascii: "\r")).map { line[($0 + 1)...] } ?? line
        return String(decoding: last, as: UTF8.self).replacing("\t", with: "    ")
    }

    /// Reads a job's log and goes on with it until the task is cancelled; `show` gets all lines whenever there are more.
    static func follow(
        _ record: RunRecord, job: Int, from attempt: AttemptKey?, show: ([String]) -> Void
    ) async throws {
        let log = Box()
        let reader = LogReader(
            record, job: job, stage: nil, write: { log.text.add($0) }, say: { log.text.head($0) })
        while !Task.isCancelled {
            let count = try await reader.show { generation, restart in
                attempt.map { ($0.generation, $0.restart) <= (generation, restart) } ?? true
            }
            if count > 0 { show(log.text.shown) }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private final class Box { var text = WatchLog() }
}
