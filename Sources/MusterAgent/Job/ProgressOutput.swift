import Glibc
import MusterCore

/// What a stage's own output says of its progress, by its pattern.
struct ProgressOutput {
    /// The most that is read at once; a program that prints more in a second is read at its end only.
    private static let most: Int64 = 256 << 10
    /// What is read again, since a line may have been half written.
    private static let overlap: Int64 = 512

    let pattern: ProgressPattern
    private var offset: Int64 = 0

    init(pattern: ProgressPattern) { self.pattern = pattern }

    /// Takes what was printed since the last call into `reading`.
    mutating func update(_ reading: inout Reading, spool: Int32) {
        let size = Int64(lseek(spool, 0, SEEK_END))
        // A spool that was cut begins anew for the reader.
        if size < offset { offset = 0 }
        guard size > offset else { return }
        let start = max(0, max(offset - Self.overlap, size - Self.most))
        let bytes = Files.read(spool, from: start, count: Int(size - start))
        offset = size
        guard let found = pattern.last(in: bytes) else { return }
        reading.done = found.done
        if let total = found.total { reading.total = total }
    }
}
