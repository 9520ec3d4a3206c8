import Glibc
import MusterCore

/// What people ordered about the run, as it stands in the outbox that all clients share: no client need be there for it to
/// be heeded.
final class Orders {
    private let path: String
    private var offset: Int64 = 0
    /// The orders; of the run's other facts it knows only what clients tell.
    private(set) var state = RunState()

    init(paths: RunPaths) {
        path = paths.lane(RunPaths.clientLane).outbox
        look()
    }

    /// Reads what is new; true when there was something. One `stat` where there is not.
    @discardableResult func look() -> Bool {
        guard let size = Files.status(path).map({ Int64($0.st_size) }), size > offset else { return false }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Files.read(descriptor, from: offset, count: Int(size - offset))
        // A line that is being written is left for the next look.
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return false }
        offset += Int64(end) + 1
        for line in bytes[...end].split(separator: UInt8(ascii: "\n")) {
            if let event = try? Event(line: line) { state.apply(event) }
        }
        return true
    }
}
