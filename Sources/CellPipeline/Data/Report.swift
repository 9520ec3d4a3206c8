import Glibc

/// Tells how far a step is: JSON lines in the file that `MUSTER_PROGRESS` names; without it nothing.
///
/// A line is one write to a file opened for appending, so lines of several processes do not mix. That it can't be
/// written never fails the computation. At most ten lines a second, the last one always.
package struct Report {
    private let step: String
    private let item: String
    private let total: Int
    private let descriptor: Int32
    private var next = 0.0

    package init(step: String, item: String, total: Int) {
        (self.step, self.item, self.total) = (step, item, total)
        descriptor = getenv("MUSTER_PROGRESS").map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644) } ?? -1
    }

    package mutating func done(_ count: Int) {
        guard descriptor >= 0 else { return }
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        guard count == total || now >= next else { return }
        next = now + 0.1
        let line =
            "{\"stage\":\"\(step)\",\"item\":\"\(item)\",\"t\":\(count),\"T\":\(total),\"message\":\"\(step) \(item)\"}\n"
        let bytes = Array(line.utf8)
        _ = write(descriptor, bytes, bytes.count)
        if count == total { close(descriptor) }
    }
}
