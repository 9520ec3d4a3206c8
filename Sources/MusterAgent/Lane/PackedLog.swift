import Glibc
import MusterCore

/// The lane's log: the output of whole stages one after the other, and the index that finds one again.
///
/// A running program writes to a spool of its own, since several programs in one file would mix their lines.
final class PackedLog {
    private let lane: Lane
    private let log: Int32
    private let index: Int32

    /// Opens both files for appending.
    init(lane: Lane) throws(SystemError) {
        self.lane = lane
        log = open(lane.paths.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard log >= 0 else { throw .last("open", lane.paths.log) }
        index = open(lane.paths.logIndex, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard index >= 0 else { throw .last("open", lane.paths.logIndex) }
    }

    deinit {
        close(log)
        close(index)
    }

    /// An empty spool with the lowest number that none of `taken` has.
    func openSpool(besides taken: [Spool]) throws(SystemError) -> Spool {
        let numbers = Set(taken.map(\.number))
        let number = (0...).first { !numbers.contains($0) } ?? numbers.count
        if let spool = idle.removeValue(forKey: number) { return spool }
        let path = lane.spool(number)
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .last("open", path) }
        mostSpools = max(mostSpools, number + 1)
        return Spool(number: number, descriptor: descriptor)
    }

    /// Spools that nobody writes to, open still.
    private var idle: [Int: Spool] = [:]

    /// How many spools there were at once at most.
    private(set) var mostSpools = 0

    /// Appends a spool's content to the log, with a line in the index that begins with `owner`, and empties it.
    func pack(_ spool: Spool, owner: [JSON.Member]) throws(SystemError) {
        let start = Int64(lseek(log, 0, SEEK_END))
        var end = start
        try spool.forEachPiece { (part) throws(SystemError) in
            try Files.writeAll(log, part, lane.paths.log)
            end += Int64(part.count)
        }
        let line = JSON.object(owner + [JSON.Member("start", .int(start)), JSON.Member("end", .int(end))])
        try Files.writeAll(index, line.bytes + [UInt8(ascii: "\n")], lane.paths.logIndex)
        ftruncate(spool.descriptor, 0)
        spool.reset()
        idle[spool.number] = spool
    }

    /// The last bytes of a spool, from the beginning of a line where there is one.
    static func tail(spool descriptor: Int32, bytes: Int = 4096) -> String {
        let size = Int64(lseek(descriptor, 0, SEEK_END))
        let start = max(0, size - Int64(bytes))
        var part = Files.read(descriptor, from: start, count: bytes)[...]
        if start > 0, let newline = part.dropLast().firstIndex(of: UInt8(ascii: "\n")) {
            part = part[(newline + 1)...]
        }
        return String(decoding: part, as: UTF8.self)
    }
}
