import Glibc
import MusterCore

/// The file of this agent's facts: every fact stands here before it is sent. It only grows.
final class Outbox {
    let run: String
    let source: String
    private let fd: Int32
    /// Where each fact begins, by sequence - 1, and where the last one ends.
    private var offsets: [Int64] = []
    private var end: Int64
    /// Lines that could not be written yet, the disk being full.
    private var waiting: [UInt8] = []

    /// Opens the file of a lane; a half line that an agent before left is cut off.
    init(path: String, run: String, source: String) throws {
        self.run = run
        self.source = source
        fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard fd >= 0 else { throw Disk.Failure(what: "open \(path)", code: errno) }
        end = Self.wholeEnd(fd)
        ftruncate(fd, off_t(end))
        lseek(fd, 0, SEEK_END)
    }

    deinit { close(fd) }

    /// The sequence of the last fact; 0 before the first.
    var last: Int64 { Int64(offsets.count) }

    private static func wholeEnd(_ fd: Int32) -> Int64 {
        var at = Int64(lseek(fd, 0, SEEK_END))
        var byte: UInt8 = 0
        while at > 0, pread(fd, &byte, 1, off_t(at - 1)) == 1, byte != 0x0A { at -= 1 }
        return at
    }

    /// Writes a fact. When the disk is full the fact waits in memory, half a line is taken back, and the next call
    /// tries again: nothing is lost while the agent lives.
    func append(_ body: EventBody) {
        let event = Event(
            run: run, source: source, sequence: last + 1, time: Machine.now, monotonic: Machine.monotonic, body: body)
        var line = event.json.bytes
        line.append(0x0A)
        offsets.append(end + Int64(waiting.count))
        waiting += line
        flush()
    }

    /// Tries to write what waits; true when nothing is left.
    @discardableResult
    func flush() -> Bool {
        guard !waiting.isEmpty else { return true }
        do {
            try Disk.write(waiting, to: fd)
            end += Int64(waiting.count)
            waiting = []
            return true
        } catch {
            ftruncate(fd, off_t(end))
            lseek(fd, off_t(end), SEEK_SET)
            return false
        }
    }

    /// Makes what was written outlive a crash of the machine.
    func sync() { fdatasync(fd) }

    /// The lines from `first` on, at most `limit` bytes of them but at least one, and the last one's sequence.
    func lines(from first: Int64, limit: Int) -> (bytes: [UInt8], last: Int64)? {
        guard first >= 1, first <= last else { return nil }
        let start = offsets[Int(first) - 1]
        var upTo = first
        func ending(_ sequence: Int64) -> Int64 { sequence < last ? offsets[Int(sequence)] : end }
        while upTo < last, ending(upTo + 1) - start <= Int64(limit) { upTo += 1 }
        let count = Int(ending(upTo) - start)
        guard count > 0, ending(upTo) <= end else { return nil }
        var buffer = [UInt8](repeating: 0, count: count)
        guard pread(fd, &buffer, count, off_t(start)) == count else { return nil }
        return (buffer, upTo)
    }

    /// A sample as a line: it has no sequence and is not kept.
    func sample(_ body: EventBody) -> [UInt8] {
        Event(run: run, source: source, sequence: nil, time: Machine.now, monotonic: Machine.monotonic, body: body)
            .json.bytes
    }
}
