import Glibc
import MusterCore

/// The file of facts, and the queue of what the collector has not acknowledged yet: what is sent is read from here.
///
/// A fact waits in memory only until the next ``flush()``, or longer when the disk is full.
final class Outbox {
    private let path: String
    private let descriptor: Int32
    private let run: String
    private let source: String
    private var size: Int64
    private var offsets: [Int64] = []
    private var unsaved: [[UInt8]] = []
    private var failing: SystemError?
    private let reserve: Reserve
    private var isOwedSync = false
    private var lastSync: Int64 = 0
    /// Microseconds between two waits for the disk.
    private static let syncPeriod: Int64 = 1_000_000

    /// Opens the file and cuts off what a predecessor left of a line.
    init(path: String, reserve: String, run: String, source: String) throws(SystemError) {
        self.reserve = Reserve(path: reserve)
        self.path = path
        self.run = run
        self.source = source
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .last("open", path) }
        let length = Int64(lseek(descriptor, 0, SEEK_END))
        size = Self.wholeLines(descriptor, length: length)
        if size < length, ftruncate(descriptor, off_t(size)) != 0 { throw .last("ftruncate", path) }
    }

    deinit { close(descriptor) }

    /// The sequence of the latest fact that stands in the file.
    var last: Int64 { Int64(offsets.count) }

    /// True while facts can't be written: then nothing new is to be started.
    var isBlocked: Bool { failing != nil }

    /// Adds a fact.
    func append(_ body: EventBody) {
        let event = Event(
            run: run, source: source, sequence: last + Int64(unsaved.count) + 1, time: Machine.now,
            monotonic: Machine.monotonic, body: body)
        unsaved.append(event.json.bytes + [UInt8(ascii: "\n")])
    }

    /// Writes what was added, in one piece. After a failure (a full disk) the file is cut back to its last whole line,
    /// and the next call tries again; the error is answered when it is new.
    @discardableResult
    func flush() -> SystemError? {
        guard !unsaved.isEmpty else { return nil }
        let bytes = Array(unsaved.joined())
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(size) + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = SystemError.last("write", path)
                if DiskSpace.isShort(error.code), reserve.giveUp() { continue }
                ftruncate(descriptor, off_t(size))
                defer { failing = error }
                return failing == error ? nil : error
            }
            done += count
        }
        if failing != nil { reserve.make() }
        failing = nil
        for line in unsaved {
            offsets.append(size)
            size += Int64(line.count)
        }
        unsaved = []
        return nil
    }

    /// Waits until what was written is on the disk.
    func sync() {
        flush()
        fdatasync(descriptor)
        (isOwedSync, lastSync) = (false, Machine.monotonic)
    }

    /// Has what was added on the disk soon: a file system that many share must not wait for a disk with every short job.
    func syncSoon() {
        flush()
        isOwedSync = true
        syncWhenDue()
    }

    /// Does what ``syncSoon()`` put off, once a second at most.
    func syncWhenDue() {
        if isOwedSync, Machine.monotonic - lastSync >= Self.syncPeriod { sync() }
    }

    /// The lines of the facts behind `sequence`, as many as fit into `bytes` (one at least), and the last one's number.
    func lines(after sequence: Int64, fitting bytes: Int, atMost count: Int64) -> (lines: [UInt8], last: Int64) {
        guard sequence >= 0, sequence < last, count > 0 else { return ([], sequence) }
        let start = offsets[Int(sequence)]
        var next = sequence + 1
        while next < last, next - sequence < count, end(of: next + 1) - start <= bytes { next += 1 }
        return (Files.read(descriptor, from: start, count: Int(end(of: next) - start)), next)
    }

    private func end(of sequence: Int64) -> Int64 { sequence < last ? offsets[Int(sequence)] : size }

    private static func wholeLines(_ descriptor: Int32, length: Int64) -> Int64 {
        var end = length
        while end > 0 {
            let start = max(0, end - 65536)
            let part = Files.read(descriptor, from: start, count: Int(end - start))
            if let newline = part.lastIndex(of: UInt8(ascii: "\n")) { return start + Int64(newline) + 1 }
            end = start
        }
        return 0
    }
}

/// A file whose space is given up for facts when a file system is full: how an agent ends must not be lost for want of a
/// few bytes.
final class Reserve {
    private static let size = 64 << 10
    private let path: String
    private var isThere = false

    /// Makes the file, as far as that can be done.
    init(path: String) {
        self.path = path
        make()
    }

    deinit { unlink(path) }

    /// Makes the file again.
    func make() {
        guard !isThere else { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        isThere = (try? Files.writeAll(descriptor, [UInt8](repeating: 0, count: Self.size), path)) != nil
        if !isThere { unlink(path) }
    }

    /// Frees the space; false when that was done before.
    func giveUp() -> Bool {
        guard isThere else { return false }
        isThere = false
        return unlink(path) == 0
    }
}
