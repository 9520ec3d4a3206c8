import Glibc
import MusterCore

/// What a running program prints, before it is packed into the log.
final class Spool {
    /// Bytes of the end that are kept however much was printed.
    private static let tail = 64 << 10

    /// Its number among the lane's spools.
    let number: Int
    /// Open for reading and appending.
    let descriptor: Int32
    /// Bytes that were cut out behind the head.
    private(set) var dropped: Int64 = 0
    /// Where the head ends, once something was cut out.
    private(set) var head: Int64 = 0
    /// The last of what was cut out.
    private(set) var last: [UInt8] = []

    init(number: Int, descriptor: Int32) {
        self.number = number
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// It is another program's from now on.
    func reset() { (dropped, head, last) = (0, 0, []) }

    /// Bytes in the file now.
    var size: Int64 { Int64(lseek(descriptor, 0, SEEK_END)) }

    /// Cuts a spool that has outgrown `limit` down to its head, half as long; the program appends behind that.
    ///
    /// What it prints between the reading of the end and the cut is lost too.
    func cut(at limit: Int64) {
        let size = size
        guard size > limit else { return }
        if dropped == 0 { head = limit / 2 }
        let start = max(head, size - Int64(Self.tail))
        last = Files.read(descriptor, from: start, count: Int(size - start))
        dropped += size - head
        ftruncate(descriptor, off_t(head))
    }

    /// Its content in pieces: all of it, or the head, a line that says what is missing, and the end.
    func forEachPiece(_ body: ([UInt8]) throws(SystemError) -> Void) throws(SystemError) {
        guard dropped > 0 else { return try pieces(0, size, body) }
        let size = size
        try pieces(0, min(head, size), body)
        let rest = max(0, size - head)
        // Where little came behind the last cut, what was cut then is the end.
        let kept = rest < Int64(Self.tail) ? Array(last.suffix(Self.tail - Int(rest))) : []
        let missing = dropped - Int64(kept.count)
        try body(
            Array("\nmuster: \(missing) bytes are left out here: the stage printed more than its log may have\n".utf8))
        try body(kept)
        try pieces(head, size, body)
    }

    private func pieces(
        _ start: Int64, _ end: Int64, _ body: ([UInt8]) throws(SystemError) -> Void
    ) throws(SystemError) {
        var offset = start
        while offset < end {
            let part = Files.read(descriptor, from: offset, count: Int(min(1 << 18, end - offset)))
            if part.isEmpty { return }
            try body(part)
            offset += Int64(part.count)
        }
    }
}
