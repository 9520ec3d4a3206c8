import Glibc
import MusterCore

/// The file that a stage's program appends progress lines to, followed from its beginning.
struct ProgressFile {
    let path: String
    private var offset: Int64 = 0

    /// Whether the program has written any line.
    var hasSpoken: Bool { offset > 0 }

    /// Follows `path`, which need not be there yet.
    init(path: String) { self.path = path }

    /// Takes what the program said since the last call into `reading`; a line without its end waits unless the stage
    /// is over.
    mutating func update(_ reading: inout Reading, isLast: Bool) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let size = Int64(lseek(descriptor, 0, SEEK_END))
        if size < offset { offset = 0 }
        // Only the end counts: a program that says more than this in a second is not read in full.
        if size - offset > 1 << 20 { offset = size - 1 << 20 }
        let bytes = Files.read(descriptor, from: offset, count: Int(size - offset))
        guard let end = isLast ? bytes.count : bytes.lastIndex(of: UInt8(ascii: "\n")).map({ $0 + 1 }) else { return }
        for line in bytes[..<end].split(separator: UInt8(ascii: "\n")) { reading.take(progressLine: line) }
        offset += Int64(end)
    }
}
