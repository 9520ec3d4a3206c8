import Glibc
import MusterCore

/// Follows the file in which a pipeline program reports: docs/protocol.md. Of what it says the last counts.
struct ProgressTail {
    let path: String
    private var offset: off_t = 0

    init(path: String) { self.path = path }

    /// Reads new whole lines; lines that are no JSON object are passed over.
    mutating func read(into reading: inout Reading) {
        let fd = open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return }
        defer { close(fd) }
        let end = lseek(fd, 0, SEEK_END)
        // A program that reports a thousand times a second is read from near the end: only the last line matters.
        offset = max(offset, end - 65536)
        guard end > offset else { return }
        var buffer = [UInt8](repeating: 0, count: Int(end - offset))
        let count = pread(fd, &buffer, buffer.count, offset)
        guard count > 0, let newline = buffer[..<count].lastIndex(of: 0x0A) else { return }
        offset += off_t(newline + 1)
        for line in buffer[..<newline].split(separator: 0x0A).reversed() {
            guard let json = try? JSON(parsing: line), json.members != nil else { continue }
            reading.item = json["item"].map(Placeholders.text)
            reading.done = json["t"]?.double
            reading.total = json["T"]?.double
            reading.message = json["message"]?.string
            return
        }
    }
}
