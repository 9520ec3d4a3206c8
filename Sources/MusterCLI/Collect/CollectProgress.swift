import Foundation
import MusterCore

/// How far files have come or gone: a line at the terminal, at most five times a second.
final class CollectProgress {
    private let verb: String, files: Int, bytes: Int64
    private var (doneFiles, doneBytes) = (0, Int64(0))
    private let started = Date()
    private var shown = Date.distantPast
    /// Where the rate is counted from, so that it follows what the line does now.
    private var marks: [(time: Date, bytes: Int64)] = []

    init(_ verb: String = "collected", files: Int, bytes: Int64) {
        (self.verb, self.files, self.bytes) = (verb, files, bytes)
    }

    func add(files: Int = 0, bytes: Int64 = 0) {
        doneFiles += files
        doneBytes += bytes
        let now = Date()
        guard now.timeIntervalSince(shown) >= 0.2 else { return }
        shown = now
        marks.append((now, doneBytes))
        while marks.count > 2, now.timeIntervalSince(marks[0].time) > 10 { marks.removeFirst() }
        Terminal.progress(line(now))
    }

    /// `collected 12 of 40 files, 1.2 GiB of 3 GiB, 85 MiB/s, 25s left`.
    private func line(_ now: Date) -> String {
        let first = marks.first ?? (started, 0)
        let span = now.timeIntervalSince(first.time)
        let rate = span > 0.5 ? Double(doneBytes - first.bytes) / span : 0
        let left = rate > 0 ? ", \(WallTime(seconds: Int64(Double(max(0, bytes - doneBytes)) / rate))) left" : ""
        let speed = rate > 0 ? ", \(ByteCount(Int64(rate)))/s" : ""
        return "\(verb) \(doneFiles) of \(files) files, \(ByteCount(doneBytes)) of \(ByteCount(bytes))\(speed)\(left)"
    }

    func end() { Terminal.endProgress() }
}
