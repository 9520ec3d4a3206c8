import CShims
import Digest
import Glibc
import MusterCore
import Threading

/// Takes the checksums of results on a thread of its own, so that the agent's loop goes on: file by file, in the order in
/// which they were asked for. All calls come from the agent's thread.
final class Summing {
    /// A file to read, as it looked when it was asked for.
    struct Request: Sendable {
        var attempt: AttemptKey
        var path: String
        var mark: FileDigest.Mark
    }

    /// What came of a request; nil where the file is gone, can't be read, or is another one by now.
    struct Answer: Sendable {
        var request: Request
        var sum: String?
    }

    private struct Desk: Sendable {
        var waiting: [Request] = []
        var answers: [Answer] = []
        var isOver = false
    }

    private let desk = Gate(Desk())
    private var isStarted = false
    /// Readable when there are answers.
    let bell: Int32

    init() throws(SystemError) {
        bell = cshims_eventfd()
        guard bell >= 0 else { throw .last("eventfd", "") }
    }

    deinit { desk.change { $0.isOver = true } }

    /// Asks for sums.
    func ask(_ requests: [Request]) {
        guard !requests.isEmpty else { return }
        desk.change { $0.waiting += requests }
        guard !isStarted else { return }
        isStarted = true
        startThread(name: "checksums") { [desk, bell] in
            Self.serve(desk, bell)
            close(bell)
        }
    }

    /// Takes back what was asked for an attempt and is not begun.
    func withdraw(_ attempt: AttemptKey) { desk.change { $0.waiting.removeAll { $0.attempt == attempt } } }

    /// What was found since the last call.
    func take() -> [Answer] {
        guard isStarted, cshims_eventfd_drain(bell) > 0 else { return [] }
        var found: [Answer] = []
        desk.change { swap(&found, &$0.answers) }
        return found
    }

    private static func serve(_ desk: Gate<Desk>, _ bell: Int32) {
        while true {
            let request: Request? = desk.wait { $0.isOver ? .some(nil) : $0.waiting.first.map { .some($0) } }
            guard let request else { return }
            // It may have been taken back meanwhile.
            var isMine = false
            desk.change {
                isMine = $0.waiting.first.map { $0.path == request.path && $0.attempt == request.attempt } ?? false
                if isMine { $0.waiting.removeFirst() }
            }
            guard isMine else { continue }
            let digest = FileDigest(path: request.path)
            let sum = digest?.mark == request.mark ? digest?.sha256 : nil
            desk.change { $0.answers.append(Answer(request: request, sum: sum)) }
            _ = cshims_eventfd_signal(bell)
        }
    }
}
