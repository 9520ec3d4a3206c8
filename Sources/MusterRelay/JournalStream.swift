import Glibc
import MusterCore

/// Passes on what is new in a run's journal, and its latest samples: the end of the way that the client reads.
///
/// Nothing is kept in memory but a piece of what the reader has not taken yet; a slow reader delays nobody else.
final class JournalStream {
    /// The most that is read at once.
    private static let piece = 256 << 10

    private let paths: RunPaths
    private let output: Int32
    private var journal: RelayFile?
    private var live: RelayFile?
    private var offset: Int64 = 0
    private var seen: (size: Int64, changed: Int64) = (0, 0)
    private var pending: ArraySlice<UInt8> = []
    private var isFirst = true
    /// The reader is gone.
    private(set) var isOver = false

    /// Begins at the journal's present end: what stands before it, the client reads in the outboxes.
    init(_ paths: RunPaths, output: Int32) {
        self.paths = paths
        self.output = output
        _ = fcntl(output, F_SETFL, fcntl(output, F_GETFL) | O_NONBLOCK)
        lookForJournal()
        isFirst = false
    }

    /// Whether something waits to be taken by the reader.
    var isFull: Bool { !pending.isEmpty }

    private func lookForJournal() {
        guard journal == nil, let file = try? RelayFile(paths.journal, O_RDONLY) else { return }
        journal = file
        // One that was made since begins with what is new.
        if isFirst { offset = file.status?.size ?? 0 }
    }

    /// Says something of the relay's own.
    func say(_ word: RelayWord) {
        pending += word.line + [UInt8(ascii: "\n")]
        flush()
    }

    /// Passes on what is new in the journal; one metadata call, or none when `size` tells how far it goes.
    func pump(size known: Int64? = nil) {
        flush()
        guard pending.isEmpty, !isOver else { return }
        lookForJournal()
        guard let journal, let size = known ?? journal.status?.size else { return }
        // It was cut back by a relay that could not write: the outboxes have everything.
        if size < offset { offset = size }
        while offset < size, pending.isEmpty, !isOver {
            let bytes = journal.read(from: offset, count: Int(min(size - offset, Int64(Self.piece))))
            guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return }
            pending = bytes[...end]
            offset += Int64(end + 1)
            flush()
        }
    }

    /// Passes on the latest samples where they have changed; one metadata call.
    func pumpSamples() {
        guard pending.isEmpty, !isOver else { return }
        if live == nil { live = try? RelayFile(paths.relayedSamples, O_RDONLY) }
        guard let live, let status = live.status, status != seen else { return }
        let isNew = seen != (0, 0)
        seen = status
        // What stood there before belongs to earlier times.
        guard isNew else { return }
        let bytes = live.read(from: 0, count: Int(status.size))
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return }
        pending = bytes[...end]
        flush()
    }

    /// Writes what the reader takes now.
    func flush() {
        while !pending.isEmpty {
            let count = pending.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                isOver = errno != EAGAIN
                return
            }
            pending = pending.dropFirst(count)
        }
    }
}
